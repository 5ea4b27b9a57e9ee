"""Officers of two provinces and the ministry who may confirm cases, a case, a contact of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from tests.authority.reports.conftest import office  # noqa: F401 (a fixture)

from bluezone.authority.diagnosis.models import Case
from bluezone.authority.episodes import services
from bluezone.authority.episodes.models import Episode
from bluezone.authority.episodes.services import Met
from bluezone.authority.episodes.words import Decision, Setting
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.models import User
from bluezone.authority.persons.rules import Identity
from bluezone.authority.reports import signals
from bluezone.authority.reports.models import Report

NOW = dt.datetime(2020, 8, 18, 5, tzinfo=dt.UTC)
TODAY = NOW.date()
HERE, THERE = "/63:93/", "/63:92/"
BACKEND = "django.contrib.auth.backends.ModelBackend"
MAI = Identity(name="Trần Thị Mai", telephone="+84912345678", document="093123456")


def ago(days: int) -> dt.date:
    return TODAY - dt.timedelta(days=days)


def met(days: int = 1, **more: Any) -> Met:
    return Met(ago(days), **{"setting": Setting.OTHER} | more)


def case(place: str = HERE, tested: int = 2, **more: Any) -> Case:
    values = {"report_type": "confirmed", "status": "confirmed", "test_date": ago(tested)} | more
    return Case.objects.create(place=place, created_at=NOW, **values)


@pytest.fixture
def officers(db, set_clock) -> dict[str, User]:
    set_clock.now = NOW
    return {
        place: User.objects.create_user(f"officer {place}", role=role, place=place, may_confirm=True)
        for place, role in ((HERE, "province"), (THERE, "province"), ("/", "ministry"))
    }


@pytest.fixture
def browser_of(officers) -> Callable[..., Client]:
    def log_in(place: str = HERE, language: str = "en") -> Client:
        client = Client(headers={"accept-language": language})
        client.force_login(officers[place], BACKEND)
        return client

    return log_in


@pytest.fixture
def by(officers) -> Issuer:
    return Issuer(officer=officers[HERE])


@pytest.fixture
def mai(by) -> Episode:
    return services.enter(case(tested=0), MAI, Met(TODAY, Setting.WORK), by, NOW)


@pytest.fixture
def few_padded(environment: Any) -> None:
    """Ten keys a file are enough padding for a test."""
    environment(export_min_keys=10, export_jitter_keys=0)


@pytest.fixture
def decided(office: Any, db: None) -> Callable[[Issuer], Episode]:  # noqa: F811 (the fixture that is imported)
    """Enter somebody near a case two days ago, whom an office decides to be a contact (F1)."""

    def enter(by: Issuer) -> Episode:
        today, now = office.today(), office.clock.now
        f0 = Case.objects.create(
            report_type="confirmed", status="confirmed", test_date=today, place="/", created_at=now
        )
        near = Met(today - dt.timedelta(days=2), Setting.OTHER)
        row = services.enter(f0, Identity(name="Mai", document="093123456"), near, by, now)
        services.decide(row, Decision.CONTACT, None, now)
        row.refresh_from_db()
        return row

    return enter


@pytest.fixture
def reported(officers) -> Callable[..., Episode]:
    """Judge a report as to be called: `reported("corroborated", risk=2, place=..., number="+84...")`."""

    def store(verdict: str = "consistent", number: str = MAI.telephone, **fields: Any) -> Episode:
        values = {"place": HERE, "day": ago(2), "quarters": 2, "near_minutes": 25, "certainty": "likely"} | {
            "policy": "bluezone", "policy_version": "3", "received_at": NOW, "number_digest": number, "evidence": b""
        }  # fmt: skip
        digest = f"{Report.objects.count():064d}"
        report = Report.objects.create(id_digest=digest, number=b"", verdict=verdict, **values | fields)
        signals.judged.send(sender=Report, report=report, number=number, now=NOW)
        return report.exposures.get().episode

    return store
