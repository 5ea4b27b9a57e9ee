"""Write line lists that others read: WHO's case-based reporting, R's `epicontacts`, the ministry's table of cases.

Pseudonymous unless records carry who people are; ages are then by tens of years, as in `episodes.line_list`, which
writes R's `linelist` for officers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence

from bluezone.disease.package import Disease
from bluezone.exchange import units
from bluezone.exchange.records import Record
from bluezone.geography.country import country
from bluezone.geography.units import Level
from bluezone.tables import csv_text, xlsx_table

Value = str | int | dt.date | None
_TENS, _OLDEST = 10, 80


def age(record: Record) -> int | None:
    """Return the age in the year of the report; of a pseudonym the first of ten years."""
    if record.birth_year is None:
        return None
    years = max(record.reported_on.year - record.birth_year, 0)
    return years if record.named is not None else min(years, _OLDEST) // _TENS * _TENS


def _unit(record: Record, level: Level) -> str:
    code = units.at(record.unit, record.day).code
    return next((each.full_name for each in units.levels(code) if each.level is level), "")


def _source(record: Record) -> str:
    """Return the pseudonym of the source met last."""
    known = [each for each in record.exposures if each.source_person]
    return max(known, key=lambda each: each.day).source_person if known else ""


def _first(record: Record, *kinds: str) -> dt.date | None:
    return min((each.since for each in record.stays if each.kind in kinds), default=None)


def _table(columns: Sequence[tuple[str, Callable[[Record], Value]]], records: Iterable[Record]) -> list[list[Value]]:
    head: list[Value] = [name for name, _value in columns]
    return [head, *([value(record) for _name, value in columns] for record in records)]


#: names of the data dictionary of WHO's form for confirmed and probable cases of COVID-19 (2020, revised)
WHO: tuple[tuple[str, Callable[[Record], Value]], ...] = (
    ("report_date", lambda one: one.reported_on),
    ("report_country", lambda _one: country().iso3),
    ("report_diag_class", lambda one: 1 if one.classification == "confirmed" else 2),
    ("patinfo_ID", lambda one: one.person),
    ("patinfo_ageonset", age),
    ("patinfo_ageonsetunit", lambda one: None if one.birth_year is None else 1),
    ("patinfo_sex", lambda one: {"male": "M", "female": "F"}.get(one.sex, "")),
    ("patinfo_resadmin0", lambda _one: country().iso3),
    ("patinfo_resadmin1", lambda one: _unit(one, Level.PROVINCE)),
    ("patcourse_dateonset", lambda one: one.onset_on),
    ("Lab_date1", lambda one: one.tested_on),
    ("patcourse_dateiso", lambda one: _first(one, "home", "site", "hospital")),
    ("patcourse_admit", lambda one: "Y" if _first(one, "hospital") else "N"),
    ("patcourse_presHCF", lambda one: _first(one, "hospital")),
    ("expo_contact_case", lambda one: "Y" if one.exposures else ""),
    ("expo_ID1", _source),
    ("outcome_patcourse_status", lambda one: {"recovered": "1", "died": "2"}.get(one.outcome, "")),
    ("outcome_date_of_outcome", lambda one: one.ended_on if one.outcome in ("recovered", "died") else None),
)


def who(records: Iterable[Record]) -> str:
    """Return confirmed and probable cases as WHO's line list (CSV)."""
    cases = (each for each in records if each.is_case and each.classification in ("confirmed", "probable"))
    return csv_text(_table(WHO, cases))


def epicontacts(records: Iterable[Record]) -> str:
    """Return who was near whom (CSV), for R's `make_epicontacts(linelist, contacts, id = "id", from = "from", to =
    "to", directed = TRUE)`. An exposure of which nobody knows the source is not in it."""
    rows: list[list[Value]] = [["from", "to", "date_exposure", "setting", "found_by"]]
    for record in records:
        for each in record.exposures:
            if each.source_person:
                found_by = "app" if each.by_app else "hand"
                rows.append([each.source_person, record.person, each.day, each.setting, found_by])
    return csv_text(rows)


_SEXES = {"male": "Nam", "female": "Nữ", "other": "Khác"}
_CLASSES = {"suspected": "Nghi ngờ", "probable": "Có thể", "confirmed": "Xác định", "not": "Không phải ca bệnh"}
_OUTCOMES = {"recovered": "Khỏi", "died": "Tử vong", "moved": "Chuyển đi"}

#: what a report of a case asks by circular 54/2015/TT-BYT, in its words
_CLASS: tuple[str, Callable[[Record], Value]] = ("Phân loại chẩn đoán", lambda one: _CLASSES[one.classification])
#: but for the diagnosis, which is one for all
MINISTRY: tuple[tuple[str, Callable[[Record], Value]], ...] = (
    ("Mã số bệnh nhân", lambda one: one.person),
    ("Họ và tên", lambda one: one.named.name if one.named else ""),
    ("Tuổi", age),
    ("Giới tính", lambda one: _SEXES.get(one.sex, "")),
    ("Nghề nghiệp", lambda one: one.occupation if one.named else ""),
    ("Địa chỉ nơi ở", lambda one: one.named.address if one.named else ""),
    ("Xã/phường", lambda one: _unit(one, Level.COMMUNE)),
    ("Quận/huyện", lambda one: _unit(one, Level.DISTRICT)),
    ("Tỉnh/thành phố", lambda one: _unit(one, Level.PROVINCE)),
    ("Điện thoại", lambda one: one.named.telephone if one.named else ""),
    _CLASS,
    ("Ngày khởi phát", lambda one: one.onset_on),
    ("Ngày nhập viện", lambda one: _first(one, "hospital")),
    ("Ngày lấy mẫu", lambda one: one.tested_on),
    ("Kết quả xét nghiệm", lambda one: _result(one)),
    ("Ngày cách ly", lambda one: _first(one, "home", "site")),
    ("Tiếp xúc với ca bệnh", _source),
    ("Tình trạng hiện nay", lambda one: _OUTCOMES.get(one.outcome, "Đang điều trị")),
    ("Ngày ra viện/tử vong", lambda one: one.ended_on),
    ("Ngày báo cáo", lambda one: one.reported_on),
)


def _result(record: Record) -> str:
    results = {each.result for each in record.tests}
    return "Dương tính" if "positive" in results else "Âm tính" if results else ""


def ministry(records: Iterable[Record], disease: Disease) -> bytes:
    """Return cases of a disease as the ministry's table (XLSX), in Vietnamese."""
    diagnosis = f"{disease.name('vi')} ({disease.codes.icd10})"
    columns = list(MINISTRY)
    columns.insert(columns.index(_CLASS), ("Chẩn đoán", lambda _one: diagnosis))
    return xlsx_table("Danh sách ca bệnh", _table(columns, (each for each in records if each.is_case)))
