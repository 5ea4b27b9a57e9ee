"""Certificates: what is signed reads back, what is not as it should be is refused in one sentence."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from hypothesis import given
from hypothesis import strategies as st

from bluezone.authority.signing.certificates import Certificate, CertificateError, sign_certificate, verify_certificate
from bluezone.protocol.keys import ReportType
from bluezone.protocol.verification import CertifiedReport, SubmittedKey, is_certified

#: of google/exposure-notifications-server, as in tests/protocol/test_verification.py
FIRST, SECOND = "z2Cx9hdz2SlxZ8GEgqTYpA==", "dPCphLzfG4uzXneNimkPRQ=="
DATA = Path(__file__).resolve().parents[2] / "protocol" / "data"
REFERENCE_KEYS = {name: load_pem_public_key((DATA / f"reference-{name}.pem").read_bytes()) for name in ("v1", "v2")}

NOW = 1_589_846_400
KEY = ec.generate_private_key(ec.SECP256R1())
KNOWN = {"v1": KEY.public_key(), "v0": ec.generate_private_key(ec.SECP256R1()).public_key()}
CERTIFICATE = Certificate(CertifiedReport.CONFIRMED, 2_649_600, b"m" * 32, "vn.gov.ha", "key-server", NOW, NOW + 900)


def verify(token: str, now_s: float = NOW, leeway_s: float = 0) -> Certificate:
    return verify_certificate(token, KNOWN, "vn.gov.ha", "key-server", now_s, leeway_s)


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


ES256_HEADER = base64url(b'{"alg":"ES256","kid":"v1"}')


def signed_payload(payload: bytes) -> str:
    """A good signature over any payload at all, also those PyJWT would not let pass."""
    signing_input = f"{ES256_HEADER}.{base64url(payload)}"
    signature = jwt.get_algorithm_by_name("ES256").sign(signing_input.encode(), KEY)
    return f"{signing_input}.{base64url(signature)}"


def signed_by_hand(claims: dict, headers: dict | None = None, key: ec.EllipticCurvePrivateKey = KEY) -> str:
    return jwt.encode(claims, key, algorithm="ES256", headers={"kid": "v1"} if headers is None else headers)


CLAIMS = {
    "iss": "vn.gov.ha",
    "aud": "key-server",
    "iat": NOW,
    "exp": NOW + 900,
    "reportType": "confirmed",
    "symptomOnsetInterval": 2_649_600,
    "tekmac": base64.b64encode(b"m" * 32).decode(),
}


# Signed with the VerificationClaims and golang-jwt of google/exposure-notifications-server v1.14.0 (data/README.md).
GO_CERTIFICATE = (
    "eyJhbGciOiJFUzI1NiIsImtpZCI6InYxIiwidHlwIjoiSldUIn0.eyJhdWQiOiJleHBvc3VyZS1ub3RpZmljYXRpb25zLXNlcnZlciIsImV4cCI6"
    "MTU4OTg0NzMwMCwiaWF0IjoxNTg5ODQ2NDAwLCJpc3MiOiJnb3YuZXhhbXBsZS5oYSIsIm5iZiI6MTU4OTg0NjM5OSwicmVwb3J0VHlwZSI6ImNv"
    "bmZpcm1lZCIsInN5bXB0b21PbnNldEludGVydmFsIjoyNjQ5NjAwLCJ0ZWttYWMiOiJQdUxlbXJia1Vja2xOS1NETm5WQ2M4TWs3aXlQV0NzaWlN"
    "YmYwbWgycnU0PSJ9.2EpBRKzB8-faqeKoP0flD-J0qct8xMIYllKlsK7jCcEiOMk2Kl4k619X1pFPsi9gaYvW_5u1EO0NX1l6mq1gcw"
)


def test_a_certificate_of_the_reference_server_is_read() -> None:
    read = verify_certificate(GO_CERTIFICATE, REFERENCE_KEYS, "gov.example.ha", "exposure-notifications-server", NOW)
    assert (read.report_type, read.symptom_onset_interval) == (CertifiedReport.CONFIRMED, 2_649_600)
    keys = [SubmittedKey(FIRST, 2_649_600, 144, 3), SubmittedKey(SECOND.rstrip("="), 2_649_744, 100)]
    assert is_certified(keys, b"0123456789abcdef", read.tek_mac)


@given(
    report=st.sampled_from(CertifiedReport),
    onset=st.none() | st.integers(1, 2**32 - 1),
    mac=st.binary(min_size=32, max_size=32),
    issuer=st.text(st.characters(exclude_categories=["Cs"])),
)
def test_a_certificate_reads_back(report, onset, mac: bytes, issuer: str) -> None:
    certificate = Certificate(report, onset, mac, issuer, "key-server", NOW, NOW + 900)
    token = sign_certificate(certificate, KEY, "v1")
    assert verify_certificate(token, KNOWN, issuer, "key-server", NOW) == certificate


def test_the_token_carries_what_the_key_server_of_google_looks_for() -> None:
    token = sign_certificate(CERTIFICATE, KEY, "v1")
    assert jwt.get_unverified_header(token) == {"alg": "ES256", "kid": "v1", "typ": "JWT"}
    assert jwt.decode(token, options={"verify_signature": False}) == CLAIMS | {"nbf": NOW - 1}


@pytest.mark.parametrize(
    ("now_s", "leeway_s", "words"),
    [
        (NOW - 0.5, 0, "not valid yet"),
        (NOW - 31, 30, "not valid yet"),
        (NOW + 900, 0, "expired"),
        (NOW + 930, 30, "expired"),
    ],
)
def test_a_certificate_holds_from_its_issue_until_its_expiry(now_s: float, leeway_s: float, words: str) -> None:
    token = sign_certificate(CERTIFICATE, KEY, "v1")
    with pytest.raises(CertificateError, match=words):
        verify(token, now_s, leeway_s)


@pytest.mark.parametrize(("now_s", "leeway_s"), [(NOW, 0), (NOW + 899.9, 0), (NOW - 30, 30), (NOW + 929, 30)])
def test_the_leeway_forgives_clocks_that_differ(now_s: float, leeway_s: float) -> None:
    assert verify(sign_certificate(CERTIFICATE, KEY, "v1"), now_s, leeway_s) == CERTIFICATE


def test_not_before_is_honoured() -> None:
    token = signed_by_hand(CLAIMS | {"nbf": NOW + 60})
    with pytest.raises(CertificateError, match="not valid yet"):
        verify(token, NOW + 59)
    assert verify(token, NOW + 60) == CERTIFICATE


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"iss": "someone else"}, "iss is 'someone else'"),
        ({"iss": None}, "iss is None"),
        ({"aud": "another server"}, "aud is 'another server'"),
        ({"aud": ["key-server", "another"]}, "aud is"),
        ({"iat": None}, "iat"),
        ({"iat": str(NOW)}, "iat"),
        ({"iat": True}, "iat"),
        ({"exp": None}, "exp"),
        ({"exp": 1e400}, "exp"),
        ({"exp": 10**40}, "exp"),
        ({"exp": NOW + 0.5}, "exp"),
        ({"exp": NOW - 1}, "expired"),
        ({"nbf": "soon"}, "nbf"),
        ({"reportType": "certain"}, "reportType 'certain'"),
        ({"reportType": None}, "reportType None"),
        ({"reportType": ["confirmed"]}, "reportType"),
        ({"symptomOnsetInterval": -1}, "symptomOnsetInterval"),
        ({"symptomOnsetInterval": "2649600"}, "symptomOnsetInterval"),
        ({"symptomOnsetInterval": 2**32}, "symptomOnsetInterval"),
        ({"tekmac": None}, "tekmac"),
        ({"tekmac": 7}, "tekmac"),
        ({"tekmac": "!!!"}, "tekmac is not base64"),
        ({"tekmac": base64.b64encode(b"short").decode()}, "HMAC of 5 bytes"),
    ],
)
def test_a_signed_certificate_that_says_the_wrong_thing_is_refused(change: dict, words: str) -> None:
    claims = {name: value for name, value in (CLAIMS | change).items() if value is not None}
    token = signed_payload(json.dumps(claims).encode())
    with pytest.raises(CertificateError) as caught:
        verify(token)
    assert words in str(caught.value)


def test_the_forms_other_servers_use_are_taken() -> None:
    unpadded = CLAIMS["tekmac"].rstrip("=")
    assert verify(signed_by_hand(CLAIMS | {"tekmac": unpadded, "aud": ["key-server"]})) == CERTIFICATE
    assert verify(signed_by_hand(CLAIMS | {"symptomOnsetInterval": 0})).symptom_onset_interval is None
    assert verify(signed_by_hand(CLAIMS | {"reportType": "self-report"})).report_type is CertifiedReport.USER_REPORT
    assert verify(signed_by_hand(CLAIMS | {"trisk": [], "sub": 7, "jti": 8})) == CERTIFICATE


@pytest.mark.parametrize(
    ("token", "words"),
    [
        (signed_by_hand(CLAIMS, {}), "names no key"),
        (signed_by_hand(CLAIMS, {"kid": "v9"}), "'v9', which is not known"),
        (signed_by_hand(CLAIMS, {"kid": "v0"}), "signature is wrong"),
        (signed_by_hand(CLAIMS, key=ec.generate_private_key(ec.SECP256R1())), "signature is wrong"),
        (jwt.encode(CLAIMS, "s" * 32, algorithm="HS256", headers={"kid": "v1"}), "not a JWT signed with ES256"),
        (jwt.encode(CLAIMS, None, algorithm="none", headers={"kid": "v1"}), "not a JWT signed with ES256"),
        ("", "not a JWT"),
        ("x" * 9_000, "9000 characters"),
        ("chứng nhận", "not a JWT"),
    ],
)
def test_a_certificate_nobody_known_signed_is_refused(token: str, words: str) -> None:
    with pytest.raises(CertificateError, match=words):
        verify(token)


def test_a_certificate_changed_after_signing_is_refused() -> None:
    header, _, signature = sign_certificate(CERTIFICATE, KEY, "v1").split(".")
    _, payload, _ = sign_certificate(replace(CERTIFICATE, tek_mac=b"x" * 32), KEY, "v1").split(".")
    with pytest.raises(CertificateError, match="signature is wrong"):
        verify(f"{header}.{payload}.{signature}")


@given(
    st.one_of(
        st.text(max_size=60),
        st.tuples(*[st.binary(max_size=40)] * 3).map(lambda parts: ".".join(map(base64url, parts))),
        st.binary(max_size=60).map(lambda body: f"{ES256_HEADER}.{base64url(body)}.AAAA"),
    )
)
def test_any_token_at_all_is_a_certificate_error_and_nothing_else(token: str) -> None:
    with pytest.raises(CertificateError):
        verify(token)


def test_a_payload_nested_too_deeply_is_refused_even_where_signed() -> None:
    with pytest.raises(CertificateError):
        verify(signed_payload(b"[" * 5_000))


@pytest.mark.parametrize(
    "fields",
    [
        {"report_type": "certain"},
        {"tek_mac": b"m" * 31},
        {"symptom_onset_interval": 0},
        {"symptom_onset_interval": 2**32},
        {"expires_at_s": NOW - 1},
        {"issued_at_s": -1},
    ],
)
def test_no_certificate_that_would_be_refused_is_made(fields: dict) -> None:
    with pytest.raises(CertificateError):
        replace(CERTIFICATE, **fields)


def test_a_key_on_another_curve_signs_no_certificate() -> None:
    with pytest.raises(CertificateError, match="P-256"):
        sign_certificate(CERTIFICATE, ec.generate_private_key(ec.SECP384R1()), "v1")


@pytest.mark.parametrize(
    ("report", "exported"),
    [
        ("confirmed", ReportType.CONFIRMED_TEST),
        ("likely", ReportType.CONFIRMED_CLINICAL_DIAGNOSIS),
        ("negative", ReportType.REVOKED),
        ("user-report", ReportType.SELF_REPORT),
    ],
)
def test_what_is_certified_decides_the_report_type_of_the_keys(report: str, exported: ReportType) -> None:
    assert CertifiedReport(report).exported is exported
