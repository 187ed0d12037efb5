from django.contrib import admin

from employment_portal.regions.models import Agency, Region, RegionAlias


class RegionAliasInline(admin.TabularInline):
    model = RegionAlias
    fields = ["name"]
    extra = 0


@admin.register(Region)
class RegionAdmin(admin.ModelAdmin):
    """The tree comes from the shipped table (``manage.py load_reference``); here it gets other names."""

    list_display = ["code", "full_name", "kind", "gb_code", "is_active"]
    list_filter = ["kind", "is_active"]
    search_fields = ["=code", "name", "pinyin"]
    fields = ["code", "full_name", "short_name", "kind", "gb_code", "statistical_code", "is_active"]
    readonly_fields = ["code", "full_name", "short_name", "kind", "gb_code", "statistical_code"]
    inlines = [RegionAliasInline]
    show_full_result_count = False

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Agency)
class AgencyAdmin(admin.ModelAdmin):
    list_display = ["name", "kind", "region", "parent", "phone", "is_active"]
    list_filter = ["kind", "is_active"]
    list_select_related = ["region", "parent"]
    search_fields = ["name", "region__full_name"]
    raw_id_fields = ["region", "parent"]
    readonly_fields = ["public_id"]
