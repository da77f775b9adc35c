"""News pages with rich text, an image and a page to read next."""

from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page


class NewsPage(Page):
    introduction = models.CharField(max_length=200)
    body = RichTextField(blank=True)
    photo = models.ForeignKey("wagtailimages.Image", models.SET_NULL, null=True, blank=True, related_name="+")
    read_next = models.ForeignKey("wagtailcore.Page", models.SET_NULL, null=True, blank=True, related_name="+")

    content_panels = (*Page.content_panels, *map(FieldPanel, ("introduction", "body", "photo", "read_next")))
    template = "news/news_page.html"
    subpage_types = ()

    class Meta:
        verbose_name = "news page"
