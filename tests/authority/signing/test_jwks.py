"""The public keys of certificates, as other key servers fetch them."""

from __future__ import annotations

import jwt

from bluezone.authority.signing import services as signing


def test_a_certificate_verifies_by_the_published_keys(phone, issue, client):
    keys = {each["kid"]: jwt.PyJWK(each, algorithm="ES256") for each in client.get("/jwks/").json()}
    certificate = phone.certify(issue(), b"m" * 32)
    key = keys[jwt.get_unverified_header(certificate)["kid"]]
    options = {"verify_exp": False, "verify_iat": False, "verify_nbf": False}  # the test's clock stands in 2020
    claims = jwt.decode(certificate, key, algorithms=["ES256"], audience="vn.bluezone.keys", options=options)
    assert claims["reportType"] == "confirmed"


def test_nothing_private_is_published(phone, client):
    for key in client.get("/jwks/452").json():
        assert set(key) == {"kty", "crv", "x", "y", "kid"}


def test_a_retired_key_stays_as_long_as_its_certificates(phone, client, set_clock):
    signing.create(signing.CERTIFICATE, set_clock.now)
    signing.retire(signing.CERTIFICATE, "v1", set_clock.now)
    assert [each["kid"] for each in client.get("/jwks/").json()] == ["v1", "v2"]
    set_clock.forward(minutes=16)
    assert [each["kid"] for each in client.get("/jwks/").json()] == ["v2"]


def test_another_region_has_no_keys_here(phone, client):
    assert client.get("/jwks/230").status_code == 404


def test_health_is_said_in_the_words_of_the_reference(db, client):
    for query in ({}, {"service": "database"}, {"service": "other"}):
        assert client.get("/health", query).json() == {"status": "ok", "maintenance_mode": False}
