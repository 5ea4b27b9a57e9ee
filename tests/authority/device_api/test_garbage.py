"""Whatever is posted to the device API: one JSON error, never a 500, and nothing stored."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bluezone.authority.diagnosis.models import VerificationToken
from bluezone.authority.keys.models import PublishedKey

_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
_key = st.fixed_dictionaries(
    {},
    optional={
        "key": _json | st.just("AAECAwQFBgcICQoLDA0ODw=="),
        "rollingStartNumber": _json | st.integers(2_660_000, 2_670_000),
        "rollingPeriod": _json | st.integers(0, 200),
        "transmissionRisk": _json | st.integers(-1, 9),
    },
)
_body = st.fixed_dictionaries(
    {},
    optional={
        "code": _json,
        "accept": _json | st.lists(st.sampled_from(["confirmed", "likely", "negative"])),
        "token": _json,
        "ekeyhmac": _json | st.just("A" * 43 + "="),
        "temporaryExposureKeys": _json | st.lists(_key, max_size=33),
        "healthAuthorityID": _json,
        "verificationPayload": _json | st.just("eyJhbGciOiJFUzI1NiIsImtpZCI6InYxIn0.e30.AAAA"),
        "hmacKey": _json | st.just("AAAAAAAAAAAAAAAAAAAAAA=="),
        "symptomOnsetInterval": _json,
        "traveler": _json,
        "revisionToken": _json,
        "padding": _json,
    },
)


@pytest.mark.parametrize("path", ["/api/verify", "/api/certificate", "/v1/publish"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(body=b"")
@example(body=b"[" * 50_000)
@given(
    body=_body.map(lambda body: json.dumps(body).encode())
    | st.binary(max_size=200)
    | _json.map(json.dumps).map(str.encode)
)
def test_garbage_never_breaks_and_stores_nothing(phone, environment, path, body):
    environment(rate_limit=10**6)
    response = phone.post(path, body)
    assert response.status_code in {400, 401}
    answer = json.loads(response.content)
    assert answer["error"]
    assert answer.get("errorCode") or answer.get("code")
    assert not PublishedKey.objects.exists()
    assert not VerificationToken.objects.exists()
