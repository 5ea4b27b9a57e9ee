"""Explain a day's exposure in plain Vietnamese and English: when, how long, how many minutes near, how sure, and by
which rule. What to do is the authority's to say (`protocol.guidance`), and not here.

One estimate in one unit (minutes near, as the policy counts them), one certainty in three words. The same stands on
every screen, in the text message and in the report to the health office.

It never says who it was, nor the minute: the day, and lengths in fives and quarters of an hour, are all that is taken
from the log. Phone and authority show the same sentences (catalogue `locale/vi/LC_MESSAGES/exposure.po`).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bluezone.errors import N_
from bluezone.exposure.policies.base import DayRisk, Evidence, Grade
from bluezone.i18n import Catalogue, Language, Translator, format_long_date
from bluezone.protocol.reports import Certainty

_TEXTS = Catalogue("bluezone.exposure", "exposure")


#: a contact is likely where this share of the time heard was near. Minutes alone rank no warnings: whoever sits at the
#: next desk for hours gathers as many as who stands close for a quarter of an hour (docs/measurements/exposure.md)
_MOSTLY = 0.5
#: minutes near are said in fives
_STEP_MIN = 5


@dataclass(frozen=True, slots=True)
class Said:
    """Hold the sentences of an explanation; `grade` is empty where the policy warns of nothing."""

    signal: str
    length: str
    near: str
    certainty: str
    grade: str
    rule: str
    unshown: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Hold the facts of an alert, already coarse enough to be shown.

    `quarters`: how long, in quarters of an hour, rounded (0: less than one); `near_minutes`: how many of them were
    near, in fives, None where the policy does not say.
    """

    day: dt.date
    quarters: int
    near_minutes: int | None
    certainty: Certainty
    grade: Grade
    policy: str
    policy_version: str

    def said(self, language: Language) -> Said:
        """Return the explanation by what each sentence is about."""
        speaks = _TEXTS.translator(language)
        translate = speaks.gettext
        return Said(
            signal=translate(
                "On {date} your phone received the signal of the phone of a person who has since been "
                "confirmed infected."
            ).format(date=format_long_date(self.day, language)),
            length=self._length(speaks),
            near=self.near(language),
            certainty=self.sure(language),
            grade=translate(_GRADES[self.grade]),
            rule=translate("This was decided by the rule {policy}, version {version}.").format(
                policy=self.policy, version=self.policy_version
            ),
            unshown=translate(
                "Who it was is not known, and at what minute is not shown. The phone tells nobody that you were "
                "warned: that is up to you."
            ),
        )

    def sentences(self, language: Language) -> tuple[str, ...]:
        """Return the explanation, one thought a sentence."""
        said = self.said(language)
        return said.signal, said.length, said.near, said.certainty, said.grade, said.rule, said.unshown

    def near(self, language: Language) -> str:
        """Return how many minutes were near, as one sentence."""
        translate = _TEXTS.translator(language).gettext
        if self.near_minutes is None:
            return translate("How long it was near is not known.")
        if self.near_minutes == 0:
            return translate("It was hardly near at all.")
        return translate("It was near for about {minutes} minutes.").format(minutes=self.near_minutes)

    def sure(self, language: Language) -> str:
        """Return how sure a close contact is, as one sentence."""
        return _TEXTS.translator(language).gettext(_CERTAINTIES[self.certainty])

    def _length(self, speaks: Translator) -> str:
        translate = speaks.gettext
        if self.quarters == 0:
            return translate("Together it was less than a quarter of an hour.")
        if self.quarters < 4:
            return translate("Together it was about {minutes} minutes.").format(minutes=15 * self.quarters)
        if self.quarters < 7:
            return translate("Together it was about an hour.")
        return translate("Together it was about {hours} hours.").format(hours=round(self.quarters / 4))


_CERTAINTIES = {
    Certainty.LIKELY: N_("A close contact is likely."),
    Certainty.POSSIBLE: N_("A close contact is possible."),
    Certainty.CANNOT_TELL: N_("Whether it was a close contact, the phone cannot tell."),
}

_GRADES = {
    Grade.NONE: N_("By this rule that is no exposure to act on."),
    Grade.LOW: N_("By this rule the exposure was low, less than it warns of."),
    Grade.RAISED: N_("By this rule the exposure was raised."),
    Grade.HIGH: N_("By this rule the exposure was high, at least twice what it warns of."),
}


def explain_evidence(day: dt.date, evidence: Evidence, policy: str, policy_version: str) -> Explanation:
    """Explain an alert from what is kept of it: its day, evidence, and the policy that made it."""
    quarters, near_minutes = round(evidence.heard_s / 900), None
    if evidence.near_minutes is not None:  # in fives, no more than the phone was heard as that is said
        near_minutes = min(_STEP_MIN * round(evidence.near_minutes / _STEP_MIN), 15 * quarters or 15)
    return Explanation(
        day=day,
        quarters=quarters,
        near_minutes=near_minutes,
        certainty=certainty(evidence),
        grade=evidence.grade,
        policy=policy,
        policy_version=policy_version,
    )


def explain_day(day: DayRisk, policy: str, policy_version: str) -> Explanation:
    """Explain a day of an assessment of windows that are counted by UTC days, warned of or not."""
    date = dt.datetime.fromtimestamp(day.day_start_s, dt.UTC).date()
    return explain_evidence(date, day.evidence, policy, policy_version)


def certainty(evidence: Evidence) -> Certainty:
    """Return how sure it is, by the share of the time that was near: cannot be told by a rule that counts no minutes
    near, nor by a phone that does not know its own radio yet."""
    if evidence.near_minutes is None or not evidence.own_meetings:
        return Certainty.CANNOT_TELL
    return Certainty.LIKELY if evidence.near_minutes * 60 >= _MOSTLY * evidence.heard_s else Certainty.POSSIBLE
