"""One condition as a form whose fields depend on its fact, and moving conditions about in their tree."""

from copy import deepcopy
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from employment_portal.facts.catalogue import ENTITIES, Argument, Fact, FactType, facts_for
from employment_portal.regions.enums import RegionLevel
from employment_portal.ui.fields import RegionField
from employment_portal.ui.widgets import DateInput
from subsidies.policies import content as c
from subsidies.policies.checking import EITHER, LISTS, OPERATORS, value_problem
from subsidies.policies.enums import PeriodKind
from subsidies.policies.fields import PlacesField, choices_of, typed
from subsidies.policies.models import SubsidyItem
from subsidies.policies.words import operator_words


def fact_choices(subject_key: str, *types: str) -> list[tuple[str, Any]]:
    """Facts of a subject, grouped by entity, for a select."""
    groups: dict[str, list[tuple[str, Any]]] = {}
    for known in facts_for(subject_key):
        if not types or known.type in types:
            groups.setdefault(str(ENTITIES[known.entity]), []).append((known.key, known.label))
    return list(groups.items())


def argument_choices(argument: Argument, item: SubsidyItem) -> list[tuple[str, Any]]:
    listed = list(argument.choices())
    if argument.name == "months" and item.period_kind == PeriodKind.MONTHS:
        return [(c.PERIOD, _("the months claimed")), *listed]
    return listed


class ConditionForm(forms.Form):
    """Operator, value and article of a condition over ``fact``; ``as_json`` is the condition."""

    op = forms.ChoiceField()
    article = forms.CharField(max_length=200)
    label = forms.CharField(max_length=200, required=False)

    def __init__(self, *args: Any, fact: Fact, item: SubsidyItem, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fact, self.item = fact, item
        self.fields["op"].label = _("Comparison")
        self.fields["op"].choices = [(op, operator_words(op)) for op in OPERATORS[fact.type]]  # type: ignore[attr-defined]
        self.fields["article"].label = _("Article")
        self.fields["article"].help_text = _("where the regulation asks for it")
        self.fields["label"].label = _("In words of your own")
        self.fields["label"].help_text = _("replaces the words that the portal makes; may stay empty")
        for argument in fact.arguments:
            self.fields[f"arg_{argument.name}"] = forms.ChoiceField(
                label=argument.label, choices=argument_choices(argument, item)
            )
        unit = str(fact.unit)
        if fact.type == FactType.MONEY:
            unit = _("yuan")
        self.fields["value"] = self.value_field(pgettext("of a condition", "Value"), unit)
        if fact.type in {FactType.NUMBER, FactType.MONEY, FactType.DATE}:
            self.fields["high"] = self.value_field(_("and at most"), _("only for “from … to …”"))
        if fact.type == FactType.REGION:
            self.fields["place"] = RegionField(
                label=_("Add a place"), required=False, depth=RegionLevel.DISTRICT
            )
            self.offer_places()
        first = [f"arg_{argument.name}" for argument in fact.arguments]
        self.order_fields([*first, "op", "value", "high", "place", "article", "label"])

    def offer_places(self) -> None:
        """The places chosen so far; the field stays away while there is none."""
        held = self.data.getlist("value") if self.is_bound else self.initial.get("value") or []
        if held:
            self.fields["value"].offer(held)  # type: ignore[attr-defined]
        else:
            del self.fields["value"]

    def value_field(self, label: str, hint: str) -> forms.Field:
        kind = self.fact.type
        if kind == FactType.DATE:
            return forms.DateField(label=label, required=False, widget=DateInput(), help_text=hint)
        if kind == FactType.REGION:
            return PlacesField(label=_("Places"), required=False, help_text=_("untick what no longer counts"))
        if kind == FactType.YES_NO:
            return forms.ChoiceField(label=label, choices=choices_of(self.fact), required=False)
        if kind in {FactType.CHOICE, FactType.CHOICES}:
            listed = choices_of(self.fact)
            widget = forms.CheckboxSelectMultiple() if len(listed) <= 30 else forms.SelectMultiple()
            return forms.MultipleChoiceField(label=label, choices=listed, required=False, widget=widget)
        return forms.CharField(label=label, required=False, max_length=30, help_text=hint)

    @staticmethod
    def initial_of(fact: Fact, leaf: dict[str, Any]) -> dict[str, Any]:
        value = leaf.get("value")
        initial = {name: leaf.get(name, "") for name in ("op", "article", "label")}
        initial.update({f"arg_{name}": given for name, given in (leaf.get("args") or {}).items()})
        pair = value if leaf.get("op") == c.BETWEEN and isinstance(value, list) else [value, None]
        initial["value"], initial["high"] = (shown(fact, part) for part in pair)
        return initial

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        try:
            value = self.read(cleaned)
        except forms.ValidationError as error:
            self.add_error("value", error)
            return cleaned
        message = value_problem(self.fact, cleaned["op"], value)
        if message:
            self.add_error("value" if "value" in self.fields else "place", message)
        cleaned["read"] = value
        return cleaned

    def read(self, cleaned: dict[str, Any]) -> Any:
        op, value = cleaned["op"], cleaned.get("value")
        if op in EITHER:
            return None
        if op in LISTS:
            return self.read_list(cleaned)
        if isinstance(value, list):
            return value[0] if len(value) == 1 else None
        parts = [value, cleaned.get("high")] if op == c.BETWEEN else [value]
        read = [
            part.isoformat() if hasattr(part, "isoformat") else typed(self.fact, str(part or "").strip())
            for part in parts
        ]
        return read if op == c.BETWEEN else read[0]

    def read_list(self, cleaned: dict[str, Any]) -> list[str]:
        """What is ticked, in the order in which it stood before, and the place added."""
        before = self.initial.get("value") or []
        ticked = list(cleaned.get("value") or [])
        place = cleaned.get("place")
        if place is not None and place.code not in ticked:
            ticked.append(place.code)
        return sorted(ticked, key=lambda value: before.index(value) if value in before else len(before))

    def as_json(self) -> dict[str, Any]:
        said = self.cleaned_data
        args = {argument.name: said[f"arg_{argument.name}"] for argument in self.fact.arguments}
        leaf = {
            "fact": self.fact.key,
            "args": args,
            "op": said["op"],
            "value": said["read"],
            "article": said["article"],
        }
        return {**leaf, "label": said["label"]} if said["label"] else leaf


def shown(fact: Fact, value: Any) -> Any:
    """A value of the JSON as the form's field takes it."""
    if fact.type == FactType.YES_NO and isinstance(value, bool):
        return "yes" if value else "no"
    if fact.type == FactType.MONEY and isinstance(value, int):
        whole, rest = divmod(value, 100)
        return f"{whole}.{rest:02d}" if rest else str(whole)
    if fact.type == FactType.CHOICE and isinstance(value, str):
        return [value]
    return value


# --- the tree, as JSON -------------------------------------------------------------------------------------------


class NoSuchPlace(LookupError):
    """A path that leads nowhere: the tree was changed meanwhile."""


def node_at(tree: dict[str, Any], path: str) -> dict[str, Any]:
    """The node at ``path`` ("all.0.any.1"); the root for "". Raises NoSuchPlace."""
    node: Any = tree
    steps = path.split(".") if path else []
    try:
        for kind, index in zip(steps[::2], steps[1::2], strict=True):
            node = node[kind] if kind == c.NOT else node[kind][int(index)]
    except (KeyError, IndexError, ValueError, TypeError):
        raise NoSuchPlace(path) from None
    if not isinstance(node, dict):
        raise NoSuchPlace(path)
    return node


def with_added(tree: dict[str, Any], parent: str, node: dict[str, Any]) -> dict[str, Any]:
    """A copy of the tree with a node added to a group; a full "not" is left alone. Raises NoSuchPlace."""
    changed = deepcopy(tree)
    group = node_at(changed, parent)
    for kind in (c.ALL, c.ANY):
        if kind in group:
            group[kind].append(node)
            return changed
    if group.get(c.NOT, 0) is None:
        group[c.NOT] = node
        return changed
    raise NoSuchPlace(parent)


def with_replaced(tree: dict[str, Any], path: str, node: dict[str, Any]) -> dict[str, Any]:
    changed = deepcopy(tree)
    found = node_at(changed, path)
    found.clear()
    found.update(node)
    return changed


def without(tree: dict[str, Any], path: str) -> dict[str, Any]:
    """A copy of the tree without the node, and without groups that it leaves empty. Raises NoSuchPlace."""
    changed = deepcopy(tree)
    parent, _dot, index = path.rpartition(".")
    above, _dot, kind = parent.rpartition(".")
    node_at(changed, path)
    group = node_at(changed, above)
    if kind == c.NOT:
        return without(changed, above) if above else changed
    del group[kind][int(index)]
    return without(changed, above) if above and not group[kind] else changed
