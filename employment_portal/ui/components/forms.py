"""Forms: a field knows its label, hint, error and required mark, and a form its summary of errors."""

from typing import Any

from django import forms, template
from django.forms import BoundField
from django.middleware.csrf import get_token
from django.template import Context, TemplateSyntaxError
from django.utils.safestring import SafeString

from employment_portal.ui import widgets
from employment_portal.ui.components.html import attributes, one_of
from employment_portal.ui.components.html import template as html

register = template.Library()

WIDTHS = frozenset({"", "xs", "sm", "md", "lg"})


def _kind(bound: BoundField) -> str:
    """Which part of ui/field.html shows this field's widget."""
    widget = bound.field.widget
    kinds = (
        (widgets.RegionSelect, "region"),
        (widgets.Combobox, "combobox"),
        (forms.CheckboxSelectMultiple, "options"),
        (forms.RadioSelect, "options"),
        (forms.CheckboxInput, "check"),
        (forms.SelectDateWidget, "group"),
        (forms.MultiWidget, "group"),
        (forms.Select, "select"),
        (forms.Textarea, "textarea"),
        (forms.FileInput, "file"),
    )
    return next((kind for cls, kind in kinds if isinstance(widget, cls)), "input")


CLASSES = {
    "select": "select",
    "textarea": "textarea",
    "input": "input",
    "combobox": "input",
    "group": "input",
    "region": "input",
}


def control(
    bound: BoundField, kind: str, *, width: str = "", extra: dict[str, str] | None = None
) -> SafeString:
    """The widget itself, with the classes of the design and what the caller adds."""
    classes = [bound.field.widget.attrs.get("class", ""), CLASSES.get(kind, "")]
    if width:
        classes.append(f"w-{width}")
    return bound.as_widget(attrs={"class": " ".join(filter(None, classes)), **(extra or {})})


@register.simple_tag
def field(
    bound: Any,
    *,
    label: Any = None,
    hint: Any = None,
    width: str = "",
    cards: bool = False,
    label_hidden: bool = False,
    marks: bool = True,
) -> SafeString:
    """One field of a Django form: label, required mark, hint, error, control and their aria ties.

    ``width``: "", xs, sm, md, lg. ``cards`` shows radios and checkboxes as cards. ``label_hidden`` keeps the
    label for screen readers only (filter rows). ``marks=False`` leaves out the required mark.
    """
    if not isinstance(bound, BoundField):
        raise TemplateSyntaxError("field wants a field of a form, such as form.name; is the name right?")
    one_of("width", width, WIDTHS)
    if bound.is_hidden:
        return bound.as_widget()
    if hint is not None:
        bound.help_text = hint
    kind = _kind(bound)
    value = bound.value()
    return html(
        "field",
        field=bound,
        kind=kind,
        control="" if kind == "options" else control(bound, kind, width=width),
        label=bound.label if label is None else label,
        cards=cards,
        label_hidden=label_hidden,
        required=bound.field.required and marks and not bound.field.disabled,
        widget=bound.field.widget,
        width=width,
        code=value.get("code", "") if isinstance(value, dict) else "",
        region_path=getattr(value, "path", ""),
    )


@register.simple_tag
def error_summary(form: Any, *, title: Any = None) -> SafeString | str:
    """Every error of a form (or formset) on top of it, each a link to its field; takes the focus."""
    errors = form_errors(form)
    return html("error_summary", errors=errors, title=title) if errors else ""


def form_errors(form: Any) -> list[dict[str, Any]]:
    """Each error as ``{"message", "href", "label"}``; ``href`` is "" for errors of the whole form."""
    if hasattr(form, "forms"):
        rows = [error for each in form.forms for error in form_errors(each)]
        return [{"message": text, "href": "", "label": ""} for text in form.non_form_errors()] + rows
    found = [{"message": text, "href": "", "label": ""} for text in form.non_field_errors()]
    for bound in form.hidden_fields():
        found += [{"message": text, "href": "", "label": bound.label} for text in bound.errors]
    for bound in form.visible_fields():
        found += [
            {"message": text, "href": f"#{target_id(bound)}", "label": bound.label} for text in bound.errors
        ]
    return found


def target_id(bound: BoundField) -> str:
    """The id of the control that a link to this field should focus."""
    if isinstance(bound.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple | forms.MultiWidget):
        return f"{bound.auto_id}_0"
    return bound.id_for_label or bound.auto_id


@register.simple_tag(takes_context=True)
def form(
    context: Context,
    form: Any,
    *,
    submit: Any,
    action: str = "",
    method: str = "post",
    cancel: Any = "",
    cancel_label: Any = None,
    submit_name: str = "",
    submit_value: Any = None,
    variant: str = "primary",
    **extra: Any,
) -> SafeString:
    """A whole form: error summary, all fields, CSRF token, and its buttons.

    ``submit`` says what happens ("Submit and open the next"); ``cancel`` is the address of the way out.
    For any other layout write the ``<form>`` and use ``error_summary`` and ``field``.
    """
    request = context.get("request")
    post = method.lower() == "post"
    return html(
        "form",
        form=form,
        action=action,
        method=method,
        submit=submit,
        submit_name=submit_name,
        submit_value=submit_value,
        variant=variant,
        cancel=cancel,
        cancel_label=cancel_label,
        token=get_token(request) if post and request else "",
        extra=attributes(extra),
    )


@register.simple_block_tag
def fieldset(content: str, *, legend: Any, hint: Any = "") -> SafeString:
    """Fields that belong together under one legend."""
    return html("fieldset", content=content, legend=legend, hint=hint)


@register.simple_block_tag
def form_actions(content: str, *, sticky: bool = False) -> SafeString:
    """The row of buttons that ends a form; ``sticky`` keeps it at the foot of a phone's screen."""
    return html("form_actions", content=content, sticky=sticky)
