from django import template

from employment_portal.core.money import format_yuan

register = template.Library()


@register.filter
def yuan(fen: int) -> str:
    """Fen as yuan without a currency sign, for sentences."""
    return format_yuan(fen)
