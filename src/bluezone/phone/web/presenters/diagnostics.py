"""Present what is stored, the self-test, and the diagnostics that a person may read before sending them to a helper."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from enum import StrEnum
from importlib import metadata

from bluezone.forms.communes import commune_of
from bluezone.i18n import Translator, at_start
from bluezone.phone.air.duty_cycle import plan
from bluezone.phone.air.radio.monitored import RadioState
from bluezone.phone.app.engine import PhoneSettings
from bluezone.phone.app.facts import STALE_CHECK_S, PhoneFacts
from bluezone.phone.app.status import PhoneStatus
from bluezone.phone.stores.contact_store import ScanTally
from bluezone.phone.stores.phone_number_store import PhoneNumber
from bluezone.phone.web.presenters.common import Fact

_RECENT_SCAN_S = 180.0


class Mark(StrEnum):
    GOOD = "good"
    BAD = "bad"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Proof:
    """Describe one line of the self-test."""

    mark: Mark
    word: str
    title: str
    text: str


def self_test(
    facts: PhoneFacts, status: PhoneStatus, can_write: bool, trusted_keys: int, language: Translator
) -> tuple[Proof, ...]:
    """Present what a doubting owner may want proven, each with what was found and what would help."""
    return (
        _radio(facts, language),
        _sending(facts, status, language),
        _hearing(facts, language),
        _authority(facts, trusted_keys, language),
        _storage(can_write, language),
    )


def proof_of(mark: Mark, title: str, text: str, language: Translator) -> Proof:
    """Return a line, with the word for its mark."""
    _ = language.gettext
    words = {Mark.GOOD: _("in order"), Mark.BAD: _("needs attention"), Mark.UNKNOWN: _("not known yet")}
    return Proof(mark, words[mark], title, text)


def _radio(facts: PhoneFacts, language: Translator) -> Proof:
    _ = language.gettext
    title = _("Bluetooth")
    state = facts.radio.state
    if facts.choices.paused:
        return proof_of(Mark.BAD, title, _("You have paused it. Start it again on the home screen."), language)
    if state is RadioState.WORKING:
        return proof_of(Mark.GOOD, title, _("The radio answers."), language)
    if state is RadioState.OFF:
        text = _(
            "The radio does not answer. Turn Bluetooth on, or plug the adapter in again."
            " Another try comes every 30 seconds."
        )
        return proof_of(Mark.BAD, title, text, language)
    if state is RadioState.ABSENT:
        text = _("No radio was chosen when Bluezone was started on this device.")
        return proof_of(Mark.BAD, title, text, language)
    return proof_of(Mark.UNKNOWN, title, _("The radio is just starting."), language)


def _sending(facts: PhoneFacts, status: PhoneStatus, language: Translator) -> Proof:
    _ = language.gettext
    title = _("Others can notice you")
    if facts.radio.state is not RadioState.WORKING:
        return proof_of(Mark.BAD, title, _("Nothing is sent while Bluetooth rests."), language)
    if not facts.radio.sends:
        text = _("This device cannot send. It notices others and warns you, but others cannot notice it.")
        return proof_of(Mark.BAD, title, text, language)
    if not status.days_with_keys:
        return proof_of(Mark.UNKNOWN, title, _("The first random number is on its way."), language)
    return proof_of(Mark.GOOD, title, _("A new random number every ten minutes; it says nothing about you."), language)


def _hearing(facts: PhoneFacts, language: Translator) -> Proof:
    _ = language.gettext
    title = _("You notice others")
    if facts.radio.state is not RadioState.WORKING:
        return proof_of(Mark.BAD, title, _("Nothing is heard while Bluetooth rests."), language)
    if not facts.tally.scans:
        return proof_of(Mark.UNKNOWN, title, _("The first listening is under way; it takes a minute."), language)
    text = language.ngettext("Listened {n} time today.", "Listened {n} times today.", facts.tally.scans).format(
        n=language.number(facts.tally.scans)
    )
    if facts.last_scan_s is not None and facts.now_s - facts.last_scan_s < _RECENT_SCAN_S:
        now = _("Just now another phone was heard.")
    else:
        now = _("No other phone with Bluezone is near just now.")
    return proof_of(Mark.GOOD, title, f"{text} {now}", language)


def _authority(facts: PhoneFacts, trusted_keys: int, language: Translator) -> Proof:
    _ = language.gettext
    title = _("Warnings reach you")
    if not facts.authority_known or not trusted_keys:
        return proof_of(Mark.BAD, title, _("No health authority is set, so nothing can be checked."), language)
    checked = facts.choices.checked_at_s
    if checked is None:
        text = _("Not checked yet: that needs the internet once.")
        return proof_of(Mark.BAD if facts.trouble else Mark.UNKNOWN, title, text, language)
    when = language.moment(checked, facts.now_s)
    if facts.now_s - checked >= STALE_CHECK_S:
        return proof_of(
            Mark.BAD, title, _("Last checked at {moment}. Connect to the internet once.").format(moment=when), language
        )
    return proof_of(Mark.GOOD, title, _("Last checked at {moment}.").format(moment=when), language)


def _storage(can_write: bool, language: Translator) -> Proof:
    _ = language.gettext
    title = _("Notes are kept")
    if can_write:
        return proof_of(Mark.GOOD, title, _("Written just now. All of it goes after 14 days."), language)
    return proof_of(Mark.BAD, title, _("Nothing can be written. Please free some space on this device."), language)


def stored(
    status: PhoneStatus, facts: PhoneFacts, number: PhoneNumber | None, language: Translator
) -> tuple[Fact, ...]:
    """Present how much there is of everything the phone keeps."""
    _, n = language.gettext, language.number
    tallies = status.days.values()
    days = sorted(status.days)
    return (
        Fact(_("Readings of other phones"), n(sum(tally.sightings for tally in tallies))),
        Fact(_("Oldest reading"), at_start(language.in_zone(UTC).date(days[0])) if days else _("none yet")),
        Fact(_("Days with random numbers of your own"), n(status.days_with_keys)),
        Fact(_("Lists of the health authority checked"), n(status.exports_known - status.exports_unchecked)),
        Fact(_("Warnings"), n(len(facts.current_alerts))),
        Fact(_("Results of codes that wait for you"), n(int(facts.result is not None))),
        Fact(_("News"), n(len(facts.news))),
        Fact(_("Your commune"), _commune(facts, language)),
        Fact(_("Your telephone number"), _number(number, language)),
        Fact(_("Names of people, places you were at"), _("none")),
    )


def _commune(facts: PhoneFacts, language: Translator) -> str:
    commune = commune_of(facts.choices.commune)
    return commune.full_name if commune is not None else language.gettext("not given")


def _number(number: PhoneNumber | None, language: Translator) -> str:
    if number is None:
        return language.gettext("not given")
    if number.is_confirmed:
        return language.gettext("its last digits, {digits}").format(digits=number.ending)
    return language.gettext("one that waits for its code")


def diagnostics(
    facts: PhoneFacts, status: PhoneStatus, settings: PhoneSettings, tallies: Mapping[int, ScanTally]
) -> Sequence[tuple[str, str]]:
    """Present what a helper needs to find a fault, in English, as name and value. No identifier, no key, no address, no
    path: a person reads it before it goes anywhere."""
    today = facts.tally
    duty = settings.duty or plan(settings.sense())
    return [
        ("Bluezone", version()),
        ("Python", platform.python_version()),
        ("System", f"{platform.system()} {platform.machine()}"),
        ("Identifiers", settings.scheme),
        ("Policy", status.policy),
        ("Region", settings.region),
        ("Pinned keys of the authority", str(len(settings.trusted_keys))),
        ("Listening", f"{duty.window_s:.0f} s every {duty.period_s:.0f} s"),
        ("Radio", facts.radio.state.value),
        ("Paused", "yes" if facts.choices.paused else "no"),
        ("Scans today", str(today.scans)),
        ("Sightings today", str(today.sightings)),
        ("Other Bluetooth devices today", str(today.garbage)),
        ("Sightings without room today", str(today.dropped)),
        ("Days with contacts", str(len(tallies))),
        ("Days with keys", str(status.days_with_keys)),
        ("Lists known", str(status.exports_known)),
        ("Lists unchecked", str(status.exports_unchecked)),
        ("Hours since the last check", _hours(facts)),
        ("Last check failed", "no connection" if facts.unreachable else "yes" if facts.trouble else "no"),
        ("Storage trouble", "yes" if facts.storage_trouble else "no"),
        ("Warnings standing", str(len(facts.current_alerts))),
        ("News shown", str(len(facts.news))),
        ("News refused", facts.news_fault or "no"),
        ("Guidance", f"{len(facts.guidance)} entries"),
        ("Guidance refused", facts.guidance_fault or "no"),
        ("Counted by the authority", "yes" if facts.choices.counted else "no"),
        ("In the background", _answer(facts.choices.background)),
        ("Running for hours", _since(facts.running_since_s, facts.now_s)),
        ("Hours since the last scan", _since(facts.listened_at_s, facts.now_s)),
        ("Notices wanted", _answer(facts.choices.notifications)),
        ("Notices by way of", facts.notices.way.value),
        ("Notices allowed by the system", _answer(facts.notices.allowed, "does not say")),
        ("Notices in trouble", "yes" if facts.notices.reason else "no"),
        ("May be put to sleep", _answer(facts.spares_battery, "does not say")),
    ]


def _answer(value: bool | None, unknown: str = "not asked") -> str:
    return {True: "yes", False: "no", None: unknown}[value]


def _since(then_s: float | None, now_s: float) -> str:
    return "never" if then_s is None else f"{(now_s - then_s) / 3_600:.1f}"


def version() -> str:
    try:
        return metadata.version("bluezone")
    except metadata.PackageNotFoundError:  # run from a checkout
        return "not installed"


def _hours(facts: PhoneFacts) -> str:
    checked = facts.choices.checked_at_s
    return "never checked" if checked is None else f"{(facts.now_s - checked) / 3_600:.0f}"
