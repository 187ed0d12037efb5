"""Words of claims in templates."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from employment_portal.core.money import format_yuan
from employment_portal.facts.catalogue import fact as fact_of
from subsidies.claims.words import read_key, shown
from subsidies.policies.words import fact_words, value_words

register = template.Library()


@register.filter
def in_words(kept: Any) -> str:
    """What was kept in both languages, in the one of the page."""
    return shown(kept)


@register.filter
def fact_rows(facts: dict[str, Any]) -> list[tuple[str, str]]:
    """Facts as they were found: what each is called, and its value in words."""
    rows = []
    for key, value in facts.items():
        ref = read_key(key)
        rows.append((fact_words(ref), value_words(fact_of(ref.fact), value)))
    return rows


@register.simple_tag
def finding_words(finding: dict[str, Any]) -> str:
    """One sentence: what differs."""
    label = shown(finding.get("label"))
    match finding["code"]:
        case "differs":
            held, said = shown(finding["held_words"]), shown(finding["declared_words"])
            text = _("%(label)s: declared %(said)s, held %(held)s (%(source)s)")
            return text % {"label": label, "said": said, "held": held, "source": shown(finding["source"])}
        case "unknown":
            return _("%(label)s: declared %(said)s, not known to us") % {
                "label": label,
                "said": shown(finding["declared_words"]),
            }
        case "amount":
            return _("Amount: claimed %(said)s yuan, reckoned %(held)s yuan") % {
                "said": format_yuan(finding["declared"]),
                "held": format_yuan(finding["held"]),
            }
        case "roster_amount":
            return _("Row %(row)s, amount: declared %(said)s yuan, reckoned %(held)s yuan") % {
                "row": finding["row"],
                "said": format_yuan(finding["declared"]),
                "held": format_yuan(finding["held"]),
            }
        case "roster_months":
            return _("Row %(row)s, months: declared %(said)s, reckoned %(held)s") % {
                "row": finding["row"],
                "said": finding["declared"],
                "held": finding["held"],
            }
        case "commitment":
            return _("%(label)s: a signed commitment stands in for the paper") % {"label": label}
        case "condition" | "not_known":
            return _("%(label)s: not met, we hold %(held)s") % {
                "label": label,
                "held": shown(finding["found_words"]),
            }
    return label
