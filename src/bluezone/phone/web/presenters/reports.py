"""Present a report before and after it is sent: every word that leaves, in words a person reads, and as it is sent."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from bluezone.forms.communes import commune_of
from bluezone.i18n import Translator, format_day
from bluezone.phone.app.reporting import Draft, Lacking, explained
from bluezone.phone.stores.exposure_store import Alert
from bluezone.phone.stores.records import Stage
from bluezone.phone.stores.report_store import StoredHeard, StoredReport
from bluezone.phone.web.presenters.common import Fact, Row, Step, Tone
from bluezone.protocol.reports import ReportRefusal


@dataclass(frozen=True, slots=True)
class ReportScreen:
    """Hold a draft: `facts`, each with what it is for in its value; `wire`, the message as it is sent; `mark`, what the
    yes names."""

    day: int
    title: str
    facts: tuple[Fact, ...]
    wire: str
    mark: str


@dataclass(frozen=True, slots=True)
class Missing:
    """Hold what is lacking before a day can be reported, and the next step."""

    text: str
    step: Step | None


def _day_of(alert: Alert, language: Translator) -> str:
    """Return the owner's day of a warning, as its screen names it."""
    return format_day(explained(alert, language.zone).day, language.language)


def screen(draft: Draft, alert: Alert, ending: str, language: Translator) -> ReportScreen:
    """Present a draft of the report of a warning. `ending`: the last digits of the owner's number."""
    _, message = language.gettext, draft.message
    commune = commune_of(message.commune)
    said = explained(alert, language.zone).said(language.language)
    keys = language.ngettext(
        "{n}, which the health authority published. By it the health office learns whose contact you are.",
        "{n}, which the health authority published. By them the health office learns whose contact you are.",
        len(message.keys),
    ).format(n=language.number(len(message.keys)))
    own = (
        _("of one day. By it the health office can check that the other phone noted yours; then it is deleted.")
        if message.opened
        else ""
    )
    facts = (
        Fact(
            _("Your telephone number"),
            _("the one that ends in {digits}, so that you can be called").format(digits=ending),
        ),
        Fact(_("Your commune"), commune.name if commune is not None else message.commune),
        Fact(_("The day"), _day_of(alert, language)),
        Fact(_("How long"), said.length),
        Fact(_("How near"), said.near),
        Fact(_("How sure this phone is"), said.certainty),
        Fact(_("The rule that decided"), f"{message.policy} {message.policy_version}"),
        Fact(_("Random numbers of the person with {disease}"), keys),
        Fact(_("The key to this phone's random numbers"), own),
        Fact(_("A random number of this report"), _("by which you, and nobody else, can take it back")),
    )
    return ReportScreen(
        day=draft.day_start_s,
        title=_("Report {date} to the health office?").format(date=_day_of(alert, language)),
        facts=tuple(fact for fact in facts if fact.value),
        wire=json.dumps(message.fields(), indent=1, ensure_ascii=False),
        mark=draft.mark,
    )


def missing(lacking: Lacking, day: int, language: Translator) -> Missing:
    """Say what the report of a warning's day lacks, and the next step, which leads back to it."""
    _ = language.gettext
    return {
        Lacking.OFFER: Missing(_("This phone has no health office to report to. Please call."), None),
        Lacking.KEYS: Missing(_("What this phone noted of that day is deleted by now. Please call."), None),
        Lacking.COMMUNE: Missing(
            _("To report here, choose your commune first: its health office gets the report."),
            Step(_("Choose your commune"), f"/place?report={day}"),
        ),
        Lacking.NUMBER: Missing(
            _("To report here, confirm your telephone number first, so that the health office can call you."),
            Step(_("Confirm your number"), f"/number?report={day}"),
        ),
    }[lacking]


def rows(reports: Sequence[StoredReport], alerts: Sequence[Alert], language: Translator) -> tuple[Row, ...]:
    """Present the reports, newest first, by the days that their warnings name; `alerts`: the warnings there are."""
    days = {alert.day_start_s: _day_of(alert, language) for alert in alerts}
    return tuple(
        _row(report, days.get(report.day_start_s) or language.day(report.day_start_s), language) for report in reports
    )


def _row(report: StoredReport, title: str, language: Translator) -> Row:
    _ = language.gettext
    if report.stage is Stage.WAITING:
        text = _("It is sent once, when there is internet.")
        return Row(title, text, tone=Tone.WATCH, tag=_("waits"), number=report.number)
    if report.stage is Stage.GOING_BACK:
        text = _("The health office deletes it when there is internet.")
        return Row(title, text, tone=Tone.WATCH, tag=_("being taken back"))
    if report.stage is Stage.REFUSED:
        why = refusal(report.refusal, language)
        return Row(title, why, tone=Tone.ACT, tag=_("not taken"), number=report.number)
    at = language.day(report.sent_at_s or report.written_at_s)
    text = _("Sent on {date}. The health office keeps it for 21 days; you can take it back before.").format(date=at)
    return Row(title, text, tone=Tone.SAFE, tag=_("sent"), number=report.number)


def refusal(code: str, language: Translator) -> str:
    """Say why a report was not taken, and what helps."""
    _ = language.gettext
    texts: dict[str, str] = {
        ReportRefusal.NUMBER_UNCONFIRMED: _(
            "The health office does not know your number any more. Please confirm it again, then report once more."
        ),
        ReportRefusal.TOO_MANY: _("This number has reported many days already. Please call the health station."),
    }
    return texts.get(code, _("It could not be taken. Please call the health station."))


def heard_text(heard: StoredHeard | None, language: Translator) -> str:
    """Say what became of the list of phones that were near; "" where none was given."""
    _ = language.gettext
    if heard is None:
        return ""
    return {
        Stage.WAITING: _("You agreed to give what this phone noted. It is sent once, when there is internet."),
        Stage.SENT: _("You gave what this phone noted. The health authority deletes it after 14 days."),
    }.get(heard.stage, _("What this phone noted could not be taken. Nothing of it is left there."))
