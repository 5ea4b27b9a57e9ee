"""Read who somebody is from the row of a spreadsheet: one rule for lists of cases and of contacts. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_noop

from bluezone.authority.persons.rules import IdentityError
from bluezone.authority.site.uploads.lists import date_in, is_formula
from bluezone.rollout.errors import RolloutError

#: the fields that say who somebody is, beside the year of birth
TEXTS = ("name", "telephone", "document", "address")
#: field -> headers that mean it, as plain keys
HEADERS: dict[str, tuple[str, ...]] = {
    "name": ("name", "full name", "ho ten", "ho va ten", "ten benh nhan", "benh nhan", "ho ten benh nhan"),
    "birth_year": ("birth year", "year of birth", "nam sinh", "ngay sinh", "ngay thang nam sinh", "date of birth"),
    "telephone": (
        "telephone", "phone", "telephone number", "phone number", "dien thoai", "so dien thoai", "sdt", "so dt", "dt",
        "sdt lien he", "so dien thoai lien he", "dien thoai lien he", "dien thoai lien lac", "so dien thoai lien lac",
    ),
    "document": (
        "document", "document number", "cmnd", "cccd", "so cmnd", "so cccd", "cmnd cccd", "so cmnd cccd", "ho chieu",
        "cmnd ho chieu", "so giay to", "giay to", "cmnd cccd ho chieu", "so cmnd cccd ho chieu", "cccd cmnd",
    ),
    "address": (
        "address", "dia chi", "noi o", "cho o", "dia chi noi o", "noi o hien nay", "cho o hien nay", "dia chi cu tru",
        "dia chi hien nay", "dia chi hien tai", "noi cu tru", "dia chi lien he", "dia chi thuong tru",
    ),
}  # fmt: skip
#: digits of a citizen's card, which begins with a zero in most provinces: spreadsheets drop it
_CARD_DIGITS = 12


def texts_of(cells: Mapping[str, str]) -> dict[str, str]:
    """Return the texts of an identity. A card's number gets back the zero that a spreadsheet dropped; a telephone
    number needs no such help. Raises IdentityError for a formula in place of a text."""
    found = {name: cells.get(name, "") for name in TEXTS}
    for name, text in found.items():
        if is_formula(text):
            raise IdentityError(gettext_noop("this cell holds a formula: write what it shows"), name)
    if found["document"].isascii() and found["document"].isdecimal() and len(found["document"]) == _CARD_DIGITS - 1:
        found["document"] = f"0{found['document']}"
    return found


def birth_year(text: str) -> int | None:
    """Return the year of a year or a day of birth; None for nothing. Raises IdentityError."""
    if not text:
        return None
    if text.isascii() and text.isdecimal() and len(text) == 4:
        return int(text)
    try:
        return date_in(text).year
    except RolloutError:
        template = gettext_noop("“{text}” is no year of birth; 1985 is meant")
        raise IdentityError(template, "birth_year", text=text) from None
