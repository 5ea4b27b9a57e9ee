"""The code of an isolation and its declarations: encrypted, once, forgotten on arrival and after 14 days."""

from __future__ import annotations

import secrets
from pathlib import Path

from bluezone.phone.stores.databases import PHONE
from bluezone.phone.stores.encryption import Cipher
from bluezone.phone.stores.isolation_store import Stage, StoredDeclaration
from bluezone.phone.stores.phone_stores import open_stores
from bluezone.phone.stores.retention import Bounds
from bluezone.protocol.schemes import scheme_named

EN = scheme_named("en")
NOW_S, DAY_S = 1_597_900_000.0, 86_400.0
CODE = "7K3MQ2XD9FTRAB12"


def declaration(**values: object) -> StoredDeclaration:
    fields = {"day": "2020-08-20", "declaration": "ab" * 16, "message": "hard to breathe", "stage": Stage.WAITING}
    return StoredDeclaration(**fields | {"written_at_s": NOW_S} | values)  # type: ignore[arg-type]


def test_what_is_kept_is_encrypted_and_forgotten_once_it_has_arrived(tmp_path: Path) -> None:
    stores = open_stores(tmp_path, EN, secrets.token_bytes, Cipher(b"c" * 32, secrets.token_bytes))
    store = stores.isolation
    store.keep_code(CODE, NOW_S)
    assert store.add(declaration())
    assert not store.add(declaration(message="another"))
    written = b"".join(file.read_bytes() for file in tmp_path.glob(f"{PHONE}*"))
    assert CODE.encode() not in written
    assert b"hard to breathe" not in written
    [kept] = store.declarations()
    store.arrived(kept, Stage.SENT)
    [arrived] = store.declarations()
    assert (store.code(), arrived.message, arrived.stage) == (CODE, "", Stage.SENT)
    stores.close()


def test_code_and_declarations_go_after_14_days(tmp_path: Path) -> None:
    stores = open_stores(tmp_path, EN, secrets.token_bytes)
    store = stores.isolation
    store.keep_code(CODE, NOW_S)
    store.add(declaration())
    store.add(declaration(declaration="cd" * 16, written_at_s=NOW_S + 2 * DAY_S))
    assert store.purge(Bounds(NOW_S + 15 * DAY_S)) == 2
    assert store.code() == ""
    assert [each.declaration for each in store.declarations()] == ["cd" * 16]
    stores.close()
