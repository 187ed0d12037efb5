"""``{% load ui %}``: every component. docs/ui.md lists them, /ui/components/ shows them."""

from django import template

from employment_portal.ui.components import basics, charts, display, forms, layout

register = template.Library()
for part in (basics, forms, display, charts, layout):
    register.tags.update(part.register.tags)
    register.filters.update(part.register.filters)
