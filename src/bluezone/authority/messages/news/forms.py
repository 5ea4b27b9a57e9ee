"""Define the form by which an officer writes news."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from bluezone.authority.messages.news import rules
from bluezone.authority.messages.places import help_text, place_named
from bluezone.authority.officers.jurisdiction import Jurisdiction
from bluezone.protocol.news import MAX_TEXT, MAX_TITLE


def _text_field(label: Any, longest: int, *, area: bool, required: bool, help_text: Any = "") -> forms.CharField:
    language = "vi" if required else "en"
    widget = forms.Textarea(attrs={"rows": 6, "lang": language}) if area else forms.TextInput(attrs={"lang": language})
    return forms.CharField(label=label, max_length=longest, required=required, widget=widget, help_text=help_text)


class NewsForm(forms.Form):
    """Ask for a piece of news; `form_id` is drawn when the form is shown: sent twice, it is one."""

    form_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    kind = forms.ChoiceField(
        label=_("What it is"),
        choices=[("news", _("News: something that happened")), ("advice", _("Advice: something to do"))],
        initial="news",
        widget=forms.RadioSelect,
    )
    unit = forms.CharField(label=_("For whom"), max_length=120, required=False)
    title_vi = _text_field(_("Title in Vietnamese"), MAX_TITLE, area=False, required=True)
    text_vi = _text_field(
        _("Text in Vietnamese"),
        MAX_TEXT,
        area=True,
        required=True,
        help_text=_(
            "Plain words, at most 1,200 characters. No name of a patient, nothing by which one could be known."
        ),
    )
    title_en = _text_field(_("Title in English"), MAX_TITLE, area=False, required=False)
    text_en = _text_field(
        _("Text in English"),
        MAX_TEXT,
        area=True,
        required=False,
        help_text=_("Leave title and text empty if there is no translation: all then read the Vietnamese."),
    )
    by_sms = forms.ChoiceField(
        label=_("Also as a text message?"),
        choices=[("", _("No")), ("yes", _("Yes, to those who left their number for urgent advice"))],
        required=False,
        widget=forms.RadioSelect,
    )
    days = forms.TypedChoiceField(label=_("Shown for"), coerce=int, initial=7)

    def __init__(self, own: Jurisdiction, today: dt.date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._own, self._today = own, today
        if settings.BLUEZONE.sms == "off":
            del self.fields["by_sms"]
        cast(forms.ChoiceField, self.fields["days"]).choices = [
            (days, ngettext("%(n)d day", "%(n)d days", days) % {"n": days}) for days in rules.DAYS
        ]
        self.fields["unit"].help_text = help_text(own)

    def clean_by_sms(self) -> bool:
        return bool(self.cleaned_data["by_sms"])

    def clean_unit(self) -> str:
        """Return the place the item is for."""
        place = place_named(self.cleaned_data["unit"], self._own, self._today)
        try:
            rules.may_write(self._own, place)
        except rules.NewsRefusedError as error:
            raise forms.ValidationError(error.sentence(gettext)) from error
        return place

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        one, other = values.get("title_en", ""), values.get("text_en", "")
        if bool(one) != bool(other):
            self.add_error(
                "text_en" if one else "title_en", gettext("In English, write both the title and the text, or neither.")
            )
        return values
