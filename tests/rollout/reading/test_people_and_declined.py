"""Read headers of the yearly mean population, of households in short and of people who declined; gains beside an
earlier count are not asked about."""

from __future__ import annotations

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows, taken

from bluezone.rollout.reading.headers import guess
from bluezone.rollout.reading.results import Reading

TITLE = ["KẾT QUẢ CÀI ĐẶT BLUEZONE ĐẾN NGÀY 25/8/2020"]
NAMES = ["TP Vị Thanh", "TP Ngã Bảy", "H. Vị Thủy"]


def read(*rows: list[object], **more: object) -> Reading:
    return read_rows(book(("Sheet1", list(rows))), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Dân số trung bình", "population"),
        ("Dân số trung bình năm 2019", "population"),
        ("Dân số trung bình 2019 (theo NGTK)", "population"),
        ("Dân số bình quân (người)", "population"),
        ("Dân số bình quân mỗi hộ", ""),
        ("Dân số trong độ tuổi lao động", "some"),
        ("TS hộ", "households"),
        ("SL hộ", "households"),
        ("Số hộ GĐ", "households"),
        ("SL hộ có ít nhất 1 người cài", ""),
        ("Số hộ GĐ đã cài", ""),
        ("DS", "population"),
        ("Số hộ trong tổ", "households"),
        ("Số khách không chịu cài", "refused"),
        ("Không hợp tác", "refused"),
        ("Số người không muốn cài", "refused"),
    ],
)
def test_headers(header: str, kind: str) -> None:
    assert guess([header]).kind == kind or (not kind and guess([header]).kind not in {"population", "households"})


@pytest.mark.parametrize(
    ("header", "of", "kind"),
    [
        ("Số khách không cài", "guests", "refused"),
        ("Số khách không cài được", "guests", ""),
        ("Số khách chưa cài", "guests", ""),
    ],
)
def test_who_was_asked_and_did_not_install_declined(header: str, of: str, kind: str) -> None:
    head = ["Khách sạn", "Số khách được hướng dẫn", "Số khách cài tại chỗ", header]
    reading = read(TITLE, head, ["KS Hồng Phát", 100, 40, 22], ["KS Cửu Long", 80, 50, 11], ["KS An Bình", 55, 30, 9])
    assert {found for found in taken(reading) if found[0] == "refused"} == (
        {(kind, of, "2020-08-25")} if kind else set()
    )


def test_where_nobody_was_asked_they_are_missing_only() -> None:
    rows = [[name, 50_000, 9000, 41_000] for name in NAMES]
    reading = read(TITLE, ["Đơn vị", "Dân số", "Số người đã cài", "Số người không cài"], *rows)
    assert not any(found[0] == "refused" for found in taken(reading))


@pytest.mark.parametrize(
    ("before", "gained", "now"),
    [("Đến 13/8", "Tăng thêm", "Đến 25/8"), ("Lũy kế kỳ trước (đến 13/8)", "Tăng trong kỳ", "Lũy kế đến nay")],
)
def test_what_was_added_since_may_be_more_than_there_was(before: str, gained: str, now: str) -> None:
    rows = [[name, 700 + at, 990 + at, 1690 + 2 * at] for at, name in enumerate(NAMES)]
    reading = read(TITLE, ["Đơn vị", before, gained, now], *rows)
    assert not asked(reading)
    assert {("installs", "", "2020-08-13"), ("installs", "", "2020-08-25")} <= taken(reading)


def test_more_added_than_there_are_is_still_asked() -> None:
    rows = [[name, 700 + at, 990 + at] for at, name in enumerate(NAMES)]
    assert asked(read(TITLE, ["Đơn vị", "Số người đã cài", "Tăng trong kỳ"], *rows))


@pytest.mark.parametrize(
    ("path", "kind", "doubt"),
    [
        (["Số gia đình hội viên có người cài Bluezone"], "unknown", ""),
        (["Số gia đình có ít nhất 01 người cài"], "unknown", ""),
        (["Số gia đình CBCS đã cài"], "unknown", "installs"),  # families, or people of them: asked
        (["Số người thân trong gia đình đã cài"], "installs", ""),
        (["Người hoạt động không chuyên trách"], "unknown", ""),
        (["Dân quân đang hoạt động"], "unknown", ""),
        (["Số doanh nghiệp đang hoạt động"], "unknown", ""),
        (["Cán bộ đang hoạt động"], "unknown", "active"),
        (["Số máy đang hoạt động"], "active", ""),
        (["Số cán bộ đã cài và đang hoạt động"], "active", ""),
        (["Tăng trong tuần", "Số máy"], "increase", ""),
        (["Tăng trong tuần", "Tỷ lệ %"], "percent_increase", ""),
    ],
)
def test_what_is_counted_or_at_work_is_not_always_people_or_the_app(path: list[str], kind: str, doubt: str) -> None:
    found = guess(path)
    assert (found.kind, found.doubt) == (kind, doubt)
