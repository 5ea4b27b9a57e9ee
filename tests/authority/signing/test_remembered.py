"""Certificate keys are remembered for some seconds; a new one is known at once, an ended one soon not used."""

from __future__ import annotations

import datetime as dt
import time

import pytest

from bluezone.authority.errors import ConfigurationError
from bluezone.authority.signing import remembered, services
from bluezone.authority.signing.models import SigningKey

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _forget():
    remembered.forget()
    yield
    remembered.forget()


@pytest.fixture
def _first(environment, now):
    services.create(services.CERTIFICATE, now)


def _make_elsewhere(now: dt.datetime) -> None:
    """Make the second key as another process would: this one hears nothing of it."""
    services.create(services.CERTIFICATE, now)
    made = SigningKey.objects.get(purpose=services.CERTIFICATE, version="v2")
    made.delete()
    remembered.certificate_verifiers(now)
    SigningKey.objects.bulk_create([made])


@pytest.mark.usefixtures("_first")
def test_a_remembered_key_is_not_asked_for_again(now, django_assert_num_queries):
    remembered.certificate_verifiers(now)
    with django_assert_num_queries(0):
        assert set(remembered.certificate_verifiers(now)) == {"v1"}
        assert remembered.certificate_signer(now)[1] == "v1"


@pytest.mark.usefixtures("_first")
def test_a_key_made_by_another_process_is_found_when_sought(now):
    _make_elsewhere(now)
    assert set(remembered.certificate_verifiers(now)) == {"v1"}
    assert set(remembered.certificate_verifiers(now, fresh=True)) == {"v1", "v2"}


@pytest.mark.usefixtures("_first")
def test_a_key_made_by_another_process_signs_some_seconds_later(now, monkeypatch):
    _make_elsewhere(now)
    assert remembered.certificate_signer(now)[1] == "v1"
    later = time.monotonic() + remembered.REMEMBERED_S + 1
    monkeypatch.setattr(remembered.time, "monotonic", lambda: later)
    assert remembered.certificate_signer(now)[1] == "v2"


@pytest.mark.usefixtures("_first")
@pytest.mark.parametrize(("minutes", "verifies"), [(14, True), (16, False)])
def test_an_ended_key_signs_no_more_and_verifies_what_it_signed(now, minutes, verifies):
    services.create(services.CERTIFICATE, now)
    services.retire(services.CERTIFICATE, "v1", now)
    later = now + dt.timedelta(minutes=minutes)
    assert remembered.certificate_signer(later)[1] == "v2"
    assert ("v1" in remembered.certificate_verifiers(later)) is verifies
    assert set(remembered.certificate_verifiers(later)) == set(services.certificate_verifiers(later))


def test_without_a_key_or_its_file_the_reason_is_said(environment, now):
    with pytest.raises(ConfigurationError, match="no certificate key signs now"):
        remembered.certificate_signer(now)
    key = services.create(services.CERTIFICATE, now)
    services.private_path(key).unlink()
    with pytest.raises(ConfigurationError, match="cannot be read"):
        remembered.certificate_signer(now)
