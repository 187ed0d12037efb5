from django.contrib import admin

from jobs.postings.models import PostingRule


@admin.register(PostingRule)
class PostingRuleAdmin(admin.ModelAdmin):
    """Limits of a region from a day on; what is not set here comes from the file shipped with the portal."""

    list_display = ["name", "region", "value", "valid_from", "source"]
    list_filter = ["name"]
    list_select_related = ["region"]
    autocomplete_fields = ["region"]
