"""The scripts of doors and checkpoints in Chromium: they read what `protocol.passes` writes, refuse what it refuses,
and encrypt what `site.hpke` decrypts."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from bluezone.authority.site import hpke
from bluezone.forms.country import Country
from bluezone.protocol import base45, cbor, cose, passes
from bluezone.protocol.crypto import with_cryptography
from bluezone.protocol.documents import Document, sign
from bluezone.protocol.exports import ExportSigner, TrustedKey
from bluezone.protocol.passes import REVOKED_PASSES, Colour, Pass

pytestmark = pytest.mark.browser
ROOM = Path(__file__).parents[3] / "src/bluezone/authority"
NOW_S, DAY_S = 1_598_000_000, 86_400
KEY, OTHER = (ec.derive_private_key(number, ec.SECP256R1()) for number in (5, 6))
PORTS, PORTS_OTHER = with_cryptography.SigningKey(KEY), with_cryptography.SigningKey(OTHER)
SIGNER = ExportSigner(PORTS, "452_pass", "v1")
PASS = Pass("452", "7K3M-Q2XD", "domestic-move", "34:31318", Colour.YELLOW, NOW_S, NOW_S + DAY_S)
TEXT = passes.write_pass(PASS, SIGNER)
JWKS = [ECAlgorithm.to_jwk(KEY.public_key(), as_dict=True) | {"kid": "452_pass v1"}]
READ = """async ({text, keys}) => {
    try { return await passes.read(text, await passes.pin(keys)); }
    catch (error) { return error.refusal || String(error); }
}"""


def changed(text: str) -> str:
    """The pass with one bit of its claims turned, well written otherwise."""
    message = cbor.loads(base45.decode(text.removeprefix("BZ1:")))
    assert isinstance(message, cbor.Tag)
    head, unprotected, payload, signature = message.value
    payload = payload.replace(b"34:31318", b"34:31319")
    return "BZ1:" + base45.encode(cbor.dumps(cbor.Tag(18, [head, unprotected, payload, signature])))


REFUSED = [
    ("", "none of ours"),
    ("https://bluezone.gov.vn/i", "none of ours"),
    ("<script>alert(1)</script>", "none of ours"),
    ("HC1:6BFOXN", "another country's pass"),
    ("BZ1:" + "0" * 3_000, "too large"),
    ("BZ1:", "malformed"),
    ("BZ1:abc", "malformed"),
    ("BZ1:" + base45.encode(b"\x9f\xff"), "malformed"),
    ("BZ1:" + base45.encode(cbor.dumps([b"", {}, b"", b""])), "malformed"),
    ("BZ1:" + base45.encode(b"\x84" * 60), "malformed"),
    (passes.write_pass(PASS, ExportSigner(PORTS, "452_pass", "v9")), "unknown key"),
    (passes.write_pass(PASS, ExportSigner(PORTS_OTHER, "452_pass", "v1")), "forged"),
    (changed(TEXT), "forged"),
    ("BZ1:" + base45.encode(cose.sign(cbor.dumps({1: "452"}), SIGNER)), "malformed"),
]


def runs_in(page: Any, zone: str, calling_code: str) -> None:
    """Give a page the script of the country, as `passes/head.html` does."""
    text = (ROOM / "passes/static/passes/country.js").read_text()
    page.evaluate(
        """([text, zone, callingCode]) => {
            const script = Object.assign(document.createElement("script"), { textContent: text });
            Object.assign(script.dataset, { zone, callingCode });
            document.head.append(script);
        }""",
        [text, zone, calling_code],
    )


@pytest.fixture(scope="module")
def page(browser: Any) -> Iterator[Any]:
    """A page of this machine, for which browsers have WebCrypto, with the scripts and nothing else."""
    found = browser.new_page()
    found.route("http://localhost/**", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html"))
    found.goto("http://localhost/")
    runs_in(found, "Asia/Ho_Chi_Minh", "84")
    for script in ("passes/static/passes/pass.js", "day_keys/static/day_keys/hpke.js",
                   "checkpoints/static/checkpoints/questions.js"):  # fmt: skip
        found.add_script_tag(content=(ROOM / script).read_text())
    yield found
    found.close()


def test_a_pass_is_read_as_the_protocol_reads_it(page):
    found = page.evaluate(READ, {"text": f" {TEXT}\n", "keys": JWKS})
    assert found == {
        "region": "452", "pseudonym": "7K3M-Q2XD", "kind": "domestic-move", "commune": "34:31318", "colour": "yellow",
        "issued": NOW_S, "until": NOW_S + DAY_S, "digest": passes.digest(PASS), "key": "452_pass v1",
    }  # fmt: skip


@pytest.mark.parametrize(("text", "refusal"), REFUSED)
def test_what_is_no_pass_is_refused_by_the_same_word(page, text, refusal):
    assert page.evaluate(READ, {"text": text, "keys": JWKS}) == refusal
    trusted = [TrustedKey(PORTS.public_key(), "452_pass", "v1")]
    with pytest.raises(passes.PassError) as error:
        passes.read_pass(text, trusted)
    assert error.value.refusal == refusal


@pytest.mark.parametrize(
    ("now_s", "revoked", "state"),
    [
        (NOW_S, [], "valid"),
        (NOW_S, None, "valid"),
        (NOW_S, [passes.digest(replace(PASS, pseudonym="0000-0000"))], "valid"),
        (NOW_S + DAY_S - 1, [], "valid"),
        (NOW_S + DAY_S, [], "expired"),
        (NOW_S - 301, [], "from the future"),
        (NOW_S - 300, [], "valid"),
        (NOW_S, [passes.digest(PASS)], "revoked"),
        (NOW_S - DAY_S, [passes.digest(PASS)], "revoked"),
        (NOW_S + DAY_S, [passes.digest(PASS)], "expired"),
    ],
)
def test_how_a_pass_stands(page, now_s, revoked, state):
    judge = """async ({text, keys, now, revoked}) =>
        passes.judge(await passes.read(text, await passes.pin(keys)), now, revoked && new Set(revoked))"""
    assert page.evaluate(judge, {"text": TEXT, "keys": JWKS, "now": now_s, "revoked": revoked}) == state


def test_the_list_of_revoked_passes_is_verified_however_its_signature_is_written(page):
    read = """async ({document, keys, region}) => {
        try {
            const list = await passes.readList(document, await passes.pin(keys), region);
            return [list.serial, [...list.digests]];
        } catch (error) { return error.refusal; }
    }"""
    keys = [ECAlgorithm.to_jwk(KEY.public_key(), as_dict=True) | {"kid": "452 v1"}]
    held = Document(REVOKED_PASSES, "452", "", 3, NOW_S, NOW_S, NOW_S + DAY_S, frozenset({"0123456789abcdef"}))
    signer = ExportSigner(PORTS, "452", "v1")
    for serial in range(3, 40):  # halves of a signature are shorter now and then, or begin with a zero
        document = sign(replace(held, serial=serial), [signer]).decode()
        found = page.evaluate(read, {"document": document, "keys": keys, "region": "452"})
        assert found == [serial, ["0123456789abcdef"]]
    forged = document.replace("0123456789abcdef", "0123456789abcdee")
    assert page.evaluate(read, {"document": forged, "keys": keys, "region": "452"}) == "forged"
    assert page.evaluate(read, {"document": document, "keys": keys, "region": "453"}) == "elsewhere"
    foreign = [keys[0] | ECAlgorithm.to_jwk(OTHER.public_key(), as_dict=True)]
    assert page.evaluate(read, {"document": document, "keys": foreign, "region": "452"}) == "forged"


def test_what_the_browser_encrypts_only_the_authority_reads(page):
    seal = """async ({key, info, boundTo, text}) => hpke.toBase64(
        await hpke.seal(hpke.fromBase64(key), info, boundTo, new TextEncoder().encode(text)))"""
    public = base64.b64encode(hpke.public_bytes(KEY.public_key())).decode()
    asked = {"key": public, "info": "bluezone checkpoint v1", "boundTo": "0" * 32, "text": "Nguyễn Thị Lan"}
    first, second = (base64.b64decode(page.evaluate(seal, asked)) for _ in range(2))
    assert first[:65] != second[:65]
    for each in (first, second):
        found = hpke.unseal(KEY, b"bluezone checkpoint v1", b"0" * 32, each)
        assert found.decode() == "Nguyễn Thị Lan"
        with pytest.raises(hpke.SealError):
            hpke.unseal(OTHER, b"bluezone checkpoint v1", b"0" * 32, each)


@pytest.mark.parametrize(
    ("condition", "answers", "expected"),
    [
        ({"field": "a", "is": ["x"]}, {"a": "x"}, True),
        ({"field": "a", "is": ["x"]}, {"a": ["y", "x"]}, True),
        ({"field": "a", "is": ["x"]}, {}, False),
        ({"field": "a", "at_least": "2"}, {"a": ["x", "none"]}, False),
        ({"field": "a", "at_least": "2"}, {"a": ["x", "y"]}, True),
        ({"field": "a", "at_least": "37.5"}, {"a": "38.0"}, True),
        ({"all": [{"field": "a", "is": ["x"]}, {"field": "b", "is": ["y"]}]}, {"a": "x"}, False),
        ({"any": [{"field": "a", "is": ["x"]}, {"field": "b", "is": ["y"]}]}, {"a": "x"}, True),
    ],
)
def test_a_condition_holds_as_the_forms_own_rules_say(page, condition, answers, expected):
    from bluezone.forms.conditions import holds, read_condition

    plain = {name: each if isinstance(each, str) else tuple(each) for name, each in answers.items()}
    assert holds(read_condition(condition, "here"), plain, {"a": "none"}) is expected
    asked = {"condition": condition, "answers": answers, "nones": {"a": "none"}}
    found = page.evaluate("({condition, answers, nones}) => questions.holds(condition, answers, nones)", asked)
    assert found is expected


@pytest.mark.parametrize(
    ("zone", "calling_code", "day", "hour", "number"),
    [
        ("Asia/Ho_Chi_Minh", "84", "2020-08-21", 0, "+842055512345"),
        ("Asia/Vientiane", "856", "2020-08-21", 0, "+8562055512345"),
        ("Asia/Kathmandu", "977", "2020-08-20", 22, "+9772055512345"),
        ("Europe/Berlin", "49", "2020-08-20", 19, "+492055512345"),
    ],
)
def test_days_and_numbers_are_those_of_the_country(browser, zone, calling_code, day, hour, number):
    page = browser.new_page()
    runs_in(page, zone, calling_code)
    at = dt.datetime(2020, 8, 20, 17, 5, tzinfo=dt.UTC).timestamp()
    assert page.evaluate("(at) => [country.dayOf(at), country.hourOf(at)]", at) == [day, hour]
    typed = ["020 5551 2345", f"{calling_code}2055512345", "00" + number[1:], "+82 10-1234-5678", "12", ""]
    read = [number] * 3 + ["+821012345678", None, None]
    assert page.evaluate("(all) => all.map(country.telephone)", typed) == read
    assert [Country("", calling_code).telephone(text) for text in typed] == read
    page.close()
