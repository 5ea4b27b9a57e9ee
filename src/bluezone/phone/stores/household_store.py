"""Store for whom the owner declares: what was typed of each person once, to be offered again. Encrypted.

A person is forgotten when nothing was declared for them in 90 days, or at a tap.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bluezone.forms.definition import Use
from bluezone.phone.stores.database import Database
from bluezone.phone.stores.retention import Bounds

SCHEMA = """
CREATE TABLE household (
    id INTEGER PRIMARY KEY, body TEXT NOT NULL, used_at_s REAL NOT NULL, running_s REAL NOT NULL DEFAULT 0
)
"""
_BODY = "household.body"
ENCRYPTED = (_BODY,)
#: the owner and those who live with them
MAX_PEOPLE = 8
LIFE_S = 90 * 86_400.0


@dataclass(frozen=True, slots=True)
class Person:
    """Hold what is known of a person, by use; `is_owner`: of whom the phone is."""

    number: int
    known: Mapping[Use, str]
    is_owner: bool = False

    @property
    def name(self) -> str:
        """Return the name, as it was typed."""
        return self.known.get(Use.NAME, "")


class HouseholdStore:
    """Keep up to eight people in phone.sqlite3."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def people(self) -> list[Person]:
        """Return the people, the owner first, then in the order in which they came."""
        rows = self.database.rows("SELECT id, body FROM household ORDER BY id")
        found = [_person(number, self.database.decrypt_text(body, _BODY)) for number, body in rows]
        return sorted(found, key=lambda each: not each.is_owner)

    def person(self, number: int) -> Person | None:
        """Return a person; None where there is none of this number."""
        return next((each for each in self.people() if each.number == number), None)

    def owner(self) -> Person | None:
        """Return of whom the phone is; None until they have declared for themselves."""
        return next((each for each in self.people() if each.is_owner), None)

    def remember(self, number: int | None, known: Mapping[Use, str], now_s: float, *, is_owner: bool = False) -> int:
        """Keep what is known of a person, in place of what was; None: of a new one. Return the number, 0 where eight
        are kept already: then nobody is forgotten for them."""
        people = self.people()
        if is_owner and number is None:
            number = next((each.number for each in people if each.is_owner), None)
        body = self.database.encrypt_text(_text(known, is_owner), _BODY)
        values = (body, now_s, self.database.running_s())
        if any(each.number == number for each in people):
            self.database.write(
                "UPDATE household SET body = ?, used_at_s = ?, running_s = ? WHERE id = ?", (*values, number)
            )
            self.database.shrink_log()
            return number or 0
        if len(people) >= MAX_PEOPLE:
            return 0
        with self.database.transaction() as db:
            row = db.execute("INSERT INTO household (body, used_at_s, running_s) VALUES (?, ?, ?)", values)
        return int(row.lastrowid or 0)

    def forget(self, number: int) -> None:
        """Forget a person."""
        self.database.write("DELETE FROM household WHERE id = ?", (number,))
        self.database.shrink_log()

    def purge(self, bounds: Bounds) -> int:
        """Forget those for whom nothing was declared in 90 days; return how many."""
        condition, values = bounds.over("used_at_s", LIFE_S)
        return self.database.write(f"DELETE FROM household WHERE {condition}", values)  # noqa: S608


def _text(known: Mapping[Use, str], is_owner: bool) -> str:
    return json.dumps({"known": {use.value: value for use, value in known.items()}, "is_owner": is_owner})


def _person(number: int, text: str) -> Person:
    fields = json.loads(text)
    known = {Use(name): value for name, value in fields["known"].items() if name in list(Use)}
    return Person(number, MappingProxyType(known), fields["is_owner"])
