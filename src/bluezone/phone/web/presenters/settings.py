"""Present the settings: a short list, and one question a screen."""
# ruff: noqa: E501 (sentences are not broken)

from __future__ import annotations

from collections.abc import Callable
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


def _recording(choices: Choices, language: Translator) -> Question:
    _ = language.gettext
    options = (
        Option("on", _("Working"), chosen=not choices.paused, action="/settings/resume"),
        Option("off", _("Paused"), chosen=choices.paused, action="/settings/pause"),
    )
    said = (_("While it is paused this phone neither sends nor notes anything."),)
    return Question(_("Recording"), said, "", "recording", options, "bluetooth")


def _languages(choices: Choices, language: Translator) -> Question:
    options = tuple(Option(code, name, chosen=choices.language == code, lang=code) for code, name in offered().items())
    return Question(language.gettext("Language"), (), "/language", "language", options, "info")


def _appearance(choices: Choices, language: Translator) -> Question:
    _ = language.gettext
    names = (("auto", _("Automatic")), ("light", _("Light")), ("dark", _("Dark")))
    options = tuple(Option(value, name, chosen=choices.appearance == value) for value, name in names)
    return Question(_("Appearance"), (), "/settings/appearance", "appearance", options, "picture")


def _yes_no(title: str, said: str, path: str, value: bool | None, icon: str, language: Translator) -> Question:
    options = (
        Option("yes", language.gettext("Yes"), chosen=value is True),
        Option("no", language.gettext("No"), chosen=value is False),
    )
    return Question(title, (said,), path, "answer", options, icon)


def _background(choices: Choices, language: Translator) -> Question:
    _ = language.gettext
    title, said = _("May Bluezone work while you do other things?"), _("If not, it works only while you look at it.")
    return _yes_no(title, said, "/settings/background", choices.background, "pulse", language)


def _notifications(choices: Choices, language: Translator) -> Question:
    _ = language.gettext
    title, said = _("May it send you a notice?"), _("If not, warnings wait here until you look.")
    return _yes_no(title, said, "/settings/notifications", choices.notifications, "bell", language)


def _counted(choices: Choices, language: Translator) -> Question:
    _ = language.gettext
    said = _(
        "Once a day, under a random number, with your commune and poster code if you gave them. It is not needed for your protection."
    )
    title = _("May your commune count this phone?")
    return _yes_no(title, said, "/settings/counted", choices.counted, "people", language)


def _warnings_counted(choices: Choices, language: Translator) -> Question:
    _ = language.gettext
    said = _(
        "Once a week this phone answers yes or no: did it warn you? Before that it tosses coins, and half of all answers are the coin’s alone. So nobody can tell from an answer whether you were warned; only all of them together say how many phones did. No number of yours goes with it. It is not needed for your protection."
    )
    title = _("Help to count warnings")
    return _yes_no(title, said, "/settings/warnings-counted", choices.warnings_counted, "list", language)


#: by the last part of their address
QUESTIONS: dict[str, Callable[[Choices, Translator], Question]] = {
    "recording": _recording,
    "language": _languages,
    "appearance": _appearance,
    "background": _background,
    "notifications": _notifications,
    "counted": _counted,
    "warnings-counted": _warnings_counted,
}
#: what only a phone with a health authority is asked
_OF_AUTHORITY = ("counted", "warnings-counted")


def question(name: str, facts: PhoneFacts, language: Translator) -> Question | None:
    """Return the question of an address; None where there is none."""
    if name not in QUESTIONS or (name in _OF_AUTHORITY and not facts.authority_known):
        return None
    return QUESTIONS[name](facts.choices, language)


def rows(
    facts: PhoneFacts, number: PhoneNumber | None, language: Translator
) -> tuple[tuple[str, tuple[Row, ...]], ...]:
    """Return the list of settings, each with its answer, in groups with their names."""
    _, choices = language.gettext, facts.choices

    def asked(name: str) -> Row:
        found = QUESTIONS[name](choices, language)
        return Row(found.title, found.answer or _("not answered yet"), f"/settings/{name}", found.icon)

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
            *(asked(name) for name in _OF_AUTHORITY),
        ]
    phone = [
        Row(_("What is stored on this phone"), _("See it, and save it as a file"), "/settings/stored", "list"),
        Row(_("Is it working?"), _("Proofs, here and now"), "/self-test", "pulse"),
    ]
    if facts.spares_battery is not None:
        phone.append(Row(_("Battery saver"), _("Let Bluezone stay awake"), "/battery", "pulse"))
    phone.append(Row(_("Help with a fault"), _("Read what you may send to a helper"), "/settings/diagnostics", "list"))
    phone.append(Row(_("Delete everything"), _("At once, and for good"), "/settings/delete", "bin"))
    how = tuple(asked(name) for name in QUESTIONS if name not in _OF_AUTHORITY)
    return (
        (_("How Bluezone works"), how),
        (_("What you may tell, or not"), tuple(you)),
        (_("This phone"), tuple(phone)),
    )
