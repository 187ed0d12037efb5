from django.contrib import admin

from employment_portal.classifications.models import Industry, Occupation, OccupationAlias


class ShippedTableAdmin(admin.ModelAdmin):
    """Rows come from the shipped table (``manage.py load_reference``) and are read here."""

    list_display = ["code", "name", "level"]
    list_filter = ["level"]
    search_fields = ["=code", "name", "pinyin"]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class OccupationAliasInline(admin.TabularInline):
    model = OccupationAlias
    fields = ["name", "rank"]
    extra = 0


@admin.register(Occupation)
class OccupationAdmin(ShippedTableAdmin):
    fields = ["code", "name", "level", "is_green", "is_digital"]
    readonly_fields = fields
    inlines = [OccupationAliasInline]


@admin.register(Industry)
class IndustryAdmin(ShippedTableAdmin):
    fields = ["code", "name", "level"]
    readonly_fields = fields
