"""Writes what stands in the site before anybody works in it: an administrator, two people, two venues, four events."""

import os
from datetime import date

import django

django.setup()

from django.contrib.auth.models import Group, User  # noqa: E402
from events.models import Event, Talk, Venue  # noqa: E402

User.objects.create_superuser("admin", password=os.environ["EXAMPLE_PASSWORD"])
for name in ("ida", "noor.b"):
    User.objects.create_user(name)
Group.objects.create(name="Readers")

square = Venue.objects.create(name="Market square", city="Namur")
chapel = Venue.objects.create(name="Chapel", city="Metz")
for title, venue, day, status in (
    ("Boat trip", square, date(2026, 4, 11), "public"),
    ("Harbour tour", square, date(2026, 5, 9), "cancelled"),
    ("Night of books", chapel, date(2026, 6, 20), "public"),
    ("Reading circle", chapel, date(2026, 9, 5), "draft"),
):
    event = Event.objects.create(
        title=title, slug=title.lower().replace(" ", "-"), venue=venue, date=day, status=status
    )
    Talk.objects.create(event=event, title=f"Welcome to the {title.lower()}")
