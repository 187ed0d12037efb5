from django.contrib import admin

from employment_portal.core.models import CalendarDay


@admin.register(CalendarDay)
class CalendarDayAdmin(admin.ModelAdmin):
    """A notice is imported whole (``manage.py import_calendar``); here it is read."""

    list_display = ["day", "is_working", "name", "source"]
    list_filter = ["source", "is_working"]
    date_hierarchy = "day"
    search_fields = ["name"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
