"""Present the home screen: one state that says it all, and the step that follows from it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from bluezone.i18n import Translator
from bluezone.phone.air.radio.monitored import RadioState
from bluezone.phone.app.facts import STALE_CHECK_S, PhoneFacts
from bluezone.phone.matching.presences import Nearby, people, people_near
from bluezone.phone.matching.watched import Worth
from bluezone.phone.stores.preference_store import Sharing
from bluezone.phone.stores.publication_store import VerifiedResult
from bluezone.phone.stores.timekeeper import ClockTrouble
from bluezone.phone.web.presenters.common import State, Step, Tone
from bluezone.phone.web.presenters.contacts import Watching, near_text, range_text, watched_of, watching
from bluezone.phone.web.presenters.diary import warning_title
from bluezone.phone.web.presenters.exposure import day_of, story
from bluezone.protocol.verification import CertifiedReport

DAY_S = 86_400.0
_MINUTE_S = 60.0
_SHARED_SHOWN_S = 14 * DAY_S  # as long as the keys that were shared can warn anybody


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float
    kind: str


@dataclass(frozen=True, slots=True)
class Home:
    """Hold the home screen. `state` is the big one; `others` are further things that need attention. `met`: None where
    nobody was met and nothing was watched today."""

    state: State
    others: tuple[State, ...]
    around: int
    around_text: str
    met: int | None
    met_text: tuple[str, ...]
    watching: Watching
    dots: tuple[Dot, ...]
    radar_text: str
    listening: bool
    checking: bool


def home(facts: PhoneFacts, language: Translator) -> Home:
    """Present the facts; `facts.today` are the presences since the owner's midnight."""
    states = [*_news(facts, language), *clock_troubles(facts, language), *troubles(facts, language)]
    watched = watching(facts, language)
    if not states:
        states = [_working(facts, watched, language)]
    _, near = language.gettext, facts.nearby
    around_text = _("none near you")
    if facts.radio.state is not RadioState.WORKING:
        around_text = _("not listening")
    elif near.near:
        around_text = language.ngettext("{n} near you", "{n} near you", near.near).format(n=language.number(near.near))
    radar_text = _("No phone with Bluezone around you just now")
    if near.total:
        radar_text = _("Around you: {near} near, {normal} at some distance, {weak} further away").format(
            near=language.number(near.near), normal=language.number(near.normal), weak=language.number(near.weak)
        )
    met = people(facts.today)
    met_text = (range_text(met, language), near_text(people_near(facts.today), language))
    was_watched = bool(facts.today) or (watched_of(facts, language).days[-1].seconds or 0.0) >= _MINUTE_S
    return Home(
        state=states[0],
        others=tuple(states[1:]),
        around=near.total,
        around_text=around_text,
        met=met.about if was_watched else None,
        met_text=tuple(filter(None, met_text)) if was_watched else (_("not watched yet"),),
        watching=watched,
        dots=tuple(dots(near)),
        radar_text=radar_text,
        listening=facts.radio.state is RadioState.WORKING,
        checking=facts.checking,
    )


# --- states, the most important first -----------------------------------------------------------------


def _news(facts: PhoneFacts, language: Translator) -> Iterator[State]:
    _ = language.gettext
    if facts.result is not None:
        yield _waiting(facts.result, facts.now_s, language)
    published = facts.choices.published_at_s
    if published is not None and facts.now_s - published < _SHARED_SHOWN_S:
        yield _shared(facts, language)
    if facts.current_alerts:
        text, step = story(facts.current_alerts[0], language)
        yield State(Tone.ACT, _("Please read"), _("You may have been near a confirmed case"), text, step)
    elif facts.watch_alerts:
        alert = facts.watch_alerts[-1]
        yield State(
            Tone.WATCH,
            _("Good to know"),
            _("You may have been near a contact (F1)"),
            _("This was on {date}. Nobody says that you are infected: please watch your health.").format(
                date=day_of(alert, language)
            ),
            Step(_("See what to do"), f"/watch/{alert.day_start_s}"),
        )
    if facts.place_alerts:
        place = facts.place_alerts[0]
        yield State(
            Tone.ACT,
            _("Please read"),
            warning_title(place, language),
            _("{place}, on {date}. Your diary of places says so, not Bluetooth.").format(
                place=place.description, date=language.date(place.came_at_s)
            ),
            Step(_("See what to do"), f"/diary/{place.visit}/warning"),
        )


def _shared(facts: PhoneFacts, language: Translator) -> State:
    _ = language.gettext
    if facts.choices.sharing == Sharing.OTHER_TIME:
        return State(
            Tone.WATCH,
            _("Please read"),
            _("This phone's date was not right"),
            _("What you shared was taken, but people you met may not be warned. Your health station can help."),
            Step(_("What to do now"), "/positive"),
        )
    return State(
        Tone.CALM,
        _("Shared, thank you"),
        _("The people you met are being warned"),
        _("They do not learn who you are. For your own health, follow what your health station told you."),
        Step(_("What to do now"), "/positive"),
    )


def _waiting(result: VerifiedResult, now_s: float, language: Translator) -> State:
    _ = language.gettext
    if result.agreed:
        return State(
            Tone.ACT,
            _("Not done yet"),
            _("Your sharing is not finished"),
            _("It did not reach the health authority. Please go on, so that the people you met are warned."),
            Step(_("Go on"), "/result/share"),
        )
    return State(
        Tone.ACT,
        _("Please read"),
        _("The health authority has a question for you")
        if result.report is CertifiedReport.RECURSIVE
        else _("Your test result is here"),
        _("You can decide until {moment} whether others are warned.").format(
            moment=language.moment(result.ends_at_s, now_s)
        ),
        Step(_("Read it") if result.report is CertifiedReport.RECURSIVE else _("See the result"), "/result"),
    )


def troubles(facts: PhoneFacts, language: Translator) -> Iterator[State]:
    """Yield what keeps the phone from working, or its notices from their owner, and what helps."""
    _ = language.gettext
    if facts.choices.paused:
        yield State(
            Tone.WATCH,
            _("Paused"),
            _("Recording is paused"),
            _("Until you start it again, this phone neither sends nor notes anything."),
            Step(_("Start again"), "/settings/resume", post=True),
        )
    elif facts.radio.state is RadioState.OFF:
        yield State(
            Tone.WATCH,
            _("Bluetooth is off"),
            _("Turn on Bluetooth"),
            _("Without it this phone cannot notice others. It starts by itself as soon as Bluetooth is on."),
            Step(_("Find out why"), "/self-test"),
        )
    elif facts.radio.state is RadioState.ABSENT:
        yield State(
            Tone.WATCH,
            _("No Bluetooth"),
            _("This device has no Bluetooth radio in use"),
            _("It still fetches news and checks what was noted before."),
            Step(_("Find out why"), "/self-test"),
        )
    if facts.choices.background is False and not facts.choices.paused:
        yield State(
            Tone.WATCH,
            _("Only while you look"),
            _("Bluezone rests when you leave"),
            _("You chose that it works only while it is on the screen. It cannot notice whom you meet elsewhere."),
            Step(_("Let it go on working"), "/settings/background"),
        )
    if facts.choices.notifications is True and facts.notices.allowed is False:
        yield State(
            Tone.WATCH,
            _("No notices"),
            _("This phone shows no notices of Bluezone"),
            _("They are switched off in its settings. A warning would wait here until you look."),
            Step(_("Open the settings"), "/settings/notices/system", post=True),
        )
    if facts.spares_battery is True and facts.choices.background is not False:
        yield State(
            Tone.WATCH,
            _("Battery saver"),
            _("This phone may put Bluezone to sleep"),
            _("Then it notices nobody, and a warning comes late. Please make an exception for Bluezone."),
            Step(_("See how"), "/battery"),
        )
    if facts.storage_trouble:
        yield State(
            Tone.WATCH,
            _("Storage"),
            _("This phone can hardly store anything"),
            _("Its storage may be full. Please free some space, so that new meetings can be noted."),
            Step(_("Find out why"), "/self-test"),
        )
    yield from _check_troubles(facts, language)


def clock_troubles(facts: PhoneFacts, language: Translator) -> Iterator[State]:
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


def _check_troubles(facts: PhoneFacts, language: Translator) -> Iterator[State]:
    _ = language.gettext
    if not facts.authority_known:
        yield State(
            Tone.WATCH,
            _("Not connected"),
            _("No health authority is set yet"),
            _("Contacts are noted on this phone. To check them it must know whose lists to trust."),
            Step(_("Questions and answers"), "/questions"),
        )
        return
    since = facts.choices.checked_at_s or facts.choices.agreed_at_s
    if since is None or facts.now_s - since < STALE_CHECK_S:
        return
    days = int((facts.now_s - since) // DAY_S)
    yield State(
        Tone.WATCH,
        _("No check"),
        language.ngettext("No check for {n} day", "No check for {n} days", days).format(n=days),
        _("Nothing is lost. Connect to the internet for a minute, and this phone catches up.")
        if facts.unreachable or not facts.trouble
        else _("The last lists could not be read. This phone goes on trying by itself."),
        Step(_("Check now"), "/check", post=True),
    )


def _working(facts: PhoneFacts, watched: Watching, language: Translator) -> State:
    _ = language.gettext
    checked = facts.choices.checked_at_s
    if checked is None:
        return State(
            Tone.CALM,
            _("Working"),
            _("The first check is on its way"),
            _("As soon as there is internet. Until then contacts are noted on this phone only."),
            Step(_("Check now"), "/check", post=True),
        )
    compared = _("Checked at {moment}. Your contacts stay on this phone only.").format(
        moment=language.moment(checked, facts.now_s)
    )
    if watched.worth is Worth.NOTHING:
        title = _("This phone has only begun to watch")
        return State(Tone.CALM, _("Working"), title, _("So it cannot say anything yet.") + " " + compared)
    title = _("In the {hours} watched, no contact with a confirmed case was noted").format(hours=watched.hours)
    if watched.worth is Worth.LITTLE:
        so_far = _("That is too little for an all-clear: it knows nothing of the other hours.")
        return State(Tone.CALM, _("Working"), title, f"{so_far} {compared}")
    return State(Tone.SAFE, _("Working"), title, compared)


# --- around -------------------------------------------------------------------------------------------


_GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))
_RINGS = (("near", 24.0, 6), ("normal", 50.0, 10), ("weak", 82.0, 14))  # kind, radius, dots at most


def dots(nearby: Nearby) -> Iterator[Dot]:
    """Yield where the radar (200 x 200, centre 100 100) shows them. The direction means nothing: no phone knows it."""
    for ring, (kind, radius, most) in enumerate(_RINGS):
        for number in range(min(getattr(nearby, kind), most)):
            angle = (number * 7 + ring * 3 + 1) * _GOLDEN_ANGLE
            yield Dot(round(100 + radius * math.cos(angle), 1), round(100 + radius * math.sin(angle), 1), kind)
