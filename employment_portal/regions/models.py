"""The tree of places that the portal serves, and the agencies in it.

One tree, by administration: a street hangs below whoever runs it, which for some streets of Chengdu is a
functional zone without a GB/T 2260 code. ``gb_code`` keeps the county it lies in by the national standard.
See docs/adr/0001-regions.md.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from employment_portal.core.fields import PublicIdField
from employment_portal.core.text import pinyin_initials, pinyin_key
from employment_portal.regions.enums import AgencyKind, RegionKind, RegionLevel
from employment_portal.regions.terms import LEAST_VALUE, MOST_VALUE, TermCode, Unit


class RegionQuerySet(models.QuerySet):
    def under(self, region: "Region"):
        """The region itself and everything below it."""
        return self.filter(path__startswith=region.path)

    def lying_in(self, county: "Region"):
        """What lies in a county by GB/T 2260, with the streets that a functional zone runs there."""
        return self.filter(Q(path__startswith=county.path) | Q(gb_code=county.code))

    def active(self):
        return self.filter(is_active=True)


class Region(models.Model):
    """A province, city, district, functional zone, street or village.

    ``code`` is the shortest standard code (2, 4, 6, 9 or 12 digits); a functional zone has one of ours with
    letters (``5101GX``). ``path`` is the codes from the province down, each followed by a slash.
    """

    code = models.CharField(_("code"), max_length=12, unique=True)
    name = models.CharField(pgettext_lazy("thing", "name"), max_length=60)
    full_name = models.CharField(_("full name"), max_length=150)
    short_name = models.CharField(_("short name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=10, choices=RegionKind)
    level = models.PositiveSmallIntegerField(pgettext_lazy("tree", "level"), choices=RegionLevel)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    path = models.CharField(_("path"), max_length=60, unique=True, db_collation="C")
    gb_code = models.CharField(_("GB/T 2260 code"), max_length=6, blank=True)
    statistical_code = models.CharField(_("statistical code"), max_length=12, blank=True)
    pinyin = models.CharField(_("pinyin"), max_length=200, db_collation="C")
    initials = models.CharField(_("pinyin initials"), max_length=60, db_collation="C")
    is_active = models.BooleanField(_("in use"), default=True)

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("tree", "region")
        verbose_name_plural = _("regions")
        ordering = ["path"]
        indexes = [
            models.Index(fields=["gb_code"], name="region_gb_code"),
            models.Index(fields=["pinyin"], name="region_pinyin"),
            models.Index(fields=["initials"], name="region_initials"),
        ]
        constraints = [
            models.CheckConstraint(
                name="region_parent_unless_province",
                condition=Q(parent=None, level=RegionLevel.PROVINCE)
                | Q(parent__isnull=False, level__gt=RegionLevel.PROVINCE),
            ),
            models.CheckConstraint(
                name="region_level_fits_kind",
                condition=Q(kind=RegionKind.PROVINCE, level=RegionLevel.PROVINCE)
                | Q(kind=RegionKind.CITY, level=RegionLevel.CITY)
                | Q(kind__in=[RegionKind.DISTRICT, RegionKind.FUNCTIONAL_ZONE], level=RegionLevel.DISTRICT)
                | Q(kind=RegionKind.STREET, level=RegionLevel.STREET)
                | Q(kind=RegionKind.VILLAGE, level=RegionLevel.VILLAGE),
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def is_functional_zone(self) -> bool:
        return self.kind == RegionKind.FUNCTIONAL_ZONE

    @property
    def path_codes(self) -> list[str]:
        """The codes from the province down to this region itself."""
        return self.path.rstrip("/").split("/")

    def ancestors(self) -> RegionQuerySet:
        """From the province down to the parent; not the region itself."""
        return Region.objects.filter(code__in=self.path_codes[:-1]).order_by("level")

    def contains(self, other: "Region") -> bool:
        """Whether ``other`` is this region or lies below it."""
        return other.path.startswith(self.path)


class RegionAlias(models.Model):
    """Another name that people use: an old name, a short form, a colloquial one."""

    region = models.ForeignKey(
        Region, models.CASCADE, related_name="aliases", verbose_name=pgettext_lazy("tree", "region")
    )
    name = models.CharField(pgettext_lazy("thing", "name"), max_length=60)
    pinyin = models.CharField(_("pinyin"), max_length=200, db_collation="C")
    initials = models.CharField(_("pinyin initials"), max_length=60, db_collation="C")

    class Meta:
        verbose_name = _("other name of a region")
        verbose_name_plural = _("other names of regions")
        ordering = ["region", "name"]
        constraints = [models.UniqueConstraint(fields=["region", "name"], name="region_alias_once")]
        indexes = [models.Index(fields=["name"], name="region_alias_name")]

    def __str__(self):
        return self.name

    def save(self, **kwargs):
        self.pinyin, self.initials = pinyin_key(self.name, "place"), pinyin_initials(self.name, "place")
        super().save(**kwargs)


class AgencyQuerySet(models.QuerySet):
    def visible_in(self, region: Region):
        """Agencies of the region and of everything below it: what a post in that region sees."""
        return self.filter(region__path__startswith=region.path)

    def serving(self, region: Region):
        """Agencies of the region and above it, nearest first: whom a person there can turn to."""
        return self.filter(region__code__in=region.path_codes).order_by("-region__level", "pk")


class Agency(models.Model):
    """An office of the public employment service, or the finance bureau beside it.

    A parent agency serves the same region or one above it; the database holds that (migration 0002).
    """

    public_id = PublicIdField()
    name = models.CharField(pgettext_lazy("thing", "name"), max_length=100)
    region = models.ForeignKey(
        Region, models.PROTECT, related_name="agencies", verbose_name=pgettext_lazy("tree", "region")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=AgencyKind)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("reports to")
    )
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    opening_hours = models.CharField(_("opening hours"), max_length=200, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")
        ordering = ["region__path", "kind", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["region", "kind", "name"], name="agency_once_in_region"),
            models.CheckConstraint(
                name="agency_not_its_own_parent", condition=Q(parent=None) | ~Q(parent=models.F("id"))
            ),
        ]

    def __str__(self):
        return self.name


class Term(models.Model):
    """A term, age or limit that a region sets for itself and what lies below it, from a day on.

    Rows are added and never changed; ``terms.term`` says which value holds, ``data/terms.csv`` has what holds without.
    """

    region = models.ForeignKey(
        Region, models.PROTECT, related_name="+", verbose_name=pgettext_lazy("tree", "region")
    )
    code = models.CharField(_("term"), max_length=40, choices=TermCode)
    value = models.PositiveSmallIntegerField(_("value"))
    unit = models.CharField(_("unit"), max_length=12, choices=Unit)
    effective_from = models.DateField(_("from"))
    source = models.CharField(_("source"), max_length=200)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["code", "region__path", "-effective_from"]
        constraints = [
            models.UniqueConstraint(fields=["region", "code", "effective_from"], name="term_once_a_day"),
            models.CheckConstraint(
                name="term_in_bounds", condition=Q(value__gte=LEAST_VALUE, value__lte=MOST_VALUE)
            ),
        ]

    def __str__(self):
        return f"{self.get_code_display()} {self.value}"
