"""The messages by which phones make themselves counted."""

from __future__ import annotations

import pytest

from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.installations import MAX_BYTES, Activity, Registration
from bluezone.protocol.text import MessageTooLargeError

ID, OLD = bytes(range(16)), bytes(range(1, 17))


@pytest.mark.parametrize(
    "message",
    [Registration(ID, "ios", "3.0.3"), Registration(ID, "android", "1.0+b7", "34:31318", "7K3M-Q2XD", OLD)],
)
def test_a_registration_comes_back_as_it_was(message):
    assert Registration.from_json(message.to_json()) == message


def test_an_activity_comes_back_as_it_was():
    assert Activity.from_json(Activity(ID).to_json()) == Activity(ID)


@pytest.mark.parametrize(
    "fields",
    [
        (ID[:15], "ios", "1"), (ID, "ipad", "1"), (ID, "ios", ""), (ID, "ios", "1" * 25), (ID, "ios", "1", "93"),
        (ID, "ios", "1", "34:31318", "7K3MQ2XD"), (ID, "ios", "1", "", "", b"short"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(fields):
    with pytest.raises(ProtocolError):
        Registration(*fields)


@pytest.mark.parametrize("body", [b"", b"null", b'{"installation": 7}', b'{"installation": "*"}', b"{}"])
@pytest.mark.parametrize("message", [Registration, Activity])
def test_garbage_can_only_end_in_a_protocol_error(message, body):
    with pytest.raises(ProtocolError):
        message.from_json(body)


def test_a_large_message_is_not_read():
    with pytest.raises(MessageTooLargeError):
        Activity.from_json(b" " * (MAX_BYTES + 1))
