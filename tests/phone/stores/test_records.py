"""Documents of every kind: read as they were written, shut on the disk, gone when their life is over."""

from __future__ import annotations

import datetime as dt
import json
import os
from contextlib import closing
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from bluezone.exposure.policies import Evidence, Grade
from bluezone.forms.definition import Use
from bluezone.phone.stores import declaration_store, diary_store, exposure_store, publication_store
from bluezone.phone.stores.database import StorageError
from bluezone.phone.stores.declaration_store import Draft, Link, Next, Person, StoredDeclaration
from bluezone.phone.stores.diary_store import DiaryPlace, PlaceAlert, Visit
from bluezone.phone.stores.encryption import Cipher
from bluezone.phone.stores.exposure_store import Alert, Correction, MatchedKey, OwnLog
from bluezone.phone.stores.phone_stores import CONTACTS, PHONE, open_database
from bluezone.phone.stores.preference_store import NOTICES, NUMBER, NoticeState, PhoneNumber
from bluezone.phone.stores.publication_store import LIFE_S, Attempt, UserReport, VerifiedResult
from bluezone.phone.stores.records import Bounds, Records, Stage, Table
from bluezone.phone.stores.report_store import CHECK_INS, HEARD, REPORTS, SharedCheckIns, StoredHeard, StoredReport
from bluezone.phone.stores.timekeeper import TRACK, ClockState, Track
from bluezone.protocol.keys import ReportType, TemporaryExposureKey
from bluezone.protocol.messages import TOKEN_LIFE_S
from bluezone.protocol.verification import CertifiedReport

NOW_S, DAY_S = 1_597_276_800.0, 86_400.0
FORTNIGHT, QUARTER = 14 * DAY_S, 90 * DAY_S
KEY = TemporaryExposureKey(b"k" * 16, int(NOW_S // 600) - 144, 144, 3, ReportType.CONFIRMED_TEST, -2)
RESULT = VerifiedResult(CertifiedReport.CONFIRMED, dt.date(2020, 8, 11), None, NOW_S)
EVIDENCE = Evidence(2_300.0, 51.0, 22.0, Grade.RAISED, 38, "bluezone", "3", 40)
ALERT = Alert(
    int(NOW_S),
    "bluezone",
    "1",
    20.0,
    15.0,
    EVIDENCE,
    NOW_S,
    9_000.0,
    NOW_S,
    correction=Correction(2.5),
)
PLACE = DiaryPlace("Chợ Vị Thanh", "Phường I", "ab" * 32, "7K3M-Q2XS", "bà nội")

#: a document of each kind, for how long it is kept (None: until it is removed), and a word of it that nobody may read
CASES: dict[Table[Any], tuple[Any, float | None, str]] = {
    REPORTS: (StoredReport(int(NOW_S), "ab" * 16, "secret", Stage.WAITING, NOW_S), FORTNIGHT, "secret"),
    HEARD: (StoredHeard("feedbeef", "revision-token", Stage.WAITING, NOW_S), FORTNIGHT, "feedbeef"),
    CHECK_INS: (SharedCheckIns("2020-08-12", NOW_S, (3, 5), "secret", Stage.SENT), FORTNIGHT, "2020-08-12"),
    NUMBER: (PhoneNumber(b"r" * 32, "+84912345678", "vi", "34:31471", "", NOW_S), DAY_S, "84912345678"),
    NOTICES: (NoticeState({"warning 1": NOW_S}, frozenset({"warning 1"}), "/exposure/1", NOW_S), None, "warning"),
    TRACK: (Track(5.0, "boot", 5.0, -1.0, NOW_S, NOW_S, ClockState.KEPT, unsure=((1.0, 2.0),)), None, "boot"),
    diary_store._VISITS: (Visit(0, PLACE, NOW_S, NOW_S + 3_600), FORTNIGHT, "bà nội"),
    diary_store._ALERTS: (PlaceAlert(1, "Chợ", "", NOW_S - 9, NOW_S, 900, NOW_S), FORTNIGHT, "Chợ"),
    exposure_store._KEYS: (MatchedKey(KEY, NOW_S, second_order=True), FORTNIGHT, KEY.key.hex()),
    exposure_store._ALERTS: (ALERT, FORTNIGHT, "bluezone"),
    exposure_store._LOG: (OwnLog(40, 60.0, "bluezone 1", NOW_S), None, "bluezone 1"),
    publication_store._ATTEMPT: (
        Attempt(b"salt", b"hash", "a token", NOW_S, (KEY,), b"h" * 32, "proof", True, RESULT), FORTNIGHT, "a token",
    ),
    publication_store._ASKED: (publication_store._Asked(b"s", b"h", b"nonce", NOW_S), TOKEN_LIFE_S, b"nonce".hex()),
    publication_store._REVISION: (publication_store._Revision("a token", NOW_S), FORTNIGHT, "a token"),
    publication_store._USER_REPORT: (UserReport(b"nonce", NOW_S), LIFE_S, b"nonce".hex()),
    declaration_store._LINK: (Link("7K3MQ2XD9FTRAB12", NOW_S, "2020-08-15", "2020-08-29"), FORTNIGHT, "7K3MQ2XD9FT"),
    declaration_store._PEOPLE: (Person(0, {Use.NAME: "Nguyễn Thị Lan"}, True, NOW_S), QUARTER, "Lan"),
    declaration_store._FORMS: (declaration_store._KeptForm("[form]"), None, "[form]"),
    declaration_store._DRAFTS: (Draft("me", "population", 1, "cd" * 16, {"a": ["Lan"]}, NOW_S), FORTNIGHT, "Lan"),
    declaration_store._DECLARATIONS: (
        StoredDeclaration(
            "ab" * 16, "population", 1, "2020-08-20", "Lan", NOW_S, {"a": "x", "b": ["y"]}, next=Next.WITHDRAW
        ),
        FORTNIGHT, "population",
    ),
}  # fmt: skip
KINDS = pytest.mark.parametrize(
    ("table", "document", "life_s", "word"),
    [(table, *case) for table, case in CASES.items()],
    ids=[table.name for table in CASES],
)


def opened(tmp_path: Path, table: Table[Any], cipher: Cipher | None = None) -> Records[Any]:
    name = CONTACTS if table is diary_store._VISITS else PHONE
    return Records(open_database(name, tmp_path, cipher), table)


def without_number(document: Any) -> Any:
    is_numbered = any(field.name == "number" and field.type == "int" for field in fields(document))
    return replace(document, number=0) if is_numbered else document


@KINDS
def test_a_document_is_read_as_it_was_written_and_its_file_says_nothing(
    tmp_path: Path, table: Table[Any], document: Any, life_s: float | None, word: str
) -> None:
    records = opened(tmp_path, table, Cipher(b"c" * 32, os.urandom))
    number = records.add(document)
    with closing(records.database):
        assert without_number(records.get(number)) == document
        assert records.get(number + 1) is None
    on_disk = b"".join(path.read_bytes() for path in tmp_path.glob("*.sqlite3*"))
    for written in (word, json.dumps(word).strip('"')):
        assert written.encode() not in on_disk


@KINDS
def test_a_document_goes_when_its_life_is_over_by_its_date_or_by_the_running_time(
    tmp_path: Path, table: Table[Any], document: Any, life_s: float | None, word: str
) -> None:
    records = opened(tmp_path, table)
    with closing(records.database):
        number = records.add(document)
        for at_s, running_s, is_over in (
            ((life_s or QUARTER) - 1, 0.0, False),
            (None, (life_s or QUARTER) - 1, False),
            (None, (life_s or QUARTER) + 1, True),
            ((life_s or QUARTER) + 1, 0.0, True),
        ):
            bounds = Bounds(None if at_s is None else NOW_S + at_s, running_s)
            assert records.over(bounds) == ([number] if is_over and life_s is not None else [])
        assert records.purge(Bounds(NOW_S + 400 * DAY_S)) == (life_s is not None)
        assert len(records.all()) == (life_s is None)


def test_a_confirmed_number_stays(tmp_path: Path) -> None:
    records = opened(tmp_path, NUMBER)
    with closing(records.database):
        records.write(PhoneNumber(b"", "678", "vi", "", "a receipt", NOW_S))
        assert records.purge(Bounds(NOW_S + 400 * DAY_S, 400 * DAY_S)) == 0


def test_documents_come_in_order_and_can_be_changed_and_removed(tmp_path: Path) -> None:
    records = opened(tmp_path, REPORTS)
    with closing(records.database):
        first, second = (records.add(StoredReport(day, "ab" * 16, "m", Stage.WAITING, NOW_S)) for day in (1, 2))
        assert [each.day_start_s for each in records.all()] == [1, 2]
        assert [each.number for each in records.newest()] == [second, first]
        changed = records.change(first, stage=Stage.SENT, message="")
        assert changed == records.get(first)
        assert (changed.stage, changed.message, changed.report) == (Stage.SENT, "", "ab" * 16)
        records.remove(first)
        assert records.change(first, stage=Stage.REFUSED) is None
        assert [each.number for each in records.all()] == [second]
        records.clear()
        assert records.all() == []


def test_one_that_was_damaged_is_left_out_and_goes_with_its_time(tmp_path: Path) -> None:
    records = opened(tmp_path, REPORTS, Cipher(bytes(32), os.urandom))
    with closing(records.database):
        bad, good = (records.add(StoredReport(day, "ab" * 16, "m", Stage.WAITING, NOW_S)) for day in (1, 2))
        records.database.write("UPDATE exposure_report SET body = x'00' WHERE id = ?", (bad,))
        assert [each.number for each in records.all()] == [good]
        assert records.over(Bounds(NOW_S + 400 * DAY_S)) == [good]
        assert records.over(Bounds(None, FORTNIGHT + 1)) == [bad, good]


def test_what_is_done_in_one_transaction_is_done_whole_or_not_at_all(tmp_path: Path) -> None:
    records = opened(tmp_path, HEARD)
    with closing(records.database):
        kept = records.write(StoredHeard("ff", "token", Stage.WAITING, NOW_S))

        def cut_short() -> None:
            with records.database.transaction() as db:
                records.write(replace(kept, stage=Stage.SENT))
                records.add(kept)
                db.execute("INSERT INTO nothing VALUES (1)")

        with pytest.raises(StorageError):
            cut_short()
        assert records.all() == [kept]
        assert records.update(lambda before: replace(before, stage=Stage.SENT)).stage is Stage.SENT
        assert records.read() == replace(kept, stage=Stage.SENT)
