"""Say how to declare in isolation, what was declared, and what became of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from bluezone.i18n import Translator, format_day
from bluezone.phone.stores.declaration_store import DailyDeclaration
from bluezone.phone.stores.records import Stage
from bluezone.phone.web.presenters.common import Row, Tone
from bluezone.protocol.declarations import DeclarationRefusal, Symptom

#: health stations remind of it from then on
ASKED_BEFORE_HOUR = 12


@dataclass(frozen=True, slots=True)
class Choice:
    """Hold one box of the form: the name of its field, and what it says."""

    name: str
    text: str


def field_of(symptom: Symptom) -> str:
    """Return the name of a symptom's field."""
    return f"s-{symptom.value}"


def choices(language: Translator) -> tuple[Choice, ...]:
    """Return the boxes of the form, in the order of the list."""
    _ = language.gettext
    texts = {
        Symptom.BREATHLESS: _("hard to breathe"),
        Symptom.CHEST_PAIN: _("pain or pressure in the chest that does not go away"),
        Symptom.DROWSY: _("drowsy, hard to wake"),
        Symptom.FEVER: _("fever"),
        Symptom.COUGH: _("cough"),
        Symptom.SORE_THROAT: _("sore throat"),
        Symptom.TIRED: _("very tired, aching"),
        Symptom.NO_SMELL: _("smell or taste is lost"),
        Symptom.STOMACH: _("vomiting or diarrhoea"),
    }
    return tuple(Choice(field_of(each), texts[each]) for each in Symptom)


def is_declared(declarations: Sequence[DailyDeclaration], today: str) -> bool:
    """Tell whether a declaration of a day (YYYY-MM-DD) is under way or has arrived."""
    return any(each.day == today and each.stage is not Stage.REFUSED for each in declarations)


def rows(declarations: Sequence[DailyDeclaration], language: Translator) -> tuple[Row, ...]:
    """Present the declarations, newest first."""
    return tuple(_row(each, language) for each in declarations)


def _row(declaration: DailyDeclaration, language: Translator) -> Row:
    _ = language.gettext
    day = format_day(dt.date.fromisoformat(declaration.day), language.language)
    if declaration.stage is Stage.SENT:
        return Row(day, _("has arrived at your health station"), tone=Tone.SAFE)
    if declaration.stage is Stage.WAITING:
        return Row(day, _("is written down and is sent as soon as there is internet"), tone=Tone.WATCH)
    if declaration.refusal == DeclarationRefusal.CODE_UNKNOWN:
        text = _("was not taken: the code is not in force. If you are released, this is as it should be.")
        return Row(day, text, tone=Tone.ACT)
    return Row(day, _("was not taken. Please call your health station."), tone=Tone.ACT)
