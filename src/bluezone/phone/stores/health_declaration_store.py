"""Store what the owner declares by a form: drafts, what waits to be sent, and what has arrived, with its receipt.

All of it is encrypted. A declaration and a draft are kept for 14 days: so long their owner sees, corrects and withdraws
what was declared; the pass that came of it until it runs out. The version of the form that each was made with is kept
beside them, and goes with the last of them: the authority may have published another since.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

from bluezone.forms.definition import Form
from bluezone.phone.stores.database import Database
from bluezone.phone.stores.documents import FormText, read_or_none
from bluezone.phone.stores.retention import Bounds
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.passes import unverified_pass

SCHEMA = """
CREATE TABLE health_form (id INTEGER PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE health_draft (
    id INTEGER PRIMARY KEY, body TEXT NOT NULL, written_at_s REAL NOT NULL, running_s REAL NOT NULL DEFAULT 0
);
CREATE TABLE health_declaration (
    id INTEGER PRIMARY KEY, body TEXT NOT NULL, written_at_s REAL NOT NULL, running_s REAL NOT NULL DEFAULT 0
)
"""
_FORM, _DRAFT, _DECLARATION = "health_form.body", "health_draft.body", "health_declaration.body"
ENCRYPTED = (_FORM, _DRAFT, _DECLARATION)
#: two forms for each of eight people
MAX_DRAFTS = 16
#: 14 days of eight people
MAX_DECLARATIONS = 112

#: an answer as JSON holds it
Answer = str | list[str]


class Stage(StrEnum):
    """Name how far a declaration has come."""

    WAITING = "waiting"
    SENT = "sent"
    REFUSED = "refused"


class Next(StrEnum):
    """Name what is to be sent after a declaration has arrived."""

    NOTHING = ""
    CORRECT = "correct"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class Draft:
    """Hold a form that is not finished. `slot`: for whom, as in the screen's address; `draw`: the id (hex) that its
    declaration will have."""

    slot: str
    form: str
    version: int
    draw: str
    given: Mapping[str, list[str]] = field(default_factory=dict, repr=False)
    number: int = 0


@dataclass(frozen=True, slots=True)
class StoredDeclaration:
    """Hold a declaration of a day (`2020-08-20`).

    `draw`: the id (hex) of the message that is to be sent, or was last; `tried`: it left this phone at least once, so
    that the authority may have it. `next`: what is to be sent once it has arrived, under the id `next_draw`. `answers`
    are those that its owner gave last. `level` and `refusal` are the authority's words; `sent_text`: the answers, form
    and version of the message that was tried, as JSON, while other answers are to follow it.
    """

    draw: str
    form: str
    version: int
    day: str
    person: str = field(repr=False)
    written_at_s: float
    answers: Mapping[str, Answer] = field(repr=False)
    slot: str = ""
    other: bool = False
    stage: Stage = Stage.WAITING
    tried: bool = False
    receipt: str = field(default="", repr=False)
    level: str = ""
    refusal: str = ""
    next: Next = Next.NOTHING
    next_draw: str = ""
    sent_text: str = field(default="", repr=False)
    #: of the QR code of the pass that came of it, until it runs out
    pass_text: str = field(default="", repr=False)
    number: int = 0


class HealthDeclarationStore:
    """Keep drafts and declarations in phone.sqlite3, encrypted."""

    def __init__(self, database: Database) -> None:
        self.database = database

    # --- drafts -----------------------------------------------------------------------------------

    def drafts(self) -> list[Draft]:
        """Return the drafts, newest first."""
        rows = self.database.rows("SELECT id, body FROM health_draft ORDER BY written_at_s DESC, id DESC")
        return [
            Draft(**json.loads(self.database.decrypt_text(body, _DRAFT)) | {"number": number}) for number, body in rows
        ]

    def draft(self, slot: str, form: str) -> Draft | None:
        """Return the draft of a form for somebody; None where there is none."""
        return next((each for each in self.drafts() if (each.slot, each.form) == (slot, form)), None)

    def keep_draft(self, draft: Draft, now_s: float) -> None:
        """Keep a draft in place of one of the same form for the same person; the oldest beyond MAX_DRAFTS go."""
        self._delete_drafts(self._drafts_of(draft.slot, draft.form))
        body = self.database.encrypt_text(_text(draft), _DRAFT)
        values = (body, now_s, self.database.running_s())
        self.database.write("INSERT INTO health_draft (body, written_at_s, running_s) VALUES (?, ?, ?)", values)
        self._delete_drafts([each.number for each in self.drafts()[MAX_DRAFTS:]])
        self.database.shrink_log()

    def drop_draft(self, slot: str, form: str) -> None:
        """Forget the draft of a form for somebody."""
        self._delete_drafts(self._drafts_of(slot, form))
        self.database.shrink_log()

    def _drafts_of(self, slot: str, form: str) -> list[int]:
        return [each.number for each in self.drafts() if (each.slot, each.form) == (slot, form)]

    def _delete_drafts(self, numbers: list[int]) -> None:
        for number in numbers:
            self.database.write("DELETE FROM health_draft WHERE id = ?", (number,))

    # --- declarations -----------------------------------------------------------------------------

    def declarations(self) -> list[StoredDeclaration]:
        """Return the declarations, newest first."""
        rows = self.database.rows("SELECT id, body FROM health_declaration ORDER BY written_at_s DESC, id DESC")
        return [_declaration(number, self.database.decrypt_text(body, _DECLARATION)) for number, body in rows]

    def declaration(self, number: int) -> StoredDeclaration | None:
        """Return a declaration; None where there is none of this number."""
        return next((each for each in self.declarations() if each.number == number), None)

    def add(self, declaration: StoredDeclaration, form: FormText) -> int:
        """Write a declaration down before it is sent, and the form it was made with; return its number. One with an id
        that is there is not written again. The oldest beyond MAX_DECLARATIONS go, of those that have arrived."""
        known = next((each for each in self.declarations() if declaration.draw in (each.draw, each.next_draw)), None)
        if known is not None:
            return known.number
        self.keep_form(form)
        body = self.database.encrypt_text(_text(declaration), _DECLARATION)
        values = (body, declaration.written_at_s, self.database.running_s())
        with self.database.transaction() as db:
            row = db.execute("INSERT INTO health_declaration (body, written_at_s, running_s) VALUES (?, ?, ?)", values)
        for old in [each for each in self.declarations() if each.stage is not Stage.WAITING][MAX_DECLARATIONS:]:
            self.forget(old.number)
        return int(row.lastrowid or 0)

    def change(self, declaration: StoredDeclaration, **changes: Any) -> StoredDeclaration:
        """Write down what became of a declaration, and return it."""
        changed = replace(declaration, **changes)
        body = self.database.encrypt_text(_text(changed), _DECLARATION)
        self.database.write("UPDATE health_declaration SET body = ? WHERE id = ?", (body, declaration.number))
        self.database.shrink_log()
        return changed

    def forget(self, number: int) -> None:
        """Delete a declaration."""
        self.database.write("DELETE FROM health_declaration WHERE id = ?", (number,))
        self._drop_forms()
        self.database.shrink_log()

    # --- forms ------------------------------------------------------------------------------------

    def keep_form(self, form: FormText) -> None:
        """Keep the version of a form that a declaration is made with."""
        if self.form(form.form.form, form.form.version) is None:
            body = self.database.encrypt_text(form.text, _FORM)
            self.database.write("INSERT INTO health_form (body) VALUES (?)", (body,))

    def form(self, name: str, version: int) -> Form | None:
        """Return a version of a form that is kept beside a declaration; None where it is not."""
        return next((form for _, form in self._forms() if (form.form, form.version) == (name, version)), None)

    def _forms(self) -> list[tuple[int, Form]]:
        rows = self.database.rows("SELECT id, body FROM health_form")
        read = [(number, read_or_none(self.database.decrypt_text(body, _FORM))) for number, body in rows]
        return [(number, form) for number, form in read if form is not None]

    def _drop_forms(self) -> None:
        """Forget the forms that no declaration was made with any more."""
        used = {(each.form, each.version) for each in self.declarations()}
        for number, form in self._forms():
            if (form.form, form.version) not in used:
                self.database.write("DELETE FROM health_form WHERE id = ?", (number,))

    def purge(self, bounds: Bounds) -> int:
        """Forget drafts and declarations older than 14 days; return how many."""
        condition, values = bounds.over("written_at_s")
        count = 0
        for table in ("health_draft", "health_declaration"):
            count += self.database.write(f"DELETE FROM {table} WHERE {condition}", values)  # noqa: S608
        self._drop_forms()
        return count + self._drop_passes(bounds)

    def _drop_passes(self, bounds: Bounds) -> int:
        """Forget passes that have run out by the earliest that the time can be; return how many."""
        if bounds.earliest_s is None:
            return 0
        over = [each for each in self.declarations() if each.pass_text and _is_over(each.pass_text, bounds.earliest_s)]
        for each in over:
            self.change(each, pass_text="")
        return len(over)


def _is_over(pass_text: str, now_s: float) -> bool:
    try:
        return unverified_pass(pass_text).valid_until_s <= now_s
    except ProtocolError:
        return True


def _text(stored: Draft | StoredDeclaration) -> str:
    fields = asdict(stored)
    del fields["number"]
    return json.dumps(fields, ensure_ascii=False)


def _declaration(number: int, text: str) -> StoredDeclaration:
    fields = json.loads(text)
    return StoredDeclaration(
        **fields | {"stage": Stage(fields["stage"]), "next": Next(fields["next"]), "number": number}
    )
