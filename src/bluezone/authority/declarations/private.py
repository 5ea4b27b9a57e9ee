"""Encrypt what was declared: identity under the key of persons, health under the installation's, each for its row.

Who steals the database has neither; who has the installation's secret as well reads answers of nobody.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable

from bluezone.authority.declarations import rules
from bluezone.authority.persons import vault
from bluezone.authority.site import encryption
from bluezone.authority.site import secrets as keyed
from bluezone.forms.conditions import Answer
from bluezone.forms.definition import IDENTITY, Form
from bluezone.protocol import one_time_codes

ID, RECEIPT = "id of a health declaration", "receipt of a health declaration"
_IDENTITY, _ANSWERS = "identity of a health declaration", "answers of a health declaration"
_TELEPHONE = "telephone of a health declaration"
_JOURNEY = "journey of a health declaration"


def split(form: Form, answers: dict[str, Answer]) -> tuple[dict[str, Answer], dict[str, Answer]]:
    """Return what says who and where, and the rest."""
    of_identity = {field.name for field in form.fields if field.about in IDENTITY}
    who = {name: answer for name, answer in answers.items() if name in of_identity}
    return who, {name: answer for name, answer in answers.items() if name not in of_identity}


def seal_identity(answers: dict[str, Answer], row: str) -> bytes:
    """Encrypt who declared, for the row of an id's digest."""
    return vault.seal_text(_IDENTITY, _written(answers), row.encode())


def unseal_identity(sealed: bytes | memoryview, row: str) -> dict[str, Answer]:
    """Decrypt who declared; nothing where it was erased."""
    return _read(vault.unseal_text(_IDENTITY, bytes(sealed), row.encode())) if bytes(sealed) else {}


def seal_answers(answers: dict[str, Answer], row: str) -> bytes:
    """Encrypt what was declared, for the row of an id's digest."""
    return encryption.encrypt_under(keyed.key(_ANSWERS), _written(answers), row.encode())


def unseal_answers(sealed: bytes | memoryview, row: str) -> dict[str, Answer]:
    """Decrypt what was declared; nothing where it was erased."""
    if not bytes(sealed):
        return {}
    return _read(encryption.decrypt_under(keyed.keys(_ANSWERS), bytes(sealed), _ANSWERS, row.encode()))


def draw_receipt() -> str:
    """Draw a receipt: letters and digits that people can type."""
    return one_time_codes.draw_long(rules.RECEIPT_LENGTH, secrets.randbelow)


def seal_receipt(receipt: str, row: str) -> bytes:
    """Encrypt a receipt, so that the same id gets the same answer."""
    return encryption.encrypt_under(keyed.key(RECEIPT), receipt, row.encode())


def unseal_receipt(sealed: bytes | memoryview, row: str) -> str:
    """Decrypt a receipt."""
    return encryption.decrypt_under(keyed.keys(RECEIPT), bytes(sealed), RECEIPT, row.encode())


def telephone_digest(number: str) -> str:
    """Return the digest under which declarations of one number are counted; nothing for none."""
    return vault.digest(_TELEPHONE, number)


def journey_digest(journey: str) -> str:
    """Return the digest under which declarations of one journey are found; nothing for none."""
    return keyed.digest(_JOURNEY, journey) if journey else ""


def journey_digests(journeys: Iterable[str]) -> list[str]:
    """Return the digests of journeys under the present and every earlier secret."""
    return [digest for journey in sorted(journeys) for digest in keyed.digests(_JOURNEY, journey)]


def _written(answers: dict[str, Answer]) -> str:
    plain = {name: each if isinstance(each, str) else list(each) for name, each in answers.items()}
    return json.dumps(plain, ensure_ascii=False)


def _read(text: str) -> dict[str, Answer]:
    return {name: each if isinstance(each, str) else tuple(each) for name, each in json.loads(text).items()}
