"""Passes: standard tokens, an independent reader of ours, and one sentence for everything that is no pass of ours."""

from __future__ import annotations

import secrets
from dataclasses import replace

import cbor2
import cwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from bluezone.protocol import base45, cbor, cose, passes
from bluezone.protocol.crypto.default import crypto
from bluezone.protocol.crypto.port import VerifyingKey
from bluezone.protocol.crypto.with_cryptography import SigningKey
from bluezone.protocol.documents import Document, sign
from bluezone.protocol.exports import ExportSigner, TrustedKey
from bluezone.protocol.letters import check_letter
from bluezone.protocol.passes import REVOKED_PASSES, Colour, Pass, PassError, Refusal

NOW_S, DAY_S = 1_598_000_000, 86_400
KEY, OTHER = (SigningKey(ec.derive_private_key(number, ec.SECP256R1())) for number in (5, 6))
SIGNER = ExportSigner(KEY, "452", "v2")
TRUSTED = [TrustedKey(KEY.public_key(), "452", "v2")]
PASS = Pass("452", "7K3M-Q2XD", "domestic-move", "34:31318", Colour.GREEN, NOW_S, NOW_S + DAY_S)
TEXT = passes.write_pass(PASS, SIGNER)


def _key_at(x: int, y: int) -> VerifyingKey:
    return crypto().verifying_key(b"\x04" + x.to_bytes(32, "big") + y.to_bytes(32, "big"))


#: RFC 8392, appendix A.2.3 (key) and A.3 (signed CWT)
RFC_KEY = _key_at(
    0x143329CCE7868E416927599CF65A34F3CE2FFDA55A7ECA69ED8919A394D42F0F,
    0x60F7F1A780D8A783BFB7A2DD6B2796E8128DBBCEF9D3D168DB9529971A36E7B9,
)
RFC_TOKEN = bytes.fromhex(
    "d28443a10126a104524173796d6d657472696345434453413235365850a70175636f61703a2f2f61732e6578616d706c652e636f6d02656572"
    "696b77037818636f61703a2f2f6c696768742e6578616d706c652e636f6d041a5612aeb0051a5610d9f0061a5610d9f007420b7158405427c1"
    "ff28d23fbad1f29c4c7c6a555e601d6fa29f9179bc3d7438bacaca5acd08c8d4d4f96131680c429a01f85951ecee743a52b9b63632c5720912"
    "0e1c9e30"
)
#: github.com/cose-wg/Examples, CWT/A_3.json
WORKING_GROUP_KEY = _key_at(
    0xC4F9160FC22682991C59C4D96E8ACCC2DA3CC7B7A9BC197C7C1E1BC6D0C1DC61,
    0xFEB11CA73B028A10CF77D58A2DFDF2A11EAB8FFEEEAAEEB03097FFEE9F3EF2FC,
)
WORKING_GROUP_TOKEN = bytes.fromhex(
    "d28447a20319fde80126a05853a70175636f61703a2f2f61732e6578616d706c652e636f6d02656572696b77037818636f61703a2f2f6c6967"
    "68742e6578616d706c652e636f6d04c11a5612aeb005c11a5610d9f006c11a5610d9f007420b7158408caad9ebd60e5f41cd683771e8a02cad"
    "e07d894dd1cfaf3a23c6481546e78febc0c13e8f649096f347480db3e8c16cddc04116a3874cf0a4da2f4cb2d67c8eb0"
)


@pytest.mark.parametrize(
    ("token", "key", "name"),
    [(RFC_TOKEN, RFC_KEY, b"AsymmetricECDSA256"), (WORKING_GROUP_TOKEN, WORKING_GROUP_KEY, b"")],
)
def test_published_tokens_are_read_and_their_signatures_hold(token, key, name):
    message = cose.read(token)
    claims = cbor.loads(message.payload)
    assert isinstance(claims, dict)
    assert (claims[passes.ISSUER], claims[passes.SUBJECT]) == ("coap://as.example.com", "erikw")
    assert message.key_name == name
    assert cose.is_signed(message, key)
    assert not cose.is_signed(replace(message, payload=message.payload + b"\0"), key)


def test_what_was_signed_is_read():
    assert passes.read_pass(TEXT, TRUSTED) == PASS
    assert passes.unverified_pass(TEXT) == PASS


def test_an_independent_reader_reads_a_pass():
    """Decode by python-cwt over cbor2 what we wrote, with the public key alone."""
    data = base45.decode(TEXT.removeprefix("BZ1:"))
    key = cwt.COSEKey.new(
        {1: 2, 2: b"452 v2", 3: -7, -1: 1} | dict(zip((-2, -3), _point(KEY.public_key()), strict=True))
    )
    claims = cwt.CWT.new(leeway=10**12).decode(data, key)
    assert claims == {
        1: "452", 2: "7K3M-Q2XD", 4: NOW_S + DAY_S, 6: NOW_S, -65_537: "domestic-move", -65_538: "34:31318", -65_539: 1,
    }  # fmt: skip
    assert not any("nguy" in str(value).lower() for value in claims.values())


def test_a_pass_of_an_independent_writer_is_read():
    claims = {1: "452", 2: "7K3M-Q2XD", 4: NOW_S + DAY_S, 6: NOW_S, -65_537: "population", -65_538: "", -65_539: 3}
    numbers = KEY.key.private_numbers()
    key = cwt.COSEKey.new(
        {1: 2, 2: b"452 v2", 3: -7, -1: 1, -4: numbers.private_value.to_bytes(32, "big")}
        | dict(zip((-2, -3), _point(KEY.public_key()), strict=True))
    )
    data = cwt.COSE.new().encode_and_sign(cbor2.dumps(claims), key, {1: -7, 4: b"452 v2"})
    read = passes.read_pass("BZ1:" + base45.encode(data), TRUSTED)
    assert (read.kind, read.commune, read.colour) == ("population", "", Colour.RED)


def test_a_pass_fits_a_code_that_cheap_cameras_read():
    """Hold the code to alphanumeric signs of QR version 11 at error correction M (366 of them, ISO/IEC 18004)."""
    assert set(TEXT) <= set(base45.ALPHABET)
    assert len(TEXT) <= 366


def _signed_by(key: SigningKey, version: str) -> str:
    return passes.write_pass(PASS, ExportSigner(key, "452", version))


def _token(claims: dict) -> str:
    return "BZ1:" + base45.encode(cose.sign(cbor.dumps(claims), SIGNER))


GOOD = {1: "452", 2: "7K3M-Q2XD", 4: NOW_S + DAY_S, 6: NOW_S, -65_537: "population", -65_538: "", -65_539: 1}


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("https://bluezone.example/p/7K3M-Q2XD", Refusal.FOREIGN_TEXT),
        ("<script>alert(1)</script>", Refusal.FOREIGN_TEXT),
        ("", Refusal.FOREIGN_TEXT),
        ("001000000000|NGUYEN VAN A|1990-01-31|0|1629|<1<<<", Refusal.FOREIGN_TEXT),
        ("HC1:6BF+70790T9WJWG.FKY*4GO0.O1CV2 O5 N2FBBRW1*70HS8", Refusal.ANOTHER_COUNTRYS),
        ("BZ1:" + "A" * 3_000, Refusal.TOO_LARGE),
        ("BZ1:", Refusal.MALFORMED),
        ("BZ1:javascript:alert", Refusal.MALFORMED),
        (TEXT[:-9], Refusal.MALFORMED),
        (TEXT.lower().replace("bz1", "BZ1"), Refusal.MALFORMED),
        (_signed_by(OTHER, "v1"), Refusal.UNKNOWN_KEY),  # the key of last year, pinned no longer
        (_signed_by(OTHER, "v2"), Refusal.FORGED),
        ("BZ1:" + base45.encode(RFC_TOKEN), Refusal.UNKNOWN_KEY),
        (_token(GOOD | {-65_539: 4}), Refusal.MALFORMED),
        (_token(GOOD | {-65_538: "<b>"}), Refusal.MALFORMED),
        (_token(GOOD | {4: NOW_S}), Refusal.MALFORMED),
        (_token(GOOD | {4: NOW_S + 365 * DAY_S}), Refusal.MALFORMED),
        (_token(GOOD | {2: "Nguyễn Văn A"}), Refusal.MALFORMED),
        (_token(GOOD | {1: ""}), Refusal.MALFORMED),
        (_token({key: value for key, value in GOOD.items() if key != 6}), Refusal.MALFORMED),
    ],
)
def test_what_is_no_pass_of_ours_is_refused_in_one_sentence(text, refusal):
    with pytest.raises(PassError) as refused:
        passes.read_pass(text, TRUSTED)
    assert refused.value.refusal is refusal
    assert str(refused.value).count("\n") == 0
    assert len(str(refused.value)) < 200


@given(st.text(max_size=400) | st.text(base45.ALPHABET, max_size=400).map(lambda text: "BZ1:" + text))
def test_any_text_is_refused_without_another_error(text):
    with pytest.raises(PassError):
        passes.read_pass(text, TRUSTED)


@given(st.integers(4, len(TEXT) - 1), st.sampled_from(base45.ALPHABET))
def test_a_pass_with_one_sign_changed_is_no_pass(at, sign):
    if TEXT[at] != sign:
        with pytest.raises(PassError):
            passes.read_pass(TEXT[:at] + sign + TEXT[at + 1 :], TRUSTED)


def _revoked(*gone: Pass, issued_at_s: int = NOW_S) -> Document[frozenset[str]]:
    digests = frozenset(map(passes.digest, gone))
    return Document(REVOKED_PASSES, "452", "", 4, issued_at_s, issued_at_s, issued_at_s + 2 * DAY_S, digests)


def test_the_list_of_revoked_passes_names_none_of_them():
    assert b"7K3M" not in sign(_revoked(PASS), [SIGNER])


def test_a_drawn_pseudonym_has_its_check_letter():
    pseudonym = passes.draw_pseudonym(secrets.randbelow)
    letters = pseudonym.replace("-", "")
    assert check_letter(letters[:-1]) == letters[-1]
    assert replace(PASS, pseudonym=pseudonym).pseudonym == pseudonym


def _point(key: VerifyingKey) -> tuple[bytes, bytes]:
    return key.point()[1:33], key.point()[33:]
