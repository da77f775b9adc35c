"""Events at venues, with talks."""

from django.db import models


class Venue(models.Model):
    name = models.CharField(max_length=60, unique=True)
    city = models.CharField(max_length=60, blank=True)

    def __str__(self):
        return self.name


class Event(models.Model):
    class Status(models.TextChoices):
        DRAFT = "draft"
        PUBLIC = "public"
        CANCELLED = "cancelled"

    title = models.CharField(max_length=100)
    slug = models.SlugField(unique=True)
    venue = models.ForeignKey(Venue, models.PROTECT)
    date = models.DateField()
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.DRAFT)

    class Meta:
        ordering = ("date",)

    def __str__(self):
        return self.title


class Talk(models.Model):
    event = models.ForeignKey(Event, models.CASCADE)
    title = models.CharField(max_length=100)
    speaker = models.CharField(max_length=60, blank=True)
    minutes = models.PositiveSmallIntegerField(default=20)

    def __str__(self):
        return self.title
