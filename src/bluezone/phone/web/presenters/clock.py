"""Present a clock that is wrong: one sentence, and the next step."""

from __future__ import annotations

from collections.abc import Iterator

from bluezone.i18n import Translator
from bluezone.phone.app.facts import PhoneFacts
from bluezone.phone.stores.believed_time import ClockTrouble
from bluezone.phone.web.presenters.common import State, Step, Tone


def states(facts: PhoneFacts, language: Translator) -> Iterator[State]:
    """Yield what the owner is to know of the clock; nothing where all is well."""
    _ = language.gettext
    trouble = facts.clock_trouble
    wrong = _("Date and time"), _("This phone's date or time is not right")
    if trouble is ClockTrouble.KEPT:
        text = _("Bluezone counts on by itself, and nothing is lost. Please set date and time to automatic.")
        yield State(Tone.WATCH, *wrong, text)
    elif trouble is ClockTrouble.LOST:
        text = _("Until it is right, other phones cannot notice this one. Please set date and time to automatic.")
        yield State(Tone.WATCH, *wrong, text)
    elif trouble is ClockTrouble.REFUSED:
        text = _("Until it is right, no lists can be fetched. Please set date and time to automatic.")
        yield State(Tone.WATCH, *wrong, text)
    elif trouble is ClockTrouble.AHEAD:
        yield State(
            Tone.WATCH,
            _("Date and time"),
            _("Is today {date}, {year}?").format(
                date=language.date(facts.now_s), year=language.local(facts.now_s).year
            ),
            _("Older notes are hidden until that is sure, and none is lost. Correct the date, or go online."),
            Step(_("Check now"), "/check", post=True),
        )
