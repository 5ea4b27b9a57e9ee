"""Name in words the source of a figure and the order in which classes of sources are chosen."""

from __future__ import annotations

from collections.abc import Sequence

from bluezone.errors import N_
from bluezone.geography.figures import Vintage
from bluezone.i18n import Language
from bluezone.rollout.counts import DEVICES, Origin
from bluezone.rollout.series import LEAD_DAYS, MAX_AGE_DAYS, SUM
from bluezone.rollout.texts import translator

#: the `source` of a count that a unit told its officer, and no paper printed
REPORTED = "report"
_CLASSES = {
    Origin.MINISTRY: N_("the Ministry"),
    Origin.REPORTED: N_("reports of officers"),
    Origin.PARTS: N_("the sum of its parts"),
    Origin.COUNTED: N_("our own count"),
}
#: references that are no address
_REFERENCES = {
    REPORTED: N_("reported by the unit"),
    DEVICES: N_("counted by the authority's server"),
    SUM: N_("sum of its parts"),
    "example": N_("made up, to look around"),
}

#: the title of a count of people that only an order names (of communes no census is known); its source is the number
PEOPLE_ON_ORDER = "people on an order"


def source_of_people(vintage: Vintage, language: Language) -> str:
    """Name the count of people that a share is of: a census by its title, an order by its number."""
    _ = translator(language).gettext
    if vintage.title == PEOPLE_ON_ORDER:
        return _("people as order {number} names them").format(number=vintage.source)
    return _(vintage.title)


def class_name(origin: Origin | None, language: Language) -> str:
    """Name a class of sources: `the Ministry`; nothing for None, a sum over several."""
    return "" if origin is None else translator(language).gettext(_CLASSES[origin])


def reference(source: str, language: Language) -> str:
    """Return a count's reference as it is read: an address as it stands, `devices` in words."""
    return translator(language).gettext(_REFERENCES[source]) if source in _REFERENCES else source


def source_of(origin: Origin | None, source: str, language: Language) -> str:
    """Name the class and the reference of a source: `the Ministry (https://…)`; where one says both, it alone."""
    named = class_name(origin, language)
    if source in ("", DEVICES) or origin is Origin.PARTS or (source == REPORTED and origin is Origin.MINISTRY):
        return named
    said = reference(source, language)
    return said if source == REPORTED or not named else f"{named} ({said})"


def order_sentence(order: Sequence[Origin], language: Language) -> str:
    """Say which class of sources is chosen first, and which where it has no recent figure."""
    _ = translator(language).gettext
    first, *others = [class_name(origin, language) for origin in order]
    if not others:
        return _("Source of figures: {first} only.").format(first=first)
    return _(
        "Source of figures: {first}. Where it has none of the last {days} days, or a report is more than {lead} days "
        "newer: {others}."
    ).format(first=first, days=MAX_AGE_DAYS, lead=LEAD_DAYS, others=_(", then ").join(others))
