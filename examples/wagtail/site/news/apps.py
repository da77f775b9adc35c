"""The app's name."""

from django.apps import AppConfig


class NewsConfig(AppConfig):
    name = "news"
