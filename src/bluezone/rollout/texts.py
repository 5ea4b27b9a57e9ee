"""Hold the catalogue of roll-out, geography and spreadsheets, and name units in a heading and in a sentence.

English is in the source (msgid), Vietnamese in locale/vi/LC_MESSAGES/rollout.po.
"""

from __future__ import annotations

from bluezone.errors import N_
from bluezone.geography.country import country
from bluezone.geography.units import Level, Unit
from bluezone.i18n import Catalogue, Language, Translator, format_number

_TEXTS = Catalogue("bluezone.rollout", "rollout")
#: Texts that stand in data files, so that the catalogue holds them.
DATA_TEXTS = (
    N_("Population and Housing Census of 1 March 2015"),
    N_("Population and Housing Census of 1 April 2009"),
    N_("Population and Housing Census of 1 April 2019"),
    N_("Population of 2022 as given for a district, day not stated"),
    N_("Smartphones as stated in August 2020"),
    N_("Smartphones that the shares printed on 19 June 2021 imply"),
    N_("Voters listed for the election of 23 May 2021 (aged 18 and over)"),
)


def own_language() -> Language:
    """Return the language in which the country writes its papers."""
    return Language(country().languages[0])


def translator(language: Language) -> Translator:
    """Return the translator of texts and errors of roll-out and geography."""
    return _TEXTS.translator(language)


def as_printed(text: str, language: Language, *, bound: bool) -> str:
    """Return a number, or a share of it, as its source printed it: of a bound that it is more."""
    return translator(language).gettext("more than {number}").format(number=text) if bound else text


def people_a_day(pace: float, language: Language) -> str:
    """Return a pace in people, as pages, bulletins and messages all say it: whole ones; below ten, where half a person
    a day tells, one decimal."""
    return format_number(pace, language, 0 if abs(pace) >= 10 else 1, trim=True)


def unit_name(unit: Unit, language: Language) -> str:
    """Name a unit in a heading: `Huyện Châu Thành` or `Châu Thành district`."""
    if language is Language.VIETNAMESE:
        return unit.full_name
    if unit.level < Level.DISTRICT:
        return unit.name
    kind = country().kinds.get(unit.kind)
    return f"{unit.name} {kind.english if kind else ''}".strip()


def unit_name_in_sentence(unit: Unit, language: Language) -> str:
    """Name a unit inside a sentence: `huyện Châu Thành` or `Châu Thành district`."""
    if language is Language.VIETNAMESE and unit.kind:
        return f"{unit.kind} {unit.name}"
    return unit_name(unit, language)


def short_unit_name(unit: Unit, language: Language) -> str:
    """Name a unit in a table: `H. Châu Thành`; a province by its bare name. In English as in a heading."""
    if language is not Language.VIETNAMESE:
        return unit_name(unit, language)
    if unit.level < Level.DISTRICT:
        return unit.name
    number = "" if unit.name[:1].isdigit() else " "
    kind = country().kinds.get(unit.kind)
    return f"{kind.short if kind else unit.kind}{number}{unit.name}".strip()
