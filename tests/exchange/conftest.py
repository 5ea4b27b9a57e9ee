"""A case, a contact whom the app found, and one who became a case: what mappings are tried on."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from bluezone.disease.shipped import shipped
from bluezone.exchange.fhir_writing import Names
from bluezone.exchange.records import Exposure, Named, Record, Stay, Test
from bluezone.geography.units import UnitCode

DAY = dt.date(2020, 8, 18)
UNIT = UnitCode.parse("63:31441")
NAMES = Names("https://bluezone.example.vn/id", shipped())
LAB_TESTS = shipped().codes.lab_tests


def ago(days: int) -> dt.date:
    return DAY - dt.timedelta(days)


CASE = Record(
    "5f0f6c1e-0000-4000-8000-000000000001",
    "P-7K3M-Q2X",
    "f0",
    "confirmed",
    ago(2),
    UNIT,
    onset_on=ago(4),
    tested_on=ago(2),
    sex="female",
    birth_year=1986,
    occupation="giáo viên",
    tests=(Test("t-1", ago(2), "positive", "X-1"),),
    stays=(Stay("s-1", "hospital", ago(2), ago(-12)),),
)
#: a contact of the case, of whom the phone warned
WARNED = Record(
    "5f0f6c1e-0000-4000-8000-000000000002",
    "P-0000-000",
    "f1",
    "confirmed",
    ago(1),
    UNIT,
    contact_role="f1",
    first_contact_on=ago(5),
    last_contact_on=ago(3),
    follow_up_until=ago(-11),
    exposures=(Exposure("e-1", ago(3), CASE.key, CASE.person, "work", by_app=True),),
    stays=(Stay("s-2", "home", ago(1), ago(-11)),),
)
#: traced by asking, with who it is, a case since, recovered
TURNED = Record(
    "5f0f6c1e-0000-4000-8000-000000000003",
    "P-1111-11Z",
    "f0",
    "confirmed",
    ago(20),
    UNIT,
    tested_on=ago(18),
    contact_role="f1",
    last_contact_on=ago(21),
    follow_up="completed",
    follow_up_until=ago(7),
    ended_on=ago(1),
    outcome="recovered",
    sex="male",
    birth_year=1999,
    named=Named("Trần Văn Bảy", "+84912345678", "093123456", "12 Lê Lợi"),
    tests=(Test("t-2", ago(18), "positive"), Test("t-3", ago(2), "negative", "X-9")),
    exposures=(
        Exposure("e-2", ago(22), "gone", "P-2222-22Y", "household", "vợ"),
        Exposure("e-3", ago(21), CASE.key, CASE.person, "school"),
        Exposure("e-4", ago(23), by_app=True),
    ),
)
RECORDS = (CASE, WARNED, TURNED)


@pytest.fixture
def died() -> Record:
    return replace(CASE, outcome="died", ended_on=DAY)
