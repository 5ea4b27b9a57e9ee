"""Say in words what became of messages with codes, and how our share of used codes compares."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bluezone.authority.diagnosis import code_share
from bluezone.authority.diagnosis.models import Case
from bluezone.authority.diagnosis.sending import queries, services
from bluezone.authority.diagnosis.sending.forms import SendForm, StopForm
from bluezone.authority.diagnosis.sending.models import CodeMessage
from bluezone.authority.diagnosis.sending.rules import State, Why
from bluezone.authority.messages import sms
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.persons.rules import IdentityError
from bluezone.authority.site.language import number_text, page_language, sentence_of
from bluezone.i18n import format_number, format_share

STATE_NAMES = {
    State.WAITING: gettext_lazy("waits to be sent"),
    State.SENT: gettext_lazy("sent"),
    State.USED: gettext_lazy("sent, used"),
    State.RAN_OUT: gettext_lazy("sent, ran out unused"),
    State.STOPPED: gettext_lazy("stopped"),
    State.REFUSED: gettext_lazy("not sent"),
}
WHY_NAMES = {
    Why.NUMBER: gettext_lazy("no text message goes to this number"),
    Why.DATES: gettext_lazy("the days cannot be"),
    Why.LANGUAGE: gettext_lazy("the language is neither vi nor en"),
    Why.FILE_NUMBER: gettext_lazy("the file number is too long, or is a telephone number"),
    Why.NUMBER_TWICE: gettext_lazy("the number has a code already, or stands in the list twice"),
    Why.NO_RIGHT: gettext_lazy("the officer may not confirm cases there any more"),
    Why.GATEWAY: gettext_lazy("the gateway did not take the message; the code was stopped"),
    Why.TOO_LATE: gettext_lazy("it could not be sent within its time"),
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
    ours, language = code_share.of_place(within, now), page_language()
    other = code_share.SWISSCOVID
    return {
        "issued": number_text(ours.use.issued),
        "used": number_text(ours.use.used),
        "share": format_share(ours.use.share, language, 0) if ours.use.issued else "",
        "days": code_share.DAYS,
        "published": ours.published,
        "hours": format_number(ours.median_hours, language, 1, trim=True) if ours.median_hours is not None else "",
        "other_issued": number_text(other.issued),
        "other_used": number_text(other.used),
        "other_share": format_share(other.share, language, 0),
        "source": code_share.SWISSCOVID_SOURCE,
    }


def counts_text(counts: dict[State, int]) -> str:
    """Say how many rows of a list are in each state."""
    parts = [f"{STATE_NAMES[state]}: {counts[state]}" for state in State if counts.get(state)]
    return "; ".join(parts) if parts else _("none")
