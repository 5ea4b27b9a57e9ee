"""Define what forms are filled in with where Django's own widgets speak the browser's language or offer too little."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bluezone.authority.site.language import sentence_of
from bluezone.rollout.errors import RolloutError
from bluezone.rollout.numbers import parse_count, parse_date

#: what a column of the database holds
MOST = 2**31 - 1


class FileInput(forms.FileInput):
    """Draw a button in the page's language, and the name of the file that was chosen."""

    template_name = "widgets/file.html"

    class Media:
        js = ("officer/file.js",)


class DayField(forms.CharField):
    """Ask for a day as letters write it: a calendar shows day and month in the order of the browser's language, not of
    the page's. None for nothing."""

    def __init__(self, *, help_text: Any = None, **options: Any) -> None:
        widget = forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "class": "figure"})
        super().__init__(max_length=20, help_text=help_text or _("As in 13/8/2020."), widget=widget, **options)

    def prepare_value(self, value: Any) -> Any:
        """Write a day; what was typed stays as it is, a day of an address (2020-08-13) apart."""
        with suppress(ValueError):
            value = dt.date.fromisoformat(value) if isinstance(value, str) else value
        return f"{value.day}/{value.month}/{value.year}" if isinstance(value, dt.date) else value

    def clean(self, value: Any) -> Any:
        """Return the day. Raises ValidationError with a sentence for what is none."""
        text = super().clean(value)
        try:
            return parse_date(text) if text else None
        except RolloutError as error:
            raise ValidationError(sentence_of(error)) from None


class MomentField(forms.DateTimeField):
    """Ask for a day and an hour by the browser's calendar, which sends 2020-08-15T09:30; who types writes
    15/08/2020 09:30."""

    def __init__(self, **options: Any) -> None:
        formats = ["%Y-%m-%dT%H:%M", "%d/%m/%Y %H:%M"]
        widget = forms.DateTimeInput({"type": "datetime-local"}, format=formats[0])
        super().__init__(input_formats=formats, widget=widget, **options)


class CountField(forms.IntegerField):
    """Ask for a whole number as people write it: `1240`, `1.240`, `1 240`, `1,24 nghìn`; None for nothing."""

    widget = forms.TextInput

    def __init__(self, *, min_value: int = 0, max_value: int = MOST, **kwargs: Any) -> None:
        super().__init__(min_value=min_value, max_value=max_value, **kwargs)

    def to_python(self, value: Any) -> int | None:
        """Return the number. Raises ValidationError with a sentence for what is none."""
        if isinstance(value, str) and value.strip():
            try:
                value = int(parse_count(value).value)
            except RolloutError as error:
                raise ValidationError(sentence_of(error), code="invalid") from None
        return super().to_python(value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Ask a telephone for its digits; a line of text knows no `min` and `max`."""
        found = {"inputmode": "numeric", "autocomplete": "off", "class": "figure"}
        return found | forms.Field.widget_attrs(self, widget)


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
