"""Widgets that the components know how to show. Each works without JavaScript."""

from typing import Any

from django import forms


class DateInput(forms.DateInput):
    """The browser's own date picker."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None):
        super().__init__(attrs, format="%Y-%m-%d")


class MonthInput(forms.DateInput):
    """The browser's own month picker; the value is the first day of the month."""

    input_type = "month"

    def __init__(self, attrs: dict[str, Any] | None = None):
        super().__init__(attrs, format="%Y-%m")


class DateTimeInput(forms.DateTimeInput):
    """The browser's own date and time picker, to the minute."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None):
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class Combobox(forms.TextInput):
    """A text box that suggests from ``url``, which answers ``?q=`` with ``[{"code", "name", "path"}]``.

    Without JavaScript the text is sent as it is and the form field resolves it. With it the text stays the
    chosen name, and the code travels in a hidden input named ``<name>_code``.
    """

    def __init__(self, url: Any, attrs: dict[str, Any] | None = None):
        super().__init__({"autocomplete": "off", **(attrs or {})})
        self.url = url

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return {"text": (data.get(name) or "").strip(), "code": (data.get(f"{name}_code") or "").strip()}

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data

    def format_value(self, value: Any) -> str:
        return value.get("text", "") if isinstance(value, dict) else value or ""


class RegionSelect(forms.TextInput):
    """A place of the region tree: chained selects on a phone, a column cascader on a wide screen.

    The value is the region's code. Without JavaScript the person types a place's name ("成华区") or code.
    ``depth`` is the level down to which one may go (1 province … 4 street), ``root`` a code to start under.
    """

    def __init__(self, *, depth: int = 4, root: str = "", attrs: dict[str, Any] | None = None):
        super().__init__({"autocomplete": "off", **(attrs or {})})
        self.depth = depth
        self.root = root

    def format_value(self, value: Any) -> str:
        return getattr(value, "full_name", value) or ""


class FileInput(forms.ClearableFileInput):
    """One file by choosing, dropping or the phone's camera, with its progress.

    ``accept`` as in HTML. The size limit is the form field's business; ``hint`` of the field tells it.
    """

    def __init__(self, *, accept: str = "", attrs: dict[str, Any] | None = None):
        super().__init__({**({"accept": accept} if accept else {}), **(attrs or {})})
