"""Events with their talks in rows, a slug that is made from the title, filters and search."""

from django.contrib import admin

from events.models import Event, Talk, Venue


class TalkRows(admin.TabularInline):
    model = Talk
    extra = 0


class EventAdmin(admin.ModelAdmin):
    list_display = ("title", "venue", "date", "status")
    list_filter = ("status", "venue")
    search_fields = ("title",)
    prepopulated_fields = {"slug": ("title",)}  # noqa: RUF012
    inlines = (TalkRows,)


admin.site.register(Event, EventAdmin)
admin.site.register(Venue, list_display=("name", "city"), search_fields=("name",))
