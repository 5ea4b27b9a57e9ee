"""Say what became of a sharing, and what to do now: nobody is thanked for what did not happen."""
# ruff: noqa: E501 (sentences are not broken)

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bluezone.i18n import Translator, at_start, format_weekday_date
from bluezone.phone.stores.preference_store import Choices, Sharing
from bluezone.phone.stores.publication_store import VerifiedResult
from bluezone.phone.web.presenters.common import Step
from bluezone.protocol.intervals import day_start_s


class State(StrEnum):
    """Name what became of it. ASKED_AGAIN: another code, after something was shared; WAITING: the owner said yes, and
    there was no connection."""

    NONE = "none"
    ASKED = "asked"
    ASKED_AGAIN = "asked again"
    WAITING = "waiting"
    SHARED = "shared"
    PARTLY = "partly"
    WITHDRAWN = "withdrawn"
    TAKEN_BACK = "taken back"
    REFUSED = "refused"
    NOTHING = "nothing"
    AS_CONTACT = "as contact"
    OTHER_TIME = "other time"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Hold what to say of it. `is_well`: the owner is not ill, so nothing is said of being so; `is_done`: those who
    were to be told will be."""

    state: State
    title: str
    text: str
    steps: tuple[str, ...]
    next: Step | None
    is_well: bool
    is_done: bool = True


@dataclass(frozen=True, slots=True)
class ShareDay:
    """Hold a day that can be shared: its field in the form, its name. `is_shared`: it was shared before."""

    field: str
    name: str
    is_shared: bool


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Hold the days that an owner leaves out. `is_nothing`: no day is left to share."""

    days: frozenset[dt.date]
    is_nothing: bool


#: says that the form offered days: without it all of them are meant
CHOSEN = "choose"


def days(known: Mapping[dt.date, bool], language: Translator) -> list[ShareDay]:
    """Return the days that can be shared, the newest first."""
    return [
        ShareDay(_field(day), at_start(format_weekday_date(day, language.language)), is_shared)
        for day, is_shared in sorted(known.items(), reverse=True)
    ]


def _field(day: dt.date) -> str:
    return f"day-{day.isoformat()}"


def left_out(form: Mapping[str, str], known: Mapping[dt.date, bool]) -> LeftOut:
    """Return the days whose box is empty in a form that offered days. What was shared before cannot be left out."""
    if form.get(CHOSEN) != "days":
        return LeftOut(frozenset(), is_nothing=False)
    kept = frozenset(day for day, is_shared in known.items() if not is_shared and form.get(_field(day)) != "yes")
    return LeftOut(kept, is_nothing=bool(kept) and kept == known.keys())


def turn_of_day(now_s: float, language: Translator) -> str:
    """Return the time of the clock here at which a day of random numbers begins: midnight UTC."""
    return language.time(day_start_s(now_s))


def state_of(choices: Choices, result: VerifiedResult | None) -> State:
    """Decide what became of the last code: what is under way first, then what was done."""
    if result is not None:
        if result.agreed:
            return State.WAITING
        return State.ASKED if choices.published_at_s is None else State.ASKED_AGAIN
    if choices.published_at_s is not None:
        told_apart = {Sharing.PARTLY: State.PARTLY, Sharing.OTHER_TIME: State.OTHER_TIME}
        return next((state for sharing, state in told_apart.items() if choices.sharing == sharing), State.SHARED)
    done = {
        Sharing.WITHDRAWN: State.WITHDRAWN,
        Sharing.TAKEN_BACK: State.TAKEN_BACK,
        Sharing.REFUSED: State.REFUSED,
        Sharing.NOTHING: State.NOTHING,
        Sharing.AS_CONTACT: State.AS_CONTACT,
    }
    return next((state for sharing, state in done.items() if choices.sharing == sharing), State.NONE)


def outcome(choices: Choices, result: VerifiedResult | None, language: Translator) -> Outcome:
    """Say what became of the last code."""
    state = state_of(choices, result)
    title, text = _said(language.gettext)[state]
    is_well = state in (State.WITHDRAWN, State.AS_CONTACT)
    steps = _contact_steps(language) if state is State.AS_CONTACT else _steps(language, is_well=is_well)
    return Outcome(state, title, text, steps, _next(state, language), is_well, state is not State.OTHER_TIME)


def _said(_: Callable[[str], str]) -> Mapping[State, tuple[str, str]]:
    return {
        State.NONE: (
            _("Nothing has been shared"),
            _("With a code of your health station you can have the people you met warned."),
        ),
        State.ASKED: (
            _("Nothing has been shared yet"),
            _("Your result is here. You decide whether the people you met are warned."),
        ),
        State.ASKED_AGAIN: (
            _("Another result is here"),
            _("What you shared before stands until you decide."),
        ),
        State.WAITING: (
            _("Not sent yet"),
            _("You said yes, and the health authority could not be reached. Please go on when there is internet."),
        ),
        State.SHARED: (
            _("Thank you"),
            _("The people you met will be warned within hours. They do not learn who you are."),
        ),
        State.PARTLY: (
            _("Thank you"),
            _(
                "Most of what you shared was taken, and people you met will be warned within hours. A few days could not be used. They do not learn who you are."
            ),
        ),
        State.OTHER_TIME: (
            _("This phone's date was not right"),
            _(
                "What you shared was taken, but it may not fit the days, so people you met may not be warned. Please set date and time to automatic, and tell your health station; they can help in another way."
            ),
        ),
        State.WITHDRAWN: (
            _("The warning is taken back"),
            _("Those who were warned will read within hours that it no longer stands. They do not learn who you are."),
        ),
        State.TAKEN_BACK: (
            _("The warning is taken back"),
            _("As you wished. Those who were warned will read within hours that it no longer stands."),
        ),
        State.REFUSED: (
            _("Nothing was shared"),
            _("The health authority did not take it. Your health station can give you a new code."),
        ),
        State.AS_CONTACT: (
            _("Thank you"),
            _(
                "The people you met since your contact will read within hours that they should watch their health. They do not learn who you are."
            ),
        ),
        State.NOTHING: (
            _("Nothing was shared"),
            _("This phone has sent nothing in the last 14 days, so there is nobody to warn."),
        ),
    }


def _next(state: State, language: Translator) -> Step | None:
    _ = language.gettext
    code = Step(_("Enter a code"), "/code")
    return {
        State.NONE: code,
        State.ASKED: Step(_("See the result"), "/result"),
        State.ASKED_AGAIN: Step(_("See the result"), "/result"),
        State.WAITING: Step(_("Go on"), "/result/share"),
        State.REFUSED: code,
    }.get(state)


def _contact_steps(language: Translator) -> tuple[str, ...]:
    _ = language.gettext
    return (
        _("Follow what your health station told you as a contact (F1)."),
        _("If you have fever, cough or trouble breathing, call your health station."),
    )


def _steps(language: Translator, *, is_well: bool) -> tuple[str, ...]:
    _ = language.gettext
    if is_well:
        return (
            _("Your test is negative. You need do nothing more."),
            _("If you have fever, cough or trouble breathing, call your health station."),
        )
    return (
        _("If your test is positive, follow what your health station or hospital told you."),
        _("Keep away from others until they say that it is over."),
        _("If breathing is hard, or you feel much worse, call 115 at once."),
    )
