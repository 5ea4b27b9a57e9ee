"""Describe the sectors an order speaks to, and make the short codes their units put on posters.

A sector is data: its key is what a database holds, and a ministry or a province adds sectors of its own beside the
built-in ones (`authority.units.sectors`). Who answers for a sector is written as Vietnamese letters name the office.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bluezone.errors import N_
from bluezone.geography.country import country
from bluezone.geography.names import plain_key
from bluezone.geography.units import Level
from bluezone.i18n import Language
from bluezone.rollout.errors import RolloutError
from bluezone.rollout.texts import translator

#: letters of a sector's key, as databases hold it
KEY_LENGTH = 16

#: Crockford's base 32: no I, L, O, U, so that a code read aloud or from paper is typed right.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
#: 7 random characters (35 bits) and one that checks them: a guess hits one of 100,000 units once in 10 million tries.
CODE_LENGTH = 8
ENTROPY_BYTES = 5
_LOOKS = re.compile(r"[0-9A-Za-z]{4}-?[0-9A-Za-z]{4}")


@dataclass(frozen=True, slots=True)
class Sector:
    """Describe a sector: where an order reaches people, what is counted there, who is asked, which office answers."""

    key: str
    #: in English; a msgid of `rollout.texts` unless `vietnamese` is given
    name: str
    #: the Vietnamese name of a sector that is not in the catalogue
    vietnamese: str = ""
    #: whose phones are counted, and who is asked for the count; msgids, or as an officer wrote them
    counted: str = ""
    asked: str = ""
    #: whether an order to it means the members' families too
    families: bool = False
    #: whether its units recommend the apps to guests who come and go: they keep a door list
    guests: bool = False
    #: the office in charge at each level unless a place says otherwise, where it is not the country's
    offices: Mapping[Level, str] = field(default_factory=dict)
    #: words of an uploaded list that mean it, as plain keys
    words: tuple[str, ...] = ()

    def name_in(self, language: Language) -> str:
        """Return its name in a language."""
        return self.vietnamese if self.vietnamese and language is Language.VIETNAMESE else _said(self.name, language)

    def office_at(self, level: Level) -> str:
        """Return the office in charge at a level; nothing where the place itself answers."""
        usual = country().offices.get(self.key, ())
        return self.offices.get(level) or (usual[level] if level < len(usual) else "")

    def counted_in(self, language: Language) -> str:
        """Return whose phones are counted."""
        return _said(self.counted, language)

    def asked_in(self, language: Language) -> str:
        """Return who is asked for the count."""
        return _said(self.asked, language)


def _said(text: str, language: Language) -> str:
    return translator(language).gettext(text) if text else ""


#: Those of the letter of Hậu Giang of August 2020, and of the national letters 2841/BTTTT-THH and 272/TB-VPCP.
_BUILT_IN = (
    Sector(
        "state-agencies",
        N_("State agencies and public services"),
        counted=N_("officials, public employees and workers, and the members of their families"),
        asked=N_("the head of the agency"),
        families=True,
        words=("co quan", "ubnd", "uy ban nhan dan", "office"),
    ),
    Sector(
        "armed-forces",
        N_("Armed forces"),
        counted=N_("soldiers, police officers and workers, and the members of their families"),
        asked=N_("the commander"),
        families=True,
        words=("vu trang", "cong an", "quan su", "bien phong"),
    ),
    Sector(
        "schools",
        N_("Schools: pupils, students and their families"),
        counted=N_("pupils, students, teachers and staff, and the members of their families"),
        asked=N_("the head of the school"),
        families=True,
        words=("truong", "truong hoc", "giao duc", "mam non", "school"),
    ),
    Sector(
        "hospitality",
        N_("Restaurants and hotels"),
        counted=N_("staff; guests are asked at the door"),
        asked=N_("the owner or manager"),
        guests=True,
        words=("nha hang", "khach san", "nha nghi", "quan an", "khu du lich", "homestay", "hotel", "restaurant"),
    ),
    Sector(
        "stations",
        N_("Bus stations, boat stations and landing stages"),
        counted=N_("staff and drivers; travellers are asked at the door"),
        asked=N_("the head of the station"),
        guests=True,
        words=("ben xe", "ben tau", "ben pha", "ben bai", "nha ga", "san bay", "station"),
    ),
    Sector(
        "transport",
        N_("Transport companies and their vehicles"),
        counted=N_("drivers and staff; passengers are asked on the way"),
        asked=N_("the head of the company"),
        guests=True,
        words=("van tai", "hang xe", "taxi", "xe buyt", "xe khach", "transport"),
    ),
    Sector(
        "companies",
        N_("Companies and businesses"),
        counted=N_("workers and staff"),
        asked=N_("the head of the company"),
        guests=True,
        words=("cong ty", "doanh nghiep", "xi nghiep", "nha may", "hop tac xa", "company"),
    ),
    Sector(
        "markets",
        N_("Markets and shopping centres"),
        counted=N_("traders and staff; customers are asked at the door"),
        asked=N_("the management of the market"),
        guests=True,
        words=("cho", "sieu thi", "trung tam thuong mai", "tttm", "market", "supermarket"),
    ),
    Sector(
        "zones",
        N_("Industrial zones and clusters"),
        counted=N_("workers of the companies in the zone"),
        asked=N_("the management board of the zone"),
        words=("khu cong nghiep", "cum cong nghiep", "khu che xuat", "khu kinh te", "kcn", "ccn", "industrial zone"),
    ),
    Sector(
        "hospitals",
        N_("Hospitals and health stations"),
        counted=N_("staff; patients and their families are asked"),
        asked=N_("the head of the hospital"),
        guests=True,
        words=("benh vien", "tram y te", "phong kham", "trung tam y te", "nha thuoc", "hospital"),
    ),
    Sector(
        "neighbourhoods",
        N_("Neighbourhoods and hamlets"),
        counted=N_("the people of the households, from house to house"),
        asked=N_("the head of the neighbourhood or hamlet"),
        words=("ap", "khu vuc", "to dan pho", "khu dan cu", "khu pho", "thon", "hamlet"),
    ),
    Sector(
        "housing",
        N_("Apartment blocks and boarding houses"),
        counted=N_("the people who live there"),
        asked=N_("the management of the building"),
        words=("chung cu", "nha tro", "khu nha o", "ky tuc xa", "apartment"),
    ),
    Sector(
        "quarantine",
        N_("Quarantine sites"),
        counted=N_("people in quarantine and staff"),
        asked=N_("the head of the site"),
        words=("cach ly", "quarantine"),
    ),
    Sector(
        "unions",
        N_("Unions and associations"),
        counted=N_("members"),
        asked=N_("the chair of the union"),
        words=("doan the", "hoi", "cong doan", "doan thanh nien", "tinh doan", "huyen doan", "mat tran", "union"),
    ),
    Sector(
        "other",
        N_("Others"),
        counted=N_("its people"),
        asked=N_("the head of the unit"),
        words=("khac", "other"),
    ),
)
#: by key, in the order in which they are offered
BUILT_IN: Mapping[str, Sector] = {each.key: each for each in _BUILT_IN}


def sector_named(text: str, sectors: Iterable[Sector]) -> Sector | None:
    """Return the sector of which a cell of a list gives the key, or the name in either language."""
    key = plain_key(text)
    for sector in sectors:
        if key in {plain_key(each) for each in (sector.key, *(sector.name_in(language) for language in Language))}:
            return sector
    return None


def sector_meant(text: str, sectors: Iterable[Sector]) -> Sector | None:
    """Return the sector that a cell of a list means: by its key, its name in either language, or a word of it.

    Of several words the first in the text says what the unit is: a company in an industrial zone is a company, the
    hamlet “ấp Chợ” no market. At one place the longest word counts.
    """
    key = plain_key(text)
    candidates = list(sectors)
    if named := sector_named(text, candidates):
        return named
    padded = f" {key} "
    found = [
        (at, -len(word), order)
        for order, sector in enumerate(candidates)
        for word in sector.words
        if (at := padded.find(f" {word} ")) >= 0
    ]
    return candidates[min(found)[2]] if found else None


class UnitCodeError(RolloutError):
    """Report a poster code that cannot be right."""


def make_code(entropy: bytes) -> str:
    """Make a poster code, as `7K3M-Q2XD`, from ENTROPY_BYTES of randomness (the caller makes sure that it is new)."""
    if len(entropy) != ENTROPY_BYTES:
        raise ValueError(f"{ENTROPY_BYTES} bytes of entropy are needed, not {len(entropy)}")
    number = int.from_bytes(entropy, "big") >> (8 * ENTROPY_BYTES - 5 * (CODE_LENGTH - 1))
    letters = "".join(_ALPHABET[number >> shift & 31] for shift in range(5 * (CODE_LENGTH - 2), -1, -5))
    return _grouped(letters + _check(letters))


def read_code(text: str) -> str:
    """Return a code as typed (`7k3m q2xd`, O for 0) in its one written form. Raises UnitCodeError if a letter is
    wrong."""
    letters = "".join(letter for letter in text.upper().translate(_READ_AS) if letter not in " -")
    if len(letters) != CODE_LENGTH or any(letter not in _ALPHABET for letter in letters):
        raise UnitCodeError(N_("“{text}” is not a unit code: it has 8 letters and digits, as in 7K3M-Q2XD"), text=text)
    if _check(letters[:-1]) != letters[-1]:
        raise UnitCodeError(N_("“{text}” has a typing mistake: compare it with the poster"), text=text)
    return _grouped(letters)


def is_code(text: str) -> bool:
    """Decide whether a text is meant as a code: `7K3M-Q2XD` with its hyphen or a digit, for `Vinh Long` is none."""
    return bool(_LOOKS.fullmatch(text)) and ("-" in text or any(letter.isdigit() for letter in text))


def codes_among(texts: Iterable[str]) -> set[str]:
    """Return the codes among texts that are written right, in their one written form."""
    found = set()
    for text in texts:
        if is_code(text):
            try:
                found.add(read_code(text))
            except UnitCodeError:
                continue
    return found


def _check(letters: str) -> str:
    """A weighted sum (odd weights, all different): finds every wrong letter and nearly every swap of neighbours."""
    return _ALPHABET[sum((2 * place + 1) * _ALPHABET.index(letter) for place, letter in enumerate(letters)) % 32]


def _grouped(letters: str) -> str:
    return f"{letters[:4]}-{letters[4:]}"
