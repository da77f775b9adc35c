"""Writes what stands in the site before anybody works in it: an administrator, a home page and a news page below it."""

import os

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from news.models import NewsPage  # noqa: E402
from wagtail.models import Page  # noqa: E402

get_user_model().objects.create_superuser("admin", password=os.environ["EXAMPLE_PASSWORD"])
home = Page.objects.get(depth=2)
home.title = home.draft_title = "Home"
home.save_revision().publish()
home.add_child(instance=NewsPage(title="Visit us", slug="visit-us", introduction="Open every day from ten to five."))
