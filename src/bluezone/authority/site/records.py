"""Keep two officers who change one record at once from undoing each other's change unseen.

A page that changes a record carries what its form was filled in from. Where the record is another one by the time the
form is sent, nothing is stored: the form says what is stored now, and whoever sent it stores again or not.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.utils import pretty_name
from django.utils.translation import gettext as _

from bluezone.authority.site.language import number_text

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[Any]
else:
    _ModelForm = forms.ModelForm

#: the field of a page in which it carries what its form was filled in from
READ = "read"
#: what it carries there where nothing was stored yet
NOTHING = "nothing"
_LONGEST = 120


class RecordMixin(forms.BaseForm):
    """Compare what a form's page showed with what is stored; `initial` holds that, on a sent form too."""

    #: whether the form says what is stored now
    _has_told = False

    @property
    def reading(self) -> str:
        """Return a short text that is another one as soon as somebody changes the record; empty for a new one."""
        facts = sorted((name, self.initial[name]) for name in self.fields if name in self.initial)
        return hashlib.sha256(repr(facts).encode()).hexdigest()[:16] if facts else ""

    @property
    def carried(self) -> str:
        """Return what the form's page carries: what it was filled in from, and what is stored now only once it says so.
        A form that comes back for a slip of the pen is no newer for that."""
        brought: str = self.data.get(READ, "")
        return brought if brought and not self._has_told else self.reading or NOTHING

    def is_current(self) -> bool:
        """Return whether the record is still what the page showed, or what is sent. Otherwise the form's errors say
        what is stored now of the fields that were filled in differently."""
        read = self.data.get(READ, "")
        names = [name for name in self.changed_data if self._differs(name)]
        if read in ("", self.reading or NOTHING) or not names:
            return True
        facts = "; ".join(f"{self._label(name)}: {self._said(name)}" for name in names)
        text = _(
            "Somebody else has changed this since you opened the page. Stored now – %(facts)s. Nothing of yours was "
            "stored: store it again if what you wrote is right."
        )
        self.add_error(None, text % {"facts": facts})
        self._has_told = True
        return False

    def _differs(self, name: str) -> bool:
        """Return whether more than the ends of lines is another: a browser sends its own."""
        sent, stored = self[name].data, self.initial.get(name)
        return not (isinstance(sent, str) and isinstance(stored, str) and sent.splitlines() == stored.splitlines())

    def _label(self, name: str) -> str:
        return str(self.fields[name].label or pretty_name(name))

    def _said(self, name: str) -> str:
        field, value = self.fields[name], self.initial.get(name)
        if isinstance(field, forms.BooleanField):
            return _("yes") if value else _("no")
        if isinstance(field, forms.ChoiceField):
            widget = self[name].subwidgets
            names = {str(each.data["value"]): str(each.data["label"]) for each in widget}
            value = names.get(str(value), value)
        if isinstance(value, int):
            return number_text(value)
        text = "; ".join(str(value).splitlines()) if value not in (None, "") else "–"
        return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


class RecordForm(RecordMixin, forms.Form):
    """Ask for what is to be stored of a record."""


class RecordModelForm(RecordMixin, _ModelForm):
    """Ask for fields of a model's row, and store them in it."""
