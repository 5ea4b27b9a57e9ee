"""Store what the owner declares: by a form for themselves and who lives with them, and each day in isolation.

A declaration is written down before it is sent, so that a retry sends the same once more and nothing else, and kept for
14 days: so long its owner sees, corrects and withdraws it. The pass that came of it is kept until it runs out, and the
version of the form beside it as long as it is used: the authority may have published another since.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from bluezone.forms.definition import Form, Use
from bluezone.phone.errors import PhoneError
from bluezone.phone.stores.database import Database
from bluezone.phone.stores.documents import FormText, read_or_none
from bluezone.phone.stores.records import Bounds, Records, Stage, Table
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.passes import unverified_pass

# --- in isolation -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Link:
    """Hold the code of the owner's isolation, and its first and last day (`2020-08-20`) as the authority told them."""

    code: str
    used_at_s: float
    since: str = ""
    until: str = ""


_LINK = Table("isolation", Link, "used_at_s")


# --- a household --------------------------------------------------------------------------------------

#: the owner and those who live with them
MAX_PEOPLE = 8
#: a person is forgotten when nothing was declared for them so long, or at a tap
_PERSON_LIFE_S = 90 * 86_400.0


@dataclass(frozen=True, slots=True)
class Person:
    """Hold what was typed of a person once, by use, to be offered again; `is_owner`: of whom the phone is."""

    number: int
    known: Mapping[Use, str]
    is_owner: bool = False
    used_at_s: float = 0.0

    @property
    def name(self) -> str:
        """Return the name, as it was typed."""
        return self.known.get(Use.NAME, "")


_PEOPLE = Table("household", Person, "used_at_s", _PERSON_LIFE_S)


class HouseholdStore(Records[Person]):
    """Keep up to eight people in phone.sqlite3."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, _PEOPLE)

    def people(self) -> list[Person]:
        """Return the people, the owner first, then in the order in which they came."""
        return sorted(self.all(), key=lambda each: not each.is_owner)

    def owner(self) -> Person | None:
        """Return of whom the phone is; None until they have declared for themselves."""
        return next((each for each in self.all() if each.is_owner), None)

    def remember(self, number: int | None, known: Mapping[Use, str], now_s: float, *, is_owner: bool = False) -> int:
        """Keep what is known of a person, in place of what was; None: of a new one. Return the number, 0 where eight
        are kept already: then nobody is forgotten for them."""
        people = self.numbered()
        if is_owner and number is None:
            number = next((each.number for each in people.values() if each.is_owner), None)
        person = Person(0, dict(known), is_owner, now_s)
        if number in people:
            self.put(number, person)
            return number
        return self.add(person) if len(people) < MAX_PEOPLE else 0


# --- by a form ----------------------------------------------------------------------------------------

#: the slot of drafts and declarations of somebody in isolation
LINK = "link"
#: two forms for each of eight people
MAX_DRAFTS = 16
#: 14 days of eight people
MAX_DECLARATIONS = 112

#: an answer as JSON holds it
Answer = str | list[str]


#: of a declaration whose number was not confirmed, for the code was wrong (beside the words of `Confirm`)
WRONG_CODE = "wrong"


class Next(StrEnum):
    """Name what is to be sent after a declaration has arrived."""

    NOTHING = ""
    CORRECT = "correct"
    CONFIRM = "confirm"
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
    written_at_s: float = 0.0
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
    #: of who is in isolation: the code that stands for them
    link: str = field(default="", repr=False)
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
    #: how the telephone number is to be confirmed before anybody calls (`Confirm`; `wrong`: the code was), and the code
    confirm: str = ""
    code: str = field(default="", repr=False)
    number: int = 0


@dataclass(frozen=True, slots=True)
class _KeptForm:
    text: str


_FORMS = Table("health_form", _KeptForm)
_DRAFTS = Table("health_draft", Draft, "written_at_s")
_DECLARATIONS = Table("health_declaration", StoredDeclaration, "written_at_s")
TABLES = (_LINK, _PEOPLE, _FORMS, _DRAFTS, _DECLARATIONS)


class HealthDeclarationStore:
    """Keep drafts and declarations in phone.sqlite3."""

    def __init__(self, database: Database) -> None:
        self.database, self._forms, self._link = database, Records(database, _FORMS), Records(database, _LINK)
        self._drafts, self._declarations = Records(database, _DRAFTS), Records(database, _DECLARATIONS)

    # --- in isolation -----------------------------------------------------------------------------

    def link(self) -> Link | None:
        """Return the code of the owner's isolation, with its days; None where there is none."""
        return self._link.read()

    def keep_link(self, link: Link) -> None:
        """Keep a code in place of the one before."""
        self._link.write(link)

    def forget_link(self) -> None:
        """Forget the code, and what was declared with it."""
        with self.database.transaction():
            self._link.clear()
            self._declarations.remove(*(each.number for each in self.declarations() if each.link))
            self._drafts.remove(*(each.number for each in self.drafts() if each.slot == LINK))
            self._drop_forms()
        self.database.shrink_log()

    # --- drafts -----------------------------------------------------------------------------------

    def drafts(self) -> list[Draft]:
        """Return the drafts, newest first."""
        return sorted(self._drafts.all(), key=lambda each: (each.written_at_s, each.number), reverse=True)

    def draft(self, slot: str, form: str) -> Draft | None:
        """Return the draft of a form for somebody; None where there is none."""
        return next((each for each in self.drafts() if (each.slot, each.form) == (slot, form)), None)

    def keep_draft(self, draft: Draft, now_s: float) -> None:
        """Keep a draft in place of the one of the same form for the same person; the oldest beyond MAX_DRAFTS go."""
        with self.database.transaction():
            self.drop_draft(draft.slot, draft.form)
            self._drafts.add(replace(draft, written_at_s=now_s))
            self._drafts.remove(*(each.number for each in self.drafts()[MAX_DRAFTS:]))
        self.database.shrink_log()

    def drop_draft(self, slot: str, form: str) -> None:
        """Forget the draft of a form for somebody."""
        self._drafts.remove(*(each.number for each in self.drafts() if (each.slot, each.form) == (slot, form)))

    # --- declarations -----------------------------------------------------------------------------

    def declarations(self) -> list[StoredDeclaration]:
        """Return the declarations, newest first."""
        return sorted(self._declarations.all(), key=lambda each: (each.written_at_s, each.number), reverse=True)

    def declaration(self, number: int) -> StoredDeclaration | None:
        """Return a declaration; None where there is none of this number."""
        return self._declarations.get(number)

    def add(self, declaration: StoredDeclaration, form: FormText) -> int:
        """Write a declaration down before it is sent, and the form it was made with; return its number. One with an id
        that is there is not written again. The oldest beyond MAX_DECLARATIONS go, of those that have arrived."""
        with self.database.transaction():
            known = self.declarations()
            for each in known:
                if declaration.draw in (each.draw, each.next_draw):
                    return each.number
            self.keep_form(form)
            number = self._declarations.add(declaration)
            for old in [each for each in self.declarations() if each.stage is not Stage.WAITING][MAX_DECLARATIONS:]:
                self.forget(old.number)
        return number

    def change(self, declaration: StoredDeclaration, **changes: Any) -> StoredDeclaration:
        """Write down what became of a declaration, and return it."""
        changed = self._declarations.change(declaration.number, **changes)
        if changed is None:
            raise PhoneError("the declaration was forgotten by another program of this phone")
        return changed

    def forget(self, number: int) -> None:
        """Delete a declaration."""
        with self.database.transaction():
            self._declarations.remove(number)
            self._drop_forms()
        self.database.shrink_log()

    # --- forms ------------------------------------------------------------------------------------

    def keep_form(self, form: FormText) -> None:
        """Keep the version of a form that a declaration is made with."""
        if self.form(form.form.form, form.form.version) is None:
            self._forms.add(_KeptForm(form.text))

    def form(self, name: str, version: int) -> Form | None:
        """Return a version of a form that is kept beside a declaration; None where it is not."""
        return next(
            (form for form in self._read_forms().values() if (form.form, form.version) == (name, version)), None
        )

    def _read_forms(self) -> dict[int, Form]:
        read = {number: read_or_none(each.text) for number, each in self._forms.numbered().items()}
        return {number: form for number, form in read.items() if form is not None}

    def _drop_forms(self) -> None:
        """Forget the forms that no declaration was made with any more."""
        used = {(each.form, each.version) for each in self.declarations()}
        self._forms.remove(*(n for n, form in self._read_forms().items() if (form.form, form.version) not in used))

    def purge(self, bounds: Bounds) -> int:
        """Forget drafts, declarations and a code that was not used for 14 days, and passes that have run out by the
        earliest that the time can be; return how many."""
        count = self._drafts.purge(bounds) + self._declarations.purge(bounds) + self._link.purge(bounds)
        self._drop_forms()
        for each in self.declarations():
            if each.pass_text and bounds.earliest_s is not None and _is_over(each.pass_text, bounds.earliest_s):
                self.change(each, pass_text="")
                count += 1
        return count


def _is_over(pass_text: str, now_s: float) -> bool:
    try:
        return unverified_pass(pass_text).valid_until_s <= now_s
    except ProtocolError:
        return True
