"""What the phone has told its owner, the newest first."""

from __future__ import annotations

from dataclasses import dataclass

from bluezone.phone.facts import PhoneFacts
from bluezone.phone.web.language import Language
from bluezone.phone.web.screens.common import Tone


@dataclass(frozen=True, slots=True)
class Notice:
    at_s: float
    tone: Tone
    title: str
    text: str
    when: str
    href: str
    unread: bool


def notices(facts: PhoneFacts, language: Language) -> tuple[Notice, ...]:
    _, utc, seen_s = language.gettext, language.in_utc(), facts.choices.notices_seen_at_s
    found: list[tuple[float, Tone, str, str, str]] = []
    for alert in facts.alerts:
        date = utc.date(alert.day_start_s)
        if alert.withdrawn_at_s is None:
            text = _("This was on {date}. Tap to see what to do.").format(date=date)
            found.append(
                (
                    alert.created_at_s,
                    Tone.ACT,
                    _("You may have been near a confirmed case"),
                    text,
                    f"/exposure/{alert.day_start_s}",
                )
            )
        else:
            text = _("The warning for {date} no longer stands: the result was corrected. You need do nothing.")
            found.append((alert.withdrawn_at_s, Tone.SAFE, _("A warning was taken back"), text.format(date=date), ""))
    choices = facts.choices
    if choices.published_at_s is not None:
        text = _("The people you met are being warned, and do not learn who you are.")
        found.append((choices.published_at_s, Tone.CALM, _("Thank you for sharing"), text, "/positive"))
    if choices.database_set_aside_at_s is not None:
        text = _("A file was damaged. It was set aside and a clean one begun. Contacts noted before may be missing.")
        found.append((choices.database_set_aside_at_s, Tone.WATCH, _("This phone had to start anew"), text, ""))
    found.sort(key=lambda one: -one[0])
    return tuple(
        Notice(at_s, tone, title, text, language.moment(at_s, facts.now_s), href, at_s > seen_s)
        for at_s, tone, title, text, href in found
    )


def unread(facts: PhoneFacts, language: Language) -> int:
    return sum(notice.unread for notice in notices(facts, language))
