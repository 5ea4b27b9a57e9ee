"""Sign and verify the certificates (JWT, ES256) by which a verification server vouches for the keys of a patient.

To a phone they are text that it passes on. Source: as `protocol.verification`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.intervals import MAX_INTERVAL
from bluezone.protocol.text import base64_bytes, base64_text, is_whole, json_object
from bluezone.protocol.verification import MAC_BYTES, CertifiedReport

MAX_CERTIFICATE_CHARACTERS = 8_192

_ALGORITHM = "ES256"
_LAST_SECOND = 2**53  # beyond any date, within what JSON numbers carry everywhere


class CertificateError(ProtocolError):
    """Report a certificate that is malformed, not signed by a known key, not for this server, or not valid now."""


class UnknownSignerError(CertificateError):
    """Report a certificate signed by a key that is not among those given."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """Hold what the authority vouches for: this kind of report, onset (interval number), for the keys of this HMAC."""

    report_type: CertifiedReport
    symptom_onset_interval: int | None
    tek_mac: bytes
    issuer: str
    audience: str
    issued_at_s: int
    expires_at_s: int

    def __post_init__(self) -> None:
        try:
            object.__setattr__(self, "report_type", CertifiedReport(self.report_type))
        except ValueError:
            known = ", ".join(CertifiedReport)
            raise CertificateError(f"certificate: report type {self.report_type!a} is none of {known}") from None
        if len(self.tek_mac) != MAC_BYTES:
            raise CertificateError(f"certificate: HMAC of {len(self.tek_mac)} bytes where {MAC_BYTES} are meant")
        if self.symptom_onset_interval is not None and not 0 < self.symptom_onset_interval <= MAX_INTERVAL:
            raise CertificateError(f"certificate: onset interval {self.symptom_onset_interval} is outside 1..2^32-1")
        if not 0 <= self.issued_at_s <= self.expires_at_s <= _LAST_SECOND:
            raise CertificateError(f"certificate: issued at {self.issued_at_s}, expires at {self.expires_at_s}")


def sign_certificate(certificate: Certificate, private_key: ec.EllipticCurvePrivateKey, key_id: str) -> str:
    """Sign the certificate as a JWT signed with ES256; `key_id` is how the key server finds the public key."""
    if not isinstance(private_key.curve, ec.SECP256R1):
        raise CertificateError(f"certificate: a signing key on {private_key.curve.name} where P-256 is meant")
    claims: dict[str, Any] = {
        "aud": certificate.audience,
        "exp": certificate.expires_at_s,
        "iat": certificate.issued_at_s,
        "iss": certificate.issuer,
        "nbf": max(certificate.issued_at_s - 1, 0),  # as the reference: a second of grace between two servers
        "reportType": str(certificate.report_type),
        "tekmac": base64_text(certificate.tek_mac),
    }
    if certificate.symptom_onset_interval is not None:
        claims["symptomOnsetInterval"] = certificate.symptom_onset_interval
    return jwt.encode(claims, private_key, algorithm=_ALGORITHM, headers={"kid": key_id})


def verify_certificate(
    token: str,
    public_keys: Mapping[str, ec.EllipticCurvePublicKey],
    issuer: str,
    audience: str,
    now_s: float,
    leeway_s: float = 0,
) -> Certificate:
    """Read a certificate that one of `public_keys` (by key id) signed for `audience`, valid at `now_s`.

    `leeway_s` forgives clocks that differ between the servers. Raises CertificateError on anything else.
    """
    claims, issued_at, expires_at = _current_claims(token, public_keys, issuer, audience, now_s, leeway_s)
    onset = claims.get("symptomOnsetInterval", 0)
    if not is_whole(onset, 0, MAX_INTERVAL):
        raise CertificateError(f"certificate: symptomOnsetInterval is {_brief(onset)}, not an interval number")
    return Certificate(
        report_type=_report_type(claims.get("reportType")),
        symptom_onset_interval=onset or None,
        tek_mac=_certified_mac(claims.get("tekmac")),
        issuer=issuer,
        audience=audience,
        issued_at_s=issued_at,
        expires_at_s=expires_at,
    )


def verify_bearer(
    token: str, public_keys: Mapping[str, ec.EllipticCurvePublicKey], issuer: str, audience: str, now_s: float
) -> None:
    """Check the token with which a health authority asks for statistics: signed by a key of its certificates, for an
    audience of its own. Raises CertificateError; also for a certificate, which patients have."""
    claims, _, _ = _current_claims(token, public_keys, issuer, audience, now_s)
    if "tekmac" in claims or "reportType" in claims:
        raise CertificateError("certificate: it vouches for keys, and opens nothing else")


def _current_claims(
    token: str,
    public_keys: Mapping[str, ec.EllipticCurvePublicKey],
    issuer: str,
    audience: str,
    now_s: float,
    leeway_s: float = 0,
) -> tuple[dict[str, Any], int, int]:
    """Return the claims of a token that is valid now, and when it was issued and expires. Raises CertificateError."""
    claims = _signed_claims(token, public_keys)
    for name, found, meant in (
        ("iss", claims.get("iss"), [issuer]),
        ("aud", claims.get("aud"), [audience, [audience]]),
    ):
        if found not in meant:
            raise CertificateError(f"certificate: {name} is {_brief(found)} where {meant[0]!r} is meant")
    issued_at, expires_at = _second(claims, "iat"), _second(claims, "exp")
    not_before = _second(claims, "nbf") if "nbf" in claims else issued_at
    if max(issued_at, not_before) > now_s + leeway_s:
        raise CertificateError("certificate: not valid yet (iat or nbf is in the future)")
    if expires_at <= now_s - leeway_s:
        raise CertificateError("certificate: expired")
    return claims, issued_at, expires_at


def _signed_claims(token: str, public_keys: Mapping[str, ec.EllipticCurvePublicKey]) -> dict[str, Any]:
    if len(token) > MAX_CERTIFICATE_CHARACTERS:
        raise CertificateError(f"certificate: {len(token)} characters, more than {MAX_CERTIFICATE_CHARACTERS}")
    key_id = _key_id(token)
    if key_id not in public_keys:
        raise UnknownSignerError(f"certificate: signed by the key {_brief(key_id)}, which is not known here")
    try:
        # Times, issuer and audience are checked by the caller: PyJWT would ask the system's clock for `now`.
        return jwt.decode(
            token,
            public_keys[key_id],
            algorithms=[_ALGORITHM],
            options={
                "verify_signature": True,
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
                "verify_aud": False,
                "verify_iss": False,
                "verify_sub": False,
                "verify_jti": False,
            },
        )
    except jwt.InvalidSignatureError:
        raise CertificateError("certificate: the signature is wrong") from None
    except (jwt.PyJWTError, RecursionError, ValueError, TypeError) as error:
        raise _not_a_certificate(error) from error


def _key_id(token: str) -> str:
    """Return the key that a token names. PyJWT checks the header with the rest; to ask it for the header alone would
    have the whole token read twice."""
    try:
        key_id = json_object(base64_bytes(token.partition(".")[0], "header"), "header").get("kid")
    except ProtocolError as error:
        raise _not_a_certificate(error) from error
    if not isinstance(key_id, str):
        raise CertificateError("certificate: its header names no key (kid)")
    return key_id


def _not_a_certificate(error: Exception) -> CertificateError:
    return CertificateError(f"certificate: not a JWT signed with {_ALGORITHM} ({_brief(str(error))})")


def _second(claims: Mapping[str, Any], name: str) -> int:
    value = claims.get(name)
    if not is_whole(value, 0, _LAST_SECOND):
        raise CertificateError(f"certificate: {name} is {_brief(value)}, not a moment in Unix seconds")
    assert isinstance(value, int)
    return value


def _report_type(value: Any) -> CertifiedReport:
    try:
        return CertifiedReport(value)
    except ValueError:
        raise CertificateError(
            f"certificate: reportType {_brief(value)} is none of {', '.join(CertifiedReport)}"
        ) from None


def _certified_mac(value: Any) -> bytes:
    if not isinstance(value, str):
        raise CertificateError("certificate: tekmac is missing")
    try:
        return base64_bytes(value, "tekmac")
    except ProtocolError as error:
        raise CertificateError(f"certificate: {error}") from error


def _brief(value: object) -> str:
    return ascii(value)[:80]
