from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from bluezone.exposure.errors import ExposureError, PolicyDocumentError
from bluezone.exposure.policies import BLUEZONE, BLUEZONE_303, EN_V1_BUCKETS, POLICIES
from bluezone.exposure.policies.document import (
    MAX_DOCUMENT_BYTES,
    PolicyDocument,
    check_sane,
    document_facts,
    sign_document,
    verify_document,
)
from bluezone.exposure.policies.families import FAMILIES, build, family_of
from bluezone.protocol.exports import ExportSigner, TrustedKey
from bluezone.protocol.text import base64_text

OLD_KEY, NEW_KEY, STRANGER = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
SIGNER, NEXT_SIGNER = ExportSigner(OLD_KEY, "452", "v1"), ExportSigner(NEW_KEY, "452", "v2")
TRUSTED = (TrustedKey(OLD_KEY.public_key(), "452", "v1"),)
DAY = 86400
DOCUMENT = PolicyDocument(BLUEZONE, "452", 7, 100 * DAY, 100 * DAY, 200 * DAY)
NOW = 150 * DAY
SIGNED = sign_document(DOCUMENT, [SIGNER])

#: all that may be sent to phones: the original's rule may not
SENDABLE = sorted(set(POLICIES) - {"bluezone-3.0.3"})


def verify(data: bytes = SIGNED, trusted=TRUSTED, region="452", now=NOW, newer_than=6) -> PolicyDocument:
    return verify_document(data, trusted, region, now, newer_than)


def resigned(**changes: object) -> bytes:
    """The document with changes in its text, properly signed: what an authority with a fault in it would send."""
    text = json.dumps(json.loads(json.loads(SIGNED)["policy"]) | changes, sort_keys=True)
    signature = OLD_KEY.sign(b"Bluezone policy document v1\n" + text.encode(), ec.ECDSA(hashes.SHA256()))
    body = json.loads(SIGNED)
    body["policy"] = text
    body["signatures"][0]["signature"] = base64_text(signature)
    return json.dumps(body).encode()


@pytest.mark.parametrize("name", SENDABLE)
def test_a_policy_comes_out_of_its_document_as_it_went_in(name):
    document = replace(DOCUMENT, policy=POLICIES[name])
    assert verify(sign_document(document, [SIGNER])) == document


def test_while_keys_rotate_either_key_is_enough():
    both = sign_document(DOCUMENT, [SIGNER, NEXT_SIGNER])
    for key in (TrustedKey(OLD_KEY.public_key(), "452", "v1"), TrustedKey(NEW_KEY.public_key(), "452", "v2")):
        assert verify(both, (key,)) == DOCUMENT


@pytest.mark.parametrize(
    "trusted",
    [
        (),
        (TrustedKey(STRANGER.public_key(), "452", "v1"),),
        (TrustedKey(OLD_KEY.public_key(), "452", "v2"),),
    ],
)
def test_a_document_no_trusted_key_signed_is_refused(trusted):
    with pytest.raises(PolicyDocumentError, match="no trusted key"):
        verify(trusted=trusted)


def test_an_unsigned_document_and_one_changed_after_signing_are_refused():
    body = json.loads(SIGNED)
    with pytest.raises(PolicyDocumentError, match="signed by nobody"):
        verify(json.dumps(body | {"signatures": []}).encode())
    changed = body | {"policy": body["policy"].replace('"serial": 7', '"serial": 8')}
    assert changed != body
    with pytest.raises(PolicyDocumentError, match="no trusted key"):
        verify(json.dumps(changed).encode())


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        ({"region": "262"}, "for region"),
        ({"newer_than": 7}, "not newer"),
        ({"now": 100 * DAY - 1}, "valid from"),
        ({"now": 200 * DAY}, "valid from"),
    ],
)
def test_another_region_an_old_serial_and_another_time_are_refused(arguments, what):
    with pytest.raises(PolicyDocumentError, match=what):
        verify(**arguments)


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"family": "astrology"}, "'astrology' is not known here"),
        ({"family": None}, "family is missing"),
        ({"serial": "7"}, "serial is missing or no whole number"),
        ({"serial": True}, "serial is missing or no whole number"),
        ({"valid_until": 0}, "valid from"),
        ({"parameters": []}, "parameters are missing"),
        ({"parameters": {}}, "lacks centre_db"),
        ({"name": ""}, "name '' is not a short text"),
        ({"version": "x" * 101}, "version"),
    ],
)
def test_a_signed_document_that_makes_no_sense_is_refused(changes, what):
    with pytest.raises(PolicyDocumentError, match=what):
        verify(resigned(**changes))


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("intercept", "0"),
        ("intercept", None),
        ("intercept", True),
        ("covariance", [[1, 2], [3]]),
        ("covariance", 5),
        ("covariance", [[1.0, 0, 0, 0], [0, -1.0, 0, 0], [0, 0, 1.0, 0], [0, 0, 0, 1.0]]),
        ("covariance", [[1.0, 5.0, 0, 0], [0, 1.0, 0, 0], [0, 0, 1.0, 0], [0, 0, 0, 1.0]]),
        ("centre_db", [60]),
        ("tail_share", 0),
        ("prior_share", [0.2]),
        ("surprise", 1),
    ],
)
def test_a_parameter_of_the_wrong_kind_is_refused(parameter, value):
    parameters = dict(BLUEZONE.parameters()) | {parameter: value}
    with pytest.raises(PolicyDocumentError):
        verify(resigned(parameters=parameters))


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b"\xff", b"[" * 50_000, b"{" + b" " * MAX_DOCUMENT_BYTES, b"1e999"]
)
def test_garbage_is_refused(data):
    with pytest.raises(PolicyDocumentError):
        verify(data)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=10), children, max_size=3),
    max_leaves=8,
)


@given(json_values, json_values, json_values)
@settings(max_examples=100)
def test_no_document_that_was_not_signed_does_anything_but_be_refused(policy, signatures, extra):
    for body in ({"policy": policy, "signatures": signatures}, {"policy": "x", "signatures": [signatures]}, extra):
        with pytest.raises(PolicyDocumentError):
            verify(json.dumps(body).encode())


@given(st.sampled_from(sorted(FAMILIES)), st.dictionaries(st.sampled_from(["threshold_minutes", "x"]), json_values))
def test_no_parameters_crash_the_building_of_a_policy(family, parameters):
    with pytest.raises(ExposureError):
        build(family, "x", "1", parameters)


ABSURD = {
    "a threshold that nobody reaches": replace(EN_V1_BUCKETS, threshold_minutes=1e6),
    "weights of nothing": replace(EN_V1_BUCKETS, weights=(0.0, 0.0)),
    "a weight with which a minute is enough": replace(EN_V1_BUCKETS, weights=(20.0, 0.5)),
    "an edge beyond hearing": replace(EN_V1_BUCKETS, edges_db=(63.0, 190.0), weights=(1.0, 1.0)),
    "a probability that all exceed": replace(BLUEZONE, threshold_probability=0.001),
    "a probability that none reach": replace(BLUEZONE, threshold_probability=0.99),
    "a dose that a corridor has": replace(BLUEZONE, dose_alert_minutes=0.01),
    "the original's one sighting": BLUEZONE_303,
}


@pytest.mark.parametrize("what", sorted(ABSURD))
def test_a_policy_that_warns_everyone_or_no_one_is_refused_on_both_sides(what):
    with pytest.raises(PolicyDocumentError, match="absurd"):
        sign_document(replace(DOCUMENT, policy=ABSURD[what]), [SIGNER])
    data = resigned(family=family_of(ABSURD[what]), name=ABSURD[what].name, parameters=dict(ABSURD[what].parameters()))
    with pytest.raises(PolicyDocumentError, match="absurd"):
        verify(data)


@pytest.mark.parametrize("name", SENDABLE)
def test_every_policy_but_the_originals_is_sane(name):
    check_sane(POLICIES[name])


def test_a_document_needs_a_signer_and_a_serial():
    with pytest.raises(PolicyDocumentError, match="0 signers"):
        sign_document(DOCUMENT, [])
    with pytest.raises(PolicyDocumentError, match="serial"):
        replace(DOCUMENT, serial=0)
    with pytest.raises(PolicyDocumentError, match="valid from"):
        replace(DOCUMENT, valid_until_s=DOCUMENT.valid_from_s)


def test_the_facts_of_a_document_are_json():
    facts = document_facts(DOCUMENT)
    assert json.loads(json.dumps(facts)) == facts
    assert (facts["family"], facts["threshold"]) == ("bluezone", 0.25)
    assert all(math.isfinite(value) for value in facts["parameters"].values() if isinstance(value, float))


def test_a_policy_of_no_family_cannot_be_sent():
    class Astrology:
        name = "astrology"

    with pytest.raises(ExposureError, match="no family"):
        family_of(Astrology())
