"""Test what a telephone may send, and what is refused without a look into the database."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.authority.door.sending import Sending, digest_of
from bluezone.protocol.errors import ProtocolError

SECRET = "A" * 22
TAP = {"id": "0" * 32, "at": 1.5e9, "kind": "had", "app": "bluezone", "post": "gate", "shift": "night"}
GOOD = {"v": 1, "link": SECRET, "sent_at": 1_500_000_100, "taps": [TAP]}


def changed(**values: object) -> bytes:
    return json.dumps(GOOD | values).encode()


def with_tap(**values: object) -> bytes:
    return changed(taps=[TAP | values])


def test_a_sending_is_read():
    read = Sending.from_json(json.dumps(GOOD).encode())
    assert (read.link, read.sent_at_s, len(read.taps)) == (digest_of(SECRET), 1_500_000_100.0, 1)
    assert (read.taps[0].kind, read.taps[0].app, read.taps[0].post, read.taps[0].shift) == (
        "had",
        "bluezone",
        "gate",
        "night",
    )


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{}", b"[]", b"\xff", b"[" * 10_000, b"1" * 20_000, changed(v=2), changed(link="A" * 21),
        changed(link=None),
        changed(link="A" * 21 + "/"), changed(taps=[]), changed(taps=[TAP] * 51), changed(taps=[1]), changed(taps=None),
        changed(sent_at="x"), changed(sent_at=True), changed(sent_at=float("nan")), changed(sent_at=1e30),
        with_tap(id="0" * 31), with_tap(id="G" * 32), with_tap(id=3), with_tap(at=None), with_tap(kind="maybe"),
        with_tap(app=""), with_tap(app="facebook"), with_tap(post="Nguyễn Văn A"), with_tap(shift="noon"),
        with_tap(kind="undo"), with_tap(kind="undo", of="x"), with_tap(kind=["had"]), with_tap(of="0" * 32),
        with_tap(kind="hung"),
    ],
)  # fmt: skip
def test_what_no_page_of_ours_sends_is_refused(body):
    with pytest.raises(ProtocolError):
        Sending.from_json(body)


@given(st.binary(max_size=300))
def test_no_bytes_are_an_error_of_another_kind(body):
    with pytest.raises(ProtocolError):
        Sending.from_json(body)


def test_no_free_text_can_be_sent():
    """A name written where a post belongs would be one."""
    read = Sending.from_json(with_tap(name="Nguyễn Văn A", note="khách quen"))
    assert "Nguyễn" not in repr(read)
