"""Ask an officer what to send or why to stop; say in words what became of messages with codes, and how our share of
used codes compares."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bluezone.authority.diagnosis import code_use
from bluezone.authority.diagnosis.models import Case, CodeMessage
from bluezone.authority.diagnosis.sending import queries, services
from bluezone.authority.diagnosis.sending.rules import SendingError, State, Stop, Why
from bluezone.authority.messages import sms
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.persons.rules import IdentityError
from bluezone.authority.site.language import number_text, page_language, sentence_of
from bluezone.i18n import format_number, format_share

LANGUAGE_NAMES = (("vi", "Tiếng Việt"), ("en", "English"))
STOP_NAMES = {
    Stop.OTHER_PERSON: _("It was given to another person"),
    Stop.WRONG_NUMBER: _("The telephone number was wrong"),
    Stop.PHONE_LOST: _("The phone is lost or changed"),
    Stop.RESULT_WRONG: _("The result was wrong"),
    Stop.ASKED: _("The person asked for it"),
}
STATE_NAMES = {
    State.WAITING: _("waits to be sent"),
    State.SENT: _("sent"),
    State.USED: _("sent, used"),
    State.RAN_OUT: _("sent, ran out unused"),
    State.STOPPED: _("stopped"),
    State.REFUSED: _("not sent"),
}
WHY_NAMES = {
    Why.NUMBER: _("no text message goes to this number"),
    Why.DATES: _("the days cannot be"),
    Why.LANGUAGE: _("the language is neither vi nor en"),
    Why.FILE_NUMBER: _("the file number is too long, or is a telephone number"),
    Why.NUMBER_TWICE: _("the number has a code already, or stands in the list twice"),
    Why.NO_RIGHT: _("the officer may not confirm cases there any more"),
    Why.GATEWAY: _("the gateway did not take the message; the code was stopped"),
    Why.TOO_LATE: _("it could not be sent within its time"),
}
#: the tone in which a state is shown, and its icon
TONES = {
    State.WAITING: ("watch", "wait"),
    State.SENT: ("watch", "wait"),
    State.USED: ("safe", "done"),
    State.RAN_OUT: ("act", "alert"),
    State.STOPPED: ("", "off"),
    State.REFUSED: ("act", "alert"),
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


def said(row: CodeMessage) -> dict[str, Any]:
    """Return what a page shows of a message."""
    state = State(row.state)
    tone, icon = TONES[state]
    return {
        "row": row,
        "text": STATE_NAMES[state],
        "why": WHY_NAMES[Why(row.why)] if row.why else "",
        "tone": tone,
        "icon": icon,
    }


def known(case: Case, issuer: Issuer) -> tuple[str, str]:
    """Return the number that is used where none is typed, and why there is none where it cannot be decrypted."""
    try:
        return services.known_number(case, issuer), ""
    except IdentityError as error:
        return "", sentence_of(error)


def case_part(
    case: Case, issuer: Issuer, now: dt.datetime, send: SendForm | None = None, stop: StopForm | None = None
) -> dict[str, Any]:
    """Return what a case's page shows of messages and of stopping. `send`, `stop`: forms that were refused."""
    newest = case.codes.order_by("-id").first()
    live = newest is not None and newest.used_at is None and newest.burnt_at is None and now < newest.long_expires_at
    message = queries.newest_message(case)
    number, problem = known(case, issuer)
    return {
        "problem": problem,
        "message": said(message) if message else None,
        "form": send or SendForm(number),
        "offers": sms.sender() is not None,
        "again": message is not None,
        "stop": (stop or StopForm()) if live else None,
    }


def share(within: str, now: dt.datetime) -> dict[str, Any]:
    """Return our share of used codes, beside SwissCovid's, as pages show it."""
    ours, language = code_use.share_of(within, now), page_language()
    other = code_use.SWISSCOVID
    return {
        "issued": number_text(ours.use.issued),
        "used": number_text(ours.use.used),
        "share": format_share(ours.use.share, language, 0) if ours.use.issued else "",
        "days": code_use.SHARE_DAYS,
        "published": ours.published,
        "hours": format_number(ours.median_hours, language, 1, trim=True) if ours.median_hours is not None else "",
        "other_issued": number_text(other.issued),
        "other_used": number_text(other.used),
        "other_share": format_share(other.share, language, 0),
        "source": code_use.SWISSCOVID_SOURCE,
    }


def counts_text(counts: dict[State, int]) -> str:
    """Say how many rows of a list are in each state."""
    parts = [f"{STATE_NAMES[state]}: {counts[state]}" for state in State if counts.get(state)]
    return "; ".join(parts) if parts else gettext("none")
