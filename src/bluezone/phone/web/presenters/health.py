"""Present whether the phone is let run and whether its notices reach its owner: by which way, what stands against it, and
the next step."""
# ruff: noqa: E501 (sentences are not broken)

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bluezone.i18n import Translator
from bluezone.phone.app.facts import PhoneFacts
from bluezone.phone.notices.port import NotifierHealth, Way
from bluezone.phone.web.presenters.common import Step
from bluezone.phone.web.presenters.diagnostics import Mark, Proof, proof_of

_LATE_SCAN_S = 900.0  # three of the longest pauses of the plan


@dataclass(frozen=True, slots=True)
class Trouble:
    """Describe what keeps the phone from running, or its notices from their owner, and what helps."""

    tag: str
    title: str
    text: str
    step: Step


def way_text(health: NotifierHealth, language: Translator) -> str:
    """Say by which way notices come here, and what that asks of the owner."""
    _ = language.gettext
    texts = {
        Way.ANDROID: _("A notice comes also while Bluezone is closed and the screen is locked."),
        Way.DESKTOP: _(
            "A notice comes through this computer, also while this page is closed, as long as Bluezone runs."
        ),
        Way.BROWSER: _(
            "A notice comes only while a page of Bluezone is open in this browser; behind other tabs will do. While all are closed, warnings wait here until you look."
        ),
        Way.NONE: _("This device has no way to show notices. Warnings wait here until you look."),
    }
    return texts[health.way]


def troubles(facts: PhoneFacts, language: Translator) -> Iterator[Trouble]:
    """Yield what the owner can mend, for the home screen."""
    _ = language.gettext
    if facts.choices.notifications is True and facts.notices.allowed is False:
        yield Trouble(
            _("No notices"),
            _("This phone shows no notices of Bluezone"),
            _("They are switched off in its settings. A warning would wait here until you look."),
            Step(_("Open the settings"), "/settings/notices/system", post=True),
        )
    if facts.spares_battery is True and facts.choices.background is not False:
        yield Trouble(
            _("Battery saver"),
            _("This phone may put Bluezone to sleep"),
            _("Then it notices nobody, and a warning comes late. Please make an exception for Bluezone."),
            Step(_("See how"), "/battery"),
        )


def proofs(facts: PhoneFacts, language: Translator) -> tuple[Proof, ...]:
    """Present since when the phone runs, when it listened last, whether notices come, and whether it may be put to
    sleep."""
    return tuple(filter(None, (_running(facts, language), _notices(facts, language), _battery(facts, language))))


def _running(facts: PhoneFacts, language: Translator) -> Proof:
    _ = language.gettext
    title = _("Bluezone runs")
    if facts.running_since_s is None:
        return proof_of(Mark.UNKNOWN, title, _("It was opened to be looked at, and does nothing by itself."), language)
    since = _("Without a break since {moment}.").format(moment=language.moment(facts.running_since_s, facts.now_s))
    if facts.listened_at_s is None:
        not_yet = _("It has not listened yet.")
        return proof_of(Mark.UNKNOWN, title, f"{since} {not_yet}", language)
    heard = _("It listened last at {moment}.").format(moment=language.moment(facts.listened_at_s, facts.now_s))
    late = facts.now_s - facts.listened_at_s > _LATE_SCAN_S
    return proof_of(Mark.BAD if late else Mark.GOOD, title, f"{since} {heard}", language)


def _notices(facts: PhoneFacts, language: Translator) -> Proof:
    _ = language.gettext
    title, health = _("Notices reach you"), facts.notices
    if facts.choices.notifications is not True:
        text = _("You did not allow them. Warnings wait here until you look. You can change that in the settings.")
        return proof_of(Mark.BAD, title, text, language)
    if health.allowed is False:
        text = _("They are switched off in the settings of this phone. Warnings wait here until you look.")
        return proof_of(Mark.BAD, title, text, language)
    if health.way is Way.NONE:
        return proof_of(Mark.BAD, title, way_text(health, language), language)
    if health.way is not Way.BROWSER and health.reason:
        text = _("The last one could not be shown. Bluezone tries again by itself; until then it waits here.")
        return proof_of(Mark.BAD, title, text, language)
    mark = Mark.UNKNOWN if health.way is Way.BROWSER else Mark.GOOD
    return proof_of(mark, title, way_text(health, language), language)


def _battery(facts: PhoneFacts, language: Translator) -> Proof | None:
    _ = language.gettext
    title = _("It is not put to sleep")
    if facts.spares_battery is None:
        return None
    if facts.spares_battery:
        text = _("The battery saver of this phone may stop Bluezone. An exception in its settings prevents that.")
        return proof_of(Mark.BAD, title, text, language)
    return proof_of(Mark.GOOD, title, _("Android makes an exception for Bluezone."), language)
