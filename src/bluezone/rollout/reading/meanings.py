"""Say in words what a kind of figure is, and of whom it counts. Pure."""

from __future__ import annotations

from bluezone.errors import N_
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.results import Saying, saying

#: what a figure is, in words
MEANINGS: dict[str, str] = {
    words.INSTALLS: N_("installations in all, up to the day"),
    words.WITH_PHONE: N_("accounts with a telephone number"),
    words.ACTIVE: N_("phones that use the app"),
    words.INCREASE: N_("installations added in a day or period, not all"),
    words.NCOVI: N_("installations of NCOVI"),
    words.POPULATION: N_("people who live there"),
    words.SMARTPHONES: N_("smartphones, or people who have one"),
    words.HEADCOUNT: N_("people of the unit"),
    words.HOUSEHOLDS: N_("households"),
    words.HOUSEHOLDS_WITH_APP: N_("households in which somebody has the app"),
    words.TARGET: N_("the target"),
    words.MISSING: N_("what is missing"),
    words.ASKED: N_("people who were asked or told"),
    words.ASKED_NCOVI: N_("people who were asked or told of NCOVI"),
    words.REFUSED: N_("people who declined"),
    words.HAD: N_("people who had the app before they were asked"),
    words.HELPED: N_("people whom others helped to install"),
    words.RANK: N_("the rank"),
    words.PERCENT: N_("a share, of what is not said"),
    words.PERCENT_POPULATION: N_("the share of the people, in percent"),
    words.PERCENT_SMARTPHONES: N_("the share of the smartphones, in percent"),
    words.PERCENT_TARGET: N_("the share of the target, in percent"),
    words.PERCENT_HEADCOUNT: N_("the share of the people of the unit, in percent"),
    words.PERCENT_INCREASE: N_("how much a share or count grew, in percent"),
    words.OWNERSHIP: N_("the share of people who have a smartphone"),
    words.PERCENT_OTHER: N_("the share of something else"),
    words.TOTAL: N_("a number, of what is not said"),
    words.SOME: N_("some of the people only, by age, sex or the like"),
    words.JOINED: N_("two things in one number"),
    words.ORDER: N_("numbers of the rows"),
    words.UNIT: N_("the names of the units"),
    words.PROVINCE: N_("provinces"),
    words.DISTRICT: N_("districts"),
    words.COMMUNE: N_("communes"),
    words.HAMLET: N_("hamlets"),
    words.CODE: N_("codes of the units"),
    words.DATE: N_("the day"),
    words.NOTE: N_("notes"),
    words.SOURCE: N_("the source"),
    words.CONTACT: N_("persons and telephone numbers"),
    words.INDICATOR: N_("what each row counts"),
    words.SECTOR: N_("the sector"),
    words.HEAD: N_("who heads the unit"),
    words.FAMILIES: N_("whether families are counted"),
    words.MEASURE: N_("what is counted"),
    words.PLACE: N_("where the unit lies"),
    words.UNITLESS: N_("units of measure"),
    words.UNKNOWN: N_("not known"),
}

#: of whom a column counts, in words
GROUPS: dict[str, str] = {
    "parents": N_("parents"),
    "pupils": N_("pupils and students"),
    "families": N_("members of the families"),
    "patients": N_("patients and their relatives"),
    "quarantined": N_("people in quarantine"),
    "drivers": N_("drivers and their crew"),
    "traders": N_("traders of the market"),
    "members": N_("members of unions"),
    "guests": N_("guests and passengers"),
    "staff": N_("staff"),
    words.RESIDENTS: N_("residents"),
}


#: how the subscribers of a telephone company are named in answers and figures, before the company
SUBSCRIBERS_OF = "Thuê bao "
#: how companies write themselves, where it is not with one capital
_COMPANIES = {"Vnpt": "VNPT", "Vinaphone": "VinaPhone", "Mobifone": "MobiFone"}


def people_of(of: str) -> Saying:
    """Return in words whom a figure is of: a group of `GROUPS`, subscribers, or people in a form's own words."""
    if of.startswith(SUBSCRIBERS_OF):
        company = of.removeprefix(SUBSCRIBERS_OF)
        return saying(N_("subscribers of {company}"), company=_COMPANIES.get(company, company))
    return saying(GROUPS.get(of, "{of}"), of=of)


def meaning_of(kind: str, of: str) -> Saying:
    """Return what a figure is and of whom."""
    meaning = saying(MEANINGS.get(kind, MEANINGS[words.UNKNOWN]))
    if not of:
        return meaning
    return saying(N_("{meaning} (of: {people})"), meaning=meaning, people=people_of(of))
