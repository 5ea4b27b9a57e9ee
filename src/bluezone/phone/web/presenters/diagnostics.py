"""Present what is stored, the self-test, how notices come, and the diagnostics that a person may read before sending them."""
# ruff: noqa: E501 (sentences are not broken)

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from enum import StrEnum

from bluezone.forms.communes import commune_of
from bluezone.i18n import Translator, at_start
from bluezone.phone.air.duty_cycle import plan
from bluezone.phone.air.radio.monitored import RadioState
from bluezone.phone.app.engine import PhoneSettings, PhoneStatus
from bluezone.phone.app.facts import STALE_CHECK_S, PhoneFacts
from bluezone.phone.app.schedule import version
from bluezone.phone.notices.port import NotifierHealth, Way
from bluezone.phone.stores.contact_store import ScanTally
from bluezone.phone.stores.preference_store import PhoneNumber
from bluezone.phone.web.presenters.common import Fact
from bluezone.phone.web.presenters.contacts import watched_of, watched_text
from bluezone.protocol.intervals import day_start_s

_RECENT_SCAN_S = 180.0
_LATE_SCAN_S = 900.0  # three of the longest pauses of the plan

#: makers sold in Viet Nam (`Build.MANUFACTURER`) with a battery saver that ends what Android itself would leave alone,
#: by the family whose steps the screen shows. Found by search, with dontkillmyapp.com; names change by version.
FAMILIES = {
    "samsung": "samsung",
    "xiaomi": "xiaomi",
    "redmi": "xiaomi",
    "poco": "xiaomi",
    "oppo": "oppo",
    "realme": "oppo",
    "oneplus": "oppo",
    "vivo": "vivo",
    "huawei": "huawei",
    "honor": "huawei",
}


class Mark(StrEnum):
    GOOD = "good"
    BAD = "bad"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Proof:
    """Describe one line of the self-test: what is proven, whether it is in order, in one word and in a sentence."""

    mark: Mark
    word: str
    title: str
    text: str


#: whether something is in order, and a sentence on what was found and what would help
Found = tuple[Mark, str]


def self_test(
    facts: PhoneFacts, status: PhoneStatus, can_write: bool, trusted_keys: int, language: Translator
) -> tuple[Proof, ...]:
    """Present what a doubting owner may want proven. Of the battery saver nothing is said where there is none."""
    _ = language.gettext
    kept = Mark.BAD, _("Nothing can be written. Please free some space on this device.")
    if can_write:
        kept = Mark.GOOD, _("Written just now. All of it goes after 14 days.")
    found: tuple[tuple[str, Found | None], ...] = (
        (_("Bluetooth"), _radio(facts, language)),
        (_("Others can notice you"), _sending(facts, status, language)),
        (_("You notice others"), _hearing(facts, language)),
        (_("Warnings reach you"), _authority(facts, trusted_keys, language)),
        (_("Notes are kept"), kept),
        (_("Bluezone runs"), _running(facts, language)),
        (_("Notices reach you"), _notices(facts, language)),
        (_("It is not put to sleep"), _battery(facts, language)),
    )
    words = {Mark.GOOD: _("in order"), Mark.BAD: _("needs attention"), Mark.UNKNOWN: _("not known yet")}
    return tuple(Proof(one[0], words[one[0]], title, one[1]) for title, one in found if one is not None)


def _radio(facts: PhoneFacts, language: Translator) -> Found:
    _ = language.gettext
    if facts.choices.paused:
        return Mark.BAD, _("You have paused it. Start it again on the home screen.")
    if facts.radio.state is RadioState.WORKING:
        return Mark.GOOD, _("The radio answers.")
    if facts.radio.state is RadioState.OFF:
        return Mark.BAD, _(
            "The radio does not answer. Turn Bluetooth on, or plug the adapter in again."
            " Another try comes every 30 seconds."
        )
    if facts.radio.state is RadioState.ABSENT:
        return Mark.BAD, _("No radio was chosen when Bluezone was started on this device.")
    return Mark.UNKNOWN, _("The radio is just starting.")


def _sending(facts: PhoneFacts, status: PhoneStatus, language: Translator) -> Found:
    _ = language.gettext
    if facts.radio.state is not RadioState.WORKING:
        return Mark.BAD, _("Nothing is sent while Bluetooth rests.")
    if not facts.radio.sends:
        return Mark.BAD, _("This device cannot send. It notices others and warns you, but others cannot notice it.")
    if not status.days_with_keys:
        return Mark.UNKNOWN, _("The first random number is on its way.")
    return Mark.GOOD, _("A new random number every ten minutes; it says nothing about you.")


def _hearing(facts: PhoneFacts, language: Translator) -> Found:
    _ = language.gettext
    if facts.radio.state is not RadioState.WORKING:
        return Mark.BAD, _("Nothing is heard while Bluetooth rests.")
    today_s = watched_of(facts, language).days[-1].seconds or 0.0
    if not today_s:
        return Mark.UNKNOWN, _("The first listening is under way; it takes a minute.")
    text = _("Listened for {hours} today.").format(hours=watched_text(today_s, language))
    if facts.last_scan_s is not None and facts.now_s - facts.last_scan_s < _RECENT_SCAN_S:
        now = _("Just now another phone was heard.")
    else:
        now = _("No other phone with Bluezone is near just now.")
    return Mark.GOOD, f"{text} {now}"


def _authority(facts: PhoneFacts, trusted_keys: int, language: Translator) -> Found:
    _ = language.gettext
    if not facts.authority_known or not trusted_keys:
        return Mark.BAD, _("No health authority is set, so nothing can be checked.")
    checked = facts.choices.checked_at_s
    if checked is None:
        return Mark.BAD if facts.trouble else Mark.UNKNOWN, _("Not checked yet: that needs the internet once.")
    when = language.moment(checked, facts.now_s)
    if facts.now_s - checked >= STALE_CHECK_S:
        return Mark.BAD, _("Last checked at {moment}. Connect to the internet once.").format(moment=when)
    return Mark.GOOD, _("Last checked at {moment}.").format(moment=when)


def _running(facts: PhoneFacts, language: Translator) -> Found:
    _ = language.gettext
    if facts.running_since_s is None:
        return Mark.UNKNOWN, _("It was opened to be looked at, and does nothing by itself.")
    since = _("Without a break since {moment}.").format(moment=language.moment(facts.running_since_s, facts.now_s))
    if facts.listened_at_s is None:
        return Mark.UNKNOWN, since + " " + _("It has not listened yet.")
    heard = _("It listened last at {moment}.").format(moment=language.moment(facts.listened_at_s, facts.now_s))
    late = facts.now_s - facts.listened_at_s > _LATE_SCAN_S
    return Mark.BAD if late else Mark.GOOD, f"{since} {heard}"


def _notices(facts: PhoneFacts, language: Translator) -> Found:
    _, health = language.gettext, facts.notices
    if facts.choices.notifications is not True:
        return Mark.BAD, _(
            "You did not allow them. Warnings wait here until you look. You can change that in the settings."
        )
    if health.allowed is False:
        return Mark.BAD, _("They are switched off in the settings of this phone. Warnings wait here until you look.")
    if health.way not in (Way.BROWSER, Way.NONE) and health.reason:
        return Mark.BAD, _("The last one could not be shown. Bluezone tries again by itself; until then it waits here.")
    mark = {Way.NONE: Mark.BAD, Way.BROWSER: Mark.UNKNOWN}.get(health.way, Mark.GOOD)
    return mark, way_text(health, language)


def _battery(facts: PhoneFacts, language: Translator) -> Found | None:
    _ = language.gettext
    if facts.spares_battery is None:
        return None
    if facts.spares_battery:
        return Mark.BAD, _(
            "The battery saver of this phone may stop Bluezone. An exception in its settings prevents that."
        )
    return Mark.GOOD, _("Android makes an exception for Bluezone.")


def way_text(health: NotifierHealth, language: Translator) -> str:
    """Say by which way notices come here, and what that asks of the owner."""
    _ = language.gettext
    return {
        Way.ANDROID: _("A notice comes also while Bluezone is closed and the screen is locked."),
        Way.DESKTOP: _(
            "A notice comes through this computer, also while this page is closed, as long as Bluezone runs."
        ),
        Way.BROWSER: _(
            "A notice comes only while a page of Bluezone is open in this browser; behind other tabs will do. While all are closed, warnings wait here until you look."
        ),
        Way.NONE: _("This device has no way to show notices. Warnings wait here until you look."),
    }[health.way]


def stored(
    status: PhoneStatus, facts: PhoneFacts, number: PhoneNumber | None, language: Translator
) -> tuple[Fact, ...]:
    """Present how much there is of everything the phone keeps."""
    _, n = language.gettext, language.number
    tallies = status.days.values()
    days, commune = sorted(status.days), commune_of(facts.choices.commune)
    return (
        Fact(_("Readings of other phones"), n(sum(tally.sightings for tally in tallies))),
        Fact(_("Oldest reading"), at_start(language.in_zone(UTC).date(days[0])) if days else _("none yet")),
        Fact(_("Days with random numbers of your own"), n(status.days_with_keys)),
        Fact(_("Lists of the health authority checked"), n(status.exports_known - status.exports_unchecked)),
        Fact(_("Warnings"), n(len(facts.current_alerts))),
        Fact(_("Results of codes that wait for you"), n(int(facts.result is not None))),
        Fact(_("News"), n(len(facts.news))),
        Fact(_("Your commune"), commune.full_name if commune is not None else _("not given")),
        Fact(_("Your telephone number"), _number(number, language)),
        Fact(_("Names of people, places you were at"), _("none")),
    )


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
    today = tallies.get(day_start_s(facts.now_s), ScanTally())
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
        ("Scans today (UTC)", str(today.scans)),
        ("Sightings today (UTC)", str(today.sightings)),
        ("Other Bluetooth devices today (UTC)", str(today.garbage)),
        ("Sightings without room today", str(today.dropped)),
        ("Days with contacts", str(len(tallies))),
        ("Days with keys", str(status.days_with_keys)),
        ("Lists known", str(status.exports_known)),
        ("Lists unchecked", str(status.exports_unchecked)),
        ("Hours since the last check", _since(facts.choices.checked_at_s, facts.now_s, "never checked", digits=0)),
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


def _since(then_s: float | None, now_s: float, never: str = "never", digits: int = 1) -> str:
    return never if then_s is None else f"{(now_s - then_s) / 3_600:.{digits}f}"
