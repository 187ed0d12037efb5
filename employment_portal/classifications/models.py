"""Occupations (职业分类大典 2022) with the words people use for them, and industries (GB/T 4754-2017)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from employment_portal.classifications.enums import IndustryLevel, OccupationLevel
from employment_portal.core.text import pinyin_initials, pinyin_key


class TreeQuerySet(models.QuerySet):
    def under(self, node):
        """The group itself and everything below it."""
        return self.filter(path__startswith=node.path)


class Occupation(models.Model):
    """A group or an occupation: ``2``, ``2-02``, ``2-02-10``, ``2-02-10-03``."""

    code = models.CharField(_("code"), max_length=12, unique=True)
    name = models.CharField(pgettext_lazy("thing", "name"), max_length=100)
    level = models.PositiveSmallIntegerField(pgettext_lazy("tree", "level"), choices=OccupationLevel)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    path = models.CharField(_("path"), max_length=60, unique=True, db_collation="C")
    pinyin = models.CharField(_("pinyin"), max_length=300, db_collation="C")
    initials = models.CharField(_("pinyin initials"), max_length=100, db_collation="C")
    is_green = models.BooleanField(_("green occupation"), default=False)
    is_digital = models.BooleanField(_("digital occupation"), default=False)

    objects = TreeQuerySet.as_manager()

    class Meta:
        verbose_name = _("occupation")
        verbose_name_plural = pgettext_lazy("classification", "occupations")
        ordering = ["path"]

    def __str__(self):
        return self.name


class OccupationAlias(models.Model):
    """What people call an occupation (外卖员 for 网约配送员). One word may mean several occupations.

    ``rank`` orders them: 1 is the usual meaning.
    """

    occupation = models.ForeignKey(
        Occupation, models.CASCADE, related_name="aliases", verbose_name=_("occupation")
    )
    name = models.CharField(pgettext_lazy("thing", "name"), max_length=60)
    rank = models.PositiveSmallIntegerField(pgettext_lazy("meaning", "rank"), default=1)
    pinyin = models.CharField(_("pinyin"), max_length=200, db_collation="C")
    initials = models.CharField(_("pinyin initials"), max_length=60, db_collation="C")

    class Meta:
        verbose_name = _("colloquial name of an occupation")
        verbose_name_plural = _("colloquial names of occupations")
        ordering = ["name", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["name", "occupation"], name="occupation_alias_once"),
        ]

    def __str__(self):
        return self.name

    def save(self, **kwargs):
        self.pinyin, self.initials = pinyin_key(self.name), pinyin_initials(self.name)
        super().save(**kwargs)


class Industry(models.Model):
    """A section (``C``), division (``26``), group (``261``) or class (``2611``)."""

    code = models.CharField(_("code"), max_length=6, unique=True)
    name = models.CharField(pgettext_lazy("thing", "name"), max_length=100)
    level = models.PositiveSmallIntegerField(pgettext_lazy("tree", "level"), choices=IndustryLevel)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    path = models.CharField(_("path"), max_length=30, unique=True, db_collation="C")
    pinyin = models.CharField(_("pinyin"), max_length=300, db_collation="C")
    initials = models.CharField(_("pinyin initials"), max_length=100, db_collation="C")

    objects = TreeQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("classification", "industry")
        verbose_name_plural = _("industries")
        ordering = ["path"]

    def __str__(self):
        return self.name
