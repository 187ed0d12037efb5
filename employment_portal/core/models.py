"""Rows that belong to no app: the calendar of working days."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CalendarDay(models.Model):
    """A day on which the State Council's yearly table differs from the plain week.

    A holiday on a weekend is listed too, so that the table can be read against the notice.
    """

    day = models.DateField(_("day"), primary_key=True)
    is_working = models.BooleanField(_("working day"))
    name = models.CharField(pgettext_lazy("thing", "name"), max_length=40)
    source = models.CharField(_("source"), max_length=100)

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ["day"]

    def __str__(self):
        return f"{self.day} {self.name}"
