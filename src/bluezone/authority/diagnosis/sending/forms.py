"""Define the forms by which an officer sends a code, or stops one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bluezone.authority.diagnosis.sending import services
from bluezone.authority.diagnosis.sending.rules import SendingError, Stop
from bluezone.authority.site.language import sentence_of

LANGUAGE_NAMES = (("vi", "Tiếng Việt"), ("en", "English"))
STOP_NAMES = {
    Stop.OTHER_PERSON: _("It was given to another person"),
    Stop.WRONG_NUMBER: _("The telephone number was wrong"),
    Stop.PHONE_LOST: _("The phone is lost or changed"),
    Stop.RESULT_WRONG: _("The result was wrong"),
    Stop.ASKED: _("The person asked for it"),
}


class SendForm(forms.Form):
    """Ask for a number and a language. `known`: the number that is used where none is typed."""

    number = forms.CharField(
        label=_("Mobile number"),
        max_length=40,
        required=False,
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "off"}),
    )
    language = forms.ChoiceField(label=_("Language of the message"), choices=LANGUAGE_NAMES, initial="vi")

    def __init__(self, known: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._known = known
        if known:
            ending = _("Leave it empty for the number known here, which ends in %(digits)s.") % {"digits": known[-2:]}
            self.fields["number"].help_text = ending

    def clean_number(self) -> str:
        """Return the number in E.164."""
        text = self.cleaned_data["number"].strip()
        if not text and self._known:
            return self._known
        try:
            return services.read_number(text)
        except SendingError as error:
            raise forms.ValidationError(sentence_of(error)) from None


class StopForm(forms.Form):
    """Ask why a code is stopped."""

    reason = forms.ChoiceField(label=_("Why"), choices=[(each.value, name) for each, name in STOP_NAMES.items()])
