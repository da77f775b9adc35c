"""Creates the table of news pages."""

import wagtail.fields
from django.db import migrations, models


def reference(to):
    return models.ForeignKey(to, models.SET_NULL, blank=True, null=True, related_name="+")


class Migration(migrations.Migration):
    initial = True
    dependencies = (
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
        ("wagtailimages", "0027_image_description"),
    )
    operations = (
        migrations.CreateModel(
            "NewsPage",
            (
                (
                    "page_ptr",
                    models.OneToOneField(
                        "wagtailcore.page",
                        models.CASCADE,
                        auto_created=True,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("introduction", models.CharField(max_length=200)),
                ("body", wagtail.fields.RichTextField(blank=True)),
                ("photo", reference("wagtailimages.image")),
                ("read_next", reference("wagtailcore.page")),
            ),
            {"verbose_name": "news page"},
            bases=("wagtailcore.page",),
        ),
    )
