"""A key of passes that may be stolen: nothing it signed is believed, another signs at once, and the log has it."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from auditlog.models import LogEntry
from tests.authority.declarations.conftest import MORNING
from tests.authority.passes.test_issuing import message, post

from bluezone.authority.errors import AuthorityError
from bluezone.authority.passes import services
from bluezone.authority.signing import rotation
from bluezone.authority.signing import services as signing
from bluezone.authority.signing.models import SigningKey
from bluezone.protocol import passes as protocol
from bluezone.protocol.exports import TrustedKey
from bluezone.protocol.passes import PassError, Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("signers")]


def pinned(now: dt.datetime) -> list[TrustedKey]:
    """The keys that a checkpoint fetches now."""
    return [TrustedKey(signing.public_key(key), "452_pass", key.version) for key in signing.trusted_pass_keys(now)]


def test_passes_of_a_distrusted_key_are_refused_and_a_new_key_signs(client: Any) -> None:
    sent = message()
    before = post(client, sent).pass_text
    key, made = services.distrust_key("v1", None, MORNING)
    assert made is not None
    assert (key.version, made.version, made.from_at) == ("v1", "v2", MORNING)
    with pytest.raises(PassError) as error:
        protocol.read_pass(before, pinned(MORNING))
    assert error.value.refusal is Refusal.UNKNOWN_KEY
    after = post(client, message()).pass_text
    assert protocol.read_pass(after, pinned(MORNING)).region == "452"
    assert post(client, sent).pass_text == ""  # nobody is shown a pass that no checkpoint believes


def test_checkpoints_are_told_the_name_of_the_key(client: Any) -> None:
    services.distrust_key("v1", None, MORNING)
    body = client.get("/v1/passes/452/keys.json").json()
    assert ([each["kid"] for each in body["keys"]], body["distrusted"]) == (["452_pass v2"], ["452_pass v1"])


def test_who_distrusted_a_key_stands_in_the_audit_log() -> None:
    services.distrust_key("v1", None, MORNING)
    entry = LogEntry.objects.get(changes__has_key="distrusted")
    assert (entry.actor, json.loads(json.dumps(entry.changes))) == (None, {"distrusted": ["None", "v1"]})
    assert entry.additional_data == {"place": "/"}


def test_a_key_that_is_not_there_is_named_and_nothing_changes() -> None:
    with pytest.raises(AuthorityError, match="no pass key v7; there are: v1"):
        services.distrust_key("v7", None, MORNING)
    assert SigningKey.objects.filter(distrusted_at=None, purpose="pass", thru_at=None).count() == 1


def test_a_key_is_distrusted_twice_without_a_second_one_in_its_place() -> None:
    services.distrust_key("v1", None, MORNING)
    _key, made = services.distrust_key("v1", None, MORNING + dt.timedelta(hours=1))
    assert made is None
    assert SigningKey.objects.get(purpose="pass", version="v1").distrusted_at == MORNING


def test_where_the_next_key_is_distrusted_the_present_one_signs_on_without_a_gap() -> None:
    late = MORNING + rotation.SIGNS - dt.timedelta(days=5)
    following = signing.rotate_pass_keys(late)
    assert following is not None
    services.distrust_key(following.version, None, late)
    for day in range(30):
        now = late + dt.timedelta(days=day)
        signing.rotate_pass_keys(now)
        (signer,) = signing.active(signing.PASS, now)
        assert signer.distrusted_at is None
