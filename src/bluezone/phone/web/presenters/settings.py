"""Present the settings: a short list, and one question a screen."""
# ruff: noqa: E501 (sentences are not broken)

from __future__ import annotations

from dataclasses import dataclass

from bluezone.forms.communes import commune_of
from bluezone.i18n import Translator
from bluezone.phone.app.facts import PhoneFacts
from bluezone.phone.stores.preference_store import Choices, PhoneNumber
from bluezone.phone.web.presenters.common import Row, offered


@dataclass(frozen=True, slots=True)
class Option:
    """Hold an answer. `lang`: where its name is in a language of its own; `action`: where it goes, if elsewhere than
    its question."""

    value: str
    name: str
    chosen: bool
    lang: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """Hold a question of the settings: the options are buttons of the field `field`, sent to `action`; `icon`: of its
    row in the list."""

    title: str
    texts: tuple[str, ...]
    action: str
    field: str
    options: tuple[Option, ...]
    icon: str

    @property
    def answer(self) -> str:
        """Return the name of the chosen answer, "" where none is."""
        return next((option.name for option in self.options if option.chosen), "")


def _yes_no(title: str, said: str, path: str, value: bool | None, icon: str, language: Translator) -> Question:
    options = (
        Option("yes", language.gettext("Yes"), chosen=value is True),
        Option("no", language.gettext("No"), chosen=value is False),
    )
    return Question(title, (said,), path, "answer", options, icon)


def questions(choices: Choices, language: Translator) -> dict[str, Question]:
    """Return the questions, by the last part of their address."""
    _ = language.gettext
    recording = (
        Option("on", _("Working"), chosen=not choices.paused, action="/settings/resume"),
        Option("off", _("Paused"), chosen=choices.paused, action="/settings/pause"),
    )
    paused = (_("While it is paused this phone neither sends nor notes anything."),)
    languages = tuple(
        Option(code, name, chosen=choices.language == code, lang=code) for code, name in offered().items()
    )
    looks = (("auto", _("Automatic")), ("light", _("Light")), ("dark", _("Dark")))
    appearances = tuple(Option(value, name, chosen=choices.appearance == value) for value, name in looks)
    return {
        "recording": Question(_("Recording"), paused, "", "recording", recording, "bluetooth"),
        "language": Question(_("Language"), (), "/language", "language", languages, "info"),
        "appearance": Question(_("Appearance"), (), "/settings/appearance", "appearance", appearances, "picture"),
        "background": _yes_no(
            _("May Bluezone work while you do other things?"),
            _("If not, it works only while you look at it."),
            "/settings/background",
            choices.background,
            "pulse",
            language,
        ),
        "notifications": _yes_no(
            _("May it send you a notice?"),
            _("If not, warnings wait here until you look."),
            "/settings/notifications",
            choices.notifications,
            "bell",
            language,
        ),
        "counted": _yes_no(
            _("May your commune count this phone?"),
            _(
                "Once a day, under a random number, with your commune and poster code if you gave them. It is not needed for your protection."
            ),
            "/settings/counted",
            choices.counted,
            "people",
            language,
        ),
        "warnings-counted": _yes_no(
            _("Help to count warnings"),
            _(
                "Once a week this phone answers yes or no: did it warn you? Before that it tosses coins, and half of all answers are the coin’s alone. So nobody can tell from an answer whether you were warned; only all of them together say how many phones did. No number of yours goes with it. It is not needed for your protection."
            ),
            "/settings/warnings-counted",
            choices.warnings_counted,
            "list",
            language,
        ),
    }


#: what only a phone with a health authority is asked
_OF_AUTHORITY = ("counted", "warnings-counted")


def question(name: str, facts: PhoneFacts, language: Translator) -> Question | None:
    """Return the question of an address; None where there is none."""
    if name in _OF_AUTHORITY and not facts.authority_known:
        return None
    return questions(facts.choices, language).get(name)


def rows(
    facts: PhoneFacts, number: PhoneNumber | None, language: Translator
) -> tuple[tuple[str, tuple[Row, ...]], ...]:
    """Return the list of settings, each with its answer, in groups with their names."""
    _, choices = language.gettext, facts.choices
    asked = {
        name: Row(one.title, one.answer or _("not answered yet"), f"/settings/{name}", one.icon)
        for name, one in questions(choices, language).items()
    }
    commune = commune_of(choices.commune)
    given = _("ends in {digits}").format(digits=number.ending) if number and number.is_confirmed else _("not given")
    you = [
        Row(_("Your commune"), commune.full_name if commune else _("not given"), "/place", "pin"),
        Row(_("Poster code"), choices.unit or _("not given"), "/unit", "poster"),
    ]
    if facts.authority_known:
        you += [
            Row(_("Your telephone number"), given, "/number", "phone"),
            Row(_("In isolation"), _("Say each day how you are"), "/isolation", "pulse"),
            *(asked[name] for name in _OF_AUTHORITY),
        ]
    phone = [
        Row(_("What is stored on this phone"), _("See it, and save it as a file"), "/settings/stored", "list"),
        Row(_("Is it working?"), _("Proofs, here and now"), "/self-test", "pulse"),
    ]
    if facts.spares_battery is not None:
        phone.append(Row(_("Battery saver"), _("Let Bluezone stay awake"), "/battery", "pulse"))
    phone.append(Row(_("Help with a fault"), _("Read what you may send to a helper"), "/settings/diagnostics", "list"))
    phone.append(Row(_("Delete everything"), _("At once, and for good"), "/settings/delete", "bin"))
    how = tuple(row for name, row in asked.items() if name not in _OF_AUTHORITY)
    return (
        (_("How Bluezone works"), how),
        (_("What you may tell, or not"), tuple(you)),
        (_("This phone"), tuple(phone)),
    )
