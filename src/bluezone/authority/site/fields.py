"""Define what forms are filled in with where Django's own widgets speak the browser's language or offer too little."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms


class FileInput(forms.FileInput):
    """Draw a button in the page's language, and the name of the file that was chosen."""

    template_name = "widgets/file.html"

    class Media:
        js = ("officer/file.js",)


class DayInput(forms.DateInput):
    """Draw the browser's calendar, which shows days as its reader writes them, and sends 2020-08-15."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DayField(forms.DateField):
    """Ask for a day."""

    widget = DayInput


class SuggestingInput(forms.TextInput):
    """Draw a line of text that suggests what can be written (`suggestions`, filled in by the form)."""

    template_name = "widgets/suggesting.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off"} | (attrs or {}))
        self.suggestions: Iterable[str] = ()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the suggestions."""
        found = super().get_context(name, value, attrs)
        found["widget"] |= {"suggestions": list(self.suggestions), "list": f"list_{name}"}
        found["widget"]["attrs"]["list"] = found["widget"]["list"]
        return found
