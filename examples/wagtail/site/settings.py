"""Settings of a Wagtail site in two languages, for one machine. Database and files lie in EXAMPLE_STATE."""

import os
from pathlib import Path

STATE = Path(os.environ["EXAMPLE_STATE"])
SECRET_KEY = "known to everybody: for this machine only"
DEBUG = True  # runserver then serves style sheets, scripts and uploaded files
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "urls"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
LANGUAGE_CODE = "en"
STATIC_URL = "/static/"
MEDIA_URL = "/media/"
MEDIA_ROOT = STATE / "media"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": STATE / "site.sqlite3"}}

WAGTAIL_SITE_NAME = "Harbour museum"
WAGTAIL_I18N_ENABLED = True
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES = [("en", "English"), ("fr", "French"), ("nl", "Dutch")]
WAGTAILADMIN_BASE_URL = "http://127.0.0.1"
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False

INSTALLED_APPS = [
    "news.apps.NewsConfig",
    *(
        f"wagtail.{name}"
        for name in ("locales", "sites", "users", "documents", "images", "search", "snippets", "embeds", "admin")
    ),
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    *(f"django.contrib.{name}" for name in ("auth", "contenttypes", "sessions", "messages", "staticfiles")),
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
