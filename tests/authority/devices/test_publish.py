"""`POST /v1/publish`: certified keys in, stored keys; and what is said of those that are not."""

from __future__ import annotations

from dataclasses import replace

from bluezone.authority.publishing.models import PublishedKey
from bluezone.protocol.messages import PublishCode


def test_fourteen_certified_keys_are_stored(phone, issue):
    answer = phone.publish(issue(), phone.keys(14))
    assert (answer.inserted_exposures, answer.code, answer.error) == (14, "", "")
    assert answer.revision_token
    assert PublishedKey.objects.count() == 14


def test_a_publish_with_one_bad_key_of_fourteen_stores_thirteen_and_says_so(phone, issue):
    keys = phone.keys(14)
    keys[4] = replace(keys[4], rolling_start_interval=keys[4].rolling_start_interval + 30 * 144)
    answer = phone.publish(issue(), keys)
    assert (answer.inserted_exposures, answer.code) == (13, PublishCode.PARTIAL_FAILURE)
    assert answer.error.startswith("key 4 cannot be imported: interval number")
    assert PublishedKey.objects.count() == 13
