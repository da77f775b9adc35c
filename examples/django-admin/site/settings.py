"""Settings of a site that has nothing but the admin, for one machine. Its database lies in EXAMPLE_STATE."""

import os

SECRET_KEY = "known to everybody: for this machine only"
DEBUG = True  # runserver then serves the admin's own style sheets and scripts
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "urls"
LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "/static/"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.path.join(os.environ["EXAMPLE_STATE"], "site.sqlite3"),  # noqa: PTH118
    }
}
INSTALLED_APPS = ["events.apps.EventsConfig"] + [
    f"django.contrib.{name}" for name in ("admin", "auth", "contenttypes", "sessions", "messages", "staticfiles")
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
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
