"""An owner takes published keys back under the revision token, without a code."""

from __future__ import annotations

import json

import pytest

from bluezone.authority.keys.batches import publish
from bluezone.authority.keys.models import PublishedKey
from bluezone.authority.keys.revision import WithdrawalRefusedError, withdraw
from bluezone.protocol.keys import ReportType
from bluezone.protocol.reports import WITHDRAW_PATH, Withdrawal


@pytest.fixture
def published(phone, issue):
    """Return fourteen published keys and their revision token."""
    keys = phone.keys()
    return keys, phone.publish(issue(), keys).revision_token


def post(phone, token: str, **headers):
    return phone.post(WITHDRAW_PATH, Withdrawal(token).to_json("x" * 100), **headers)


def revised() -> set[int | None]:
    return set(PublishedKey.objects.filter(made_up=False).values_list("revised_report_type", flat=True))


def test_keys_that_are_out_go_out_once_more_as_revoked(phone, published):
    _keys, token = published
    publish(phone.clock.forward(days=1))
    assert PublishedKey.objects.filter(made_up=False, batch__isnull=False).count() == 14
    answer = post(phone, token)
    assert (answer.status_code, json.loads(answer.content).get("code", "")) == (200, "")
    assert revised() == {ReportType.REVOKED.value}
    publish(phone.clock.forward(hours=5))
    assert not PublishedKey.objects.filter(made_up=False, revision_batch=None).exists()
    before = list(PublishedKey.objects.order_by("pk").values())
    assert post(phone, token).status_code == 200  # its answer was lost: nothing changes
    assert list(PublishedKey.objects.order_by("pk").values()) == before


def test_keys_that_nobody_was_warned_of_never_go_out(phone, published):
    _keys, token = published
    withdraw(token, phone.clock.now)
    publish(phone.clock.forward(days=1))
    assert not PublishedKey.objects.filter(made_up=False).exists()


def test_what_a_test_confirmed_since_is_taken_back_too(phone, issue):
    keys = phone.keys()
    token = phone.publish(issue("clinical"), keys).revision_token
    publish(phone.clock.forward(days=1))
    token = phone.publish(issue("confirmed"), keys, revision_token=token).revision_token
    publish(phone.clock.forward(hours=5))
    assert withdraw(token, phone.clock.now) == 14
    assert set(PublishedKey.objects.filter(made_up=False).values_list("revision_batch", flat=True)) == {None}
    publish(phone.clock.forward(hours=5))
    assert None not in set(PublishedKey.objects.filter(made_up=False).values_list("revision_batch", flat=True))


def test_a_token_of_somebody_else_revokes_nothing(phone, published):
    for token in ("", "?", "AAAA", "x" * 9_000):
        with pytest.raises(Exception, match=r"none of ours|1 to 8192 are meant"):
            withdraw(Withdrawal(token).revision_token, phone.clock.now)
    assert post(phone, "AAAA").status_code == 403
    assert phone.post(WITHDRAW_PATH, b"{}").status_code == 400
    assert phone.post(WITHDRAW_PATH, b'{"revisionToken": 7}').status_code == 400
    assert revised() == {None}
    assert issubclass(WithdrawalRefusedError, Exception)


def test_a_key_that_another_authority_published_is_not_ours_to_revoke(phone, published):
    keys, token = published
    PublishedKey.objects.filter(key=keys[0].key).update(source=3)
    assert withdraw(token, phone.clock.now) == 13
    assert PublishedKey.objects.get(key=keys[0].key).revised_report_type is None


def test_a_decoy_changes_nothing_and_is_answered_alike(phone, published):
    _keys, token = published
    real = post(phone, token)
    PublishedKey.objects.update(revised_report_type=None, revised_at=None)
    decoy = post(phone, token, headers={"X-Chaff": "1"})
    assert (decoy.status_code, len(decoy.content)) == (real.status_code, len(real.content))
    assert revised() == {None}


def test_after_a_withdrawal_the_same_keys_warn_nobody_again(phone, issue, published):
    keys, token = published
    publish(phone.clock.forward(days=1))
    withdraw(token, phone.clock.now)
    phone.publish(issue(), keys, revision_token=token)
    assert revised() == {ReportType.REVOKED.value}
