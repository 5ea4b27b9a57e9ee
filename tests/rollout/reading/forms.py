# ruff: noqa: E501 - forms are tables
"""Make forms as Vietnamese offices send them, each with what it truly says.

District, commune, school, company, hotel and ministry forms in the layouts that offices use: state motto, merged titles
and headers, numbering rows, totals, notes, signatures. Every name and number is made up but for names of places.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from tests.rollout.reading.building import Form, Percent, book, motto, signature

DISTRICTS = [
    ("63:930", "TP. Vị Thanh", 73322, 9876), ("63:931", "TP Ngã Bảy", 56149, 6543), ("63:932", "H. Châu Thành A", 94234, 8120),
    ("63:933", "Huyện Châu Thành", 85012, 10234), ("63:934", "H. Phụng Hiệp", 188017, 9001),
    ("63:935", "H. Vị Thủy", 90126, 5555), ("63:936", "H. Long Mỹ", 70012, 4321), ("63:937", "TX. Long Mỹ", 68904, 7777),
]  # fmt: skip
COMMUNES = [  # of Huyện Vị Thủy
    ("Thị trấn Nàng Mau", 9120, 1200), ("Xã Vị Trung", 7600, 655), ("Xã Vị Thủy", 8123, 701), ("Xã Vị Thắng", 6900, 512),
    ("Xã Vĩnh Thuận Tây", 8456, 489), ("Xã Vĩnh Trung", 9234, 633), ("Xã Vĩnh Tường", 10023, 745),
    ("Xã Vị Đông", 12345, 698), ("Xã Vị Thanh", 9001, 544), ("Xã Vị Bình", 7324, 378),
]  # fmt: skip
COMMUNE_CODES: dict[str, str] = {}
DAY = "2020-08-20"
#: what makes each form, at most once
MAKERS: list[Callable[[], Form]] = []


def form(maker: Callable[[], Form]) -> Callable[[], Form]:
    MAKERS.append(cache(maker))
    return maker


def commune(name: str) -> str:
    """Return the code of a commune of Huyện Vị Thủy."""
    if not COMMUNE_CODES:
        from bluezone.geography import catalogue
        from bluezone.geography.units import UnitCode

        for unit in catalogue.all_units().children(UnitCode.parse("63:935"), dt.date(2020, 8, 20)):
            COMMUNE_CODES[unit.full_name] = str(unit.code)
    return COMMUNE_CODES[name]


def pct(count: int, people: int) -> float:
    return round(count * 100 / people, 2)


def vn(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def installs(rows: Iterable[tuple[str, int]], day: str = DAY, kind: str = "installs") -> dict[tuple[str, ...], float]:
    return {(code, day, kind): value for code, value in rows}


@form
def two_rows_of_header() -> Form:
    """A province's table of districts: title with the day, merged header of two rows, numbering, total, signature."""
    head: list[list[Any]] = [
        *motto(7),
        ["BIỂU TỔNG HỢP KẾT QUẢ CÀI ĐẶT ỨNG DỤNG BLUEZONE"],
        ["(Kết quả đến ngày 20/8/2020)"],
        ["(Kèm theo Báo cáo số 123/BC-UBND ngày 21/8/2020 của UBND tỉnh Hậu Giang)"],
        [],
        ["STT", "Đơn vị", "Dân số", "Kết quả cài đặt", None, None, "Ghi chú"],
        [None, None, None, "Số lượng", "Tỷ lệ/dân số (%)", "Xếp hạng"],
        ["(1)", "(2)", "(3)", "(4)", "(5)=(4)/(3)", "(6)", "(7)"],
    ]
    ranked = sorted(DISTRICTS, key=lambda each: -each[3] / each[2])
    body = [[n, name, people, count, pct(count, people), ranked.index(each) + 1]
            for n, each in enumerate(DISTRICTS, 1) for _, name, people, count in [each]]  # fmt: skip
    total = [None, "Toàn tỉnh", sum(d[2] for d in DISTRICTS), sum(d[3] for d in DISTRICTS)]
    merged = ["A5:G5", "A6:G6", "A7:G7", "A9:A10", "B9:B10", "C9:C10", "D9:F9", "G9:G10"]
    data = book(("Biểu 1", [*head, *body, total, *signature(7)], merged))
    truth = installs((d[0], d[3]) for d in DISTRICTS)
    truth |= {(d[0], DAY, "population"): d[2] for d in DISTRICTS}
    truth |= {(d[0], DAY, "percent_population"): pct(d[3], d[2]) for d in DISTRICTS}
    return Form("two rows of header", "Bao cao Bluezone.xlsx", data, truth)


@form
def communes_of_a_district() -> Form:
    head: list[list[Any]] = [
        ["ỦY BAN NHÂN DÂN", None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
        ["HUYỆN VỊ THỦY", None, None, "Độc lập - Tự do - Hạnh phúc"],
        [None, None, None, "Vị Thủy, ngày 20 tháng 8 năm 2020"],
        [],
        ["TỔNG HỢP SỐ LIỆU CÀI ĐẶT BLUEZONE TRÊN ĐỊA BÀN HUYỆN VỊ THỦY"],
        ["Tính đến 17 giờ 00 ngày 20/8"],
        ["TT", "Xã, thị trấn", "Dân số", "Số ĐTTM", "Số người cài đặt", "TỶ LỆ/ĐTTM", "TỶ LỆ/DÂN SỐ"],
    ]
    body = [[n, name, people, int(people * 0.55), count, Percent(count / int(people * 0.55)), Percent(count / people)]
            for n, (name, people, count) in enumerate(COMMUNES, 1)]  # fmt: skip
    total = ["TỔNG CỘNG", None, sum(c[1] for c in COMMUNES), None, sum(c[2] for c in COMMUNES)]
    rows = [*head, *body, total, [], ["Ghi chú: số liệu do các xã báo cáo"], *signature(7)]
    data = book(("Sheet1", rows, ["A5:G5", "A6:G6", f"A{len(head) + len(body) + 1}:B{len(head) + len(body) + 1}"]))
    truth = installs((commune(c[0]), c[2]) for c in COMMUNES)
    truth |= {(commune(c[0]), DAY, "smartphones"): int(c[1] * 0.55) for c in COMMUNES}
    return Form("communes of a district", "vi thuy.xlsx", data, truth)


@form
def a_day_a_column() -> Form:
    days = [dt.date(2020, 8, 16) + dt.timedelta(n) for n in range(5)]
    head: list[list[Any]] = [
        ["TIẾN ĐỘ CÀI ĐẶT BLUEZONE (LŨY KẾ)"],
        ["STT", "Địa phương", *[f"{day.day}/{day.month}" for day in days]],
    ]
    body = [
        [n, name, *[count - 300 * (4 - at) for at in range(5)]] for n, (_, name, _, count) in enumerate(DISTRICTS, 1)
    ]
    total = [None, "Cộng", *[sum(d[3] - 300 * (4 - at) for d in DISTRICTS) for at in range(5)]]
    data = book(("Tổng hợp", [*head, *body, total], ["A1:G1"]))
    truth = {(code, day.isoformat(), "installs"): count - 300 * (4 - at)
             for code, _, _, count in DISTRICTS for at, day in enumerate(days)}  # fmt: skip
    return Form("a day a column", "tien do 2020.xlsx", data, truth)


@form
def a_day_a_column_without_a_word() -> Form:
    days = [dt.date(2020, 8, 16) + dt.timedelta(n) for n in range(5)]
    head: list[list[Any]] = [["THEO DÕI CÀI ĐẶT BLUEZONE"], ["STT", "Huyện/TX/TP", *days]]
    body = [[n, name, *[100 + 10 * at + n for at in range(5)]] for n, (_, name, _, _) in enumerate(DISTRICTS, 1)]
    data = book(("T8", [*head, *body], [], {"C2:G2": "dd/mm"}))
    truth = {(d[0], day.isoformat(), "increase"): 100 + 10 * at + n
             for n, d in enumerate(DISTRICTS, 1) for at, day in enumerate(days)}  # fmt: skip
    return Form(
        "a day a column without a word", "theo doi.xlsx", data, truth, answers={"flow": "increase"}, asks="flow"
    )


@form
def a_sheet_a_day() -> Form:
    sheets = []
    truth: dict[tuple[str, ...], float] = {}
    for at, day in enumerate((18, 19, 20)):
        head: list[list[Any]] = [
            ["KẾT QUẢ CÀI ĐẶT BLUEZONE"],
            [],
            ["STT", "Tên huyện", "Số lượt cài đặt", "Tăng trong ngày"],
        ]
        body = [[n, name, count + 100 * at, 100] for n, (_, name, _, count) in enumerate(DISTRICTS, 1)]
        sheets.append((f"{day}.8", [*head, *body, ["Tổng", None, sum(d[3] + 100 * at for d in DISTRICTS), 800]]))
        truth |= {(d[0], f"2020-08-{day}", "installs"): d[3] + 100 * at for d in DISTRICTS}
        truth |= {(d[0], f"2020-08-{day}", "increase"): 100 for d in DISTRICTS}
    return Form("a sheet a day", "BC tuan.xlsx", book(*sheets), truth)


@form
def day_in_the_file_name() -> Form:
    rows = [["STT", "ĐƠN VỊ", "SỐ LƯỢT CÀI ĐẶT", "TỶ LỆ (%)"],
            *[[n, name.upper(), vn(count), f"{pct(count, people)}".replace(".", ",")]
              for n, (_, name, people, count) in enumerate(DISTRICTS, 1)], ["", "CỘNG", vn(sum(d[3] for d in DISTRICTS))]]  # fmt: skip
    return Form("day in the file name", "BC 20.8.xlsx", book(("Sheet1", rows)), installs((d[0], d[3]) for d in DISTRICTS),
                answers={"share:D": "percent_population"})  # fmt: skip


@form
def only_the_day_of_the_letter() -> Form:
    rows = [["(Kèm theo Báo cáo số 45/BC-UBND ngày 20/8/2020 của UBND tỉnh)"], ["STT", "Đơn vị", "Số người cài Bluezone"],
            *[[n, name, count] for n, (_, name, _, count) in enumerate(DISTRICTS, 1)]]  # fmt: skip
    return Form("only the day of the letter", "phu luc.xlsx", book(("PL", rows)), installs((d[0], d[3]) for d in DISTRICTS),
                answers={"date": DAY}, asks="date")  # fmt: skip


@form
def no_diacritics_csv() -> Form:
    lines = ["BAO CAO CAI DAT BLUEZONE DEN NGAY 20/08/2020", "", "STT;Don vi;Dan so;So nguoi cai dat;Ty le"]
    plain = ["Vi Thanh", "Nga Bay", "Chau Thanh A", "Chau Thanh", "Phung Hiep", "Vi Thuy", "H Long My", "TX Long My"]
    lines += [
        f"{n};{name};{d[2]};{d[3]};{pct(d[3], d[2])}%"
        for n, (name, d) in enumerate(zip(plain, DISTRICTS, strict=True), 1)
    ]
    lines += [f";TONG;{sum(d[2] for d in DISTRICTS)};{sum(d[3] for d in DISTRICTS)};"]
    data = "\r\n".join(lines).encode()
    return Form("no diacritics csv", "bluezone.csv", data, installs((d[0], d[3]) for d in DISTRICTS))


@form
def list_of_two_levels() -> Form:
    rows: list[list[Any]] = [["Kết quả đến hết ngày 20/8/2020"], ["STT", "Đơn vị hành chính", "Số lượt cài đặt lũy kế"]]
    rows += [["I", "Huyện Vị Thủy", sum(c[2] for c in COMMUNES)]]
    rows += [[n, name, count] for n, (name, _, count) in enumerate(COMMUNES, 1)]
    rows += [
        ["II", "Thị xã Long Mỹ", 900],
        [1, "Phường Thuận An", 500],
        [2, "Phường Bình Thạnh", 250],
        [3, "Xã Long Trị", 150],
    ]
    rows += [["", "Tổng cộng", sum(c[2] for c in COMMUNES) + 900]]
    truth = installs((commune(c[0]), c[2]) for c in COMMUNES)
    truth |= {("63:935", DAY, "installs"): sum(c[2] for c in COMMUNES), ("63:937", DAY, "installs"): 900}
    truth |= installs([("63:31471", 500), ("63:31473", 250), ("63:31477", 150)])
    return Form("list of two levels", "hai cap.xlsx", book(("Sheet1", rows)), truth)


@form
def school_of_classes() -> Form:
    rows: list[list[Any]] = [
        ["PHÒNG GD&ĐT HUYỆN VỊ THỦY", None, None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
        ["TRƯỜNG THCS NGÔ QUỐC TRỊ", None, None, None, "Độc lập - Tự do - Hạnh phúc"],
        ["BÁO CÁO KẾT QUẢ CÀI ĐẶT ỨNG DỤNG BLUEZONE CỦA HỌC SINH VÀ PHỤ HUYNH"],
        ["Ngày 20 tháng 8 năm 2020"],
        ["STT", "Lớp", "GVCN", "Học sinh", None, None, "Phụ huynh", None],
        [None, None, None, "Sĩ số", "Có ĐTTM", "Đã cài", "Tổng số", "Đã cài"],
    ]
    classes = [("6A1", 40, 21, 18, 80, 33), ("6A2", 38, 17, 15, 76, 21), ("7A1", 42, 30, 28, 84, 40)]
    rows += [[n, name, "Lê Thị C", *values] for n, (name, *values) in enumerate(classes, 1)]
    rows += [["Tổng cộng", None, None, *[sum(c[at] for c in classes) for at in range(1, 6)]]]
    merged = ["A3:H3", "A4:H4", "A5:A6", "B5:B6", "C5:C6", "D5:F5", "G5:H5"]
    truth: dict[tuple[str, ...], float] = {}
    for name, size, phones, done, parents, parents_done in classes:
        truth |= {(name, DAY, "headcount", "pupils"): size, (name, DAY, "smartphones", "pupils"): phones,
                  (name, DAY, "installs", "pupils"): done, (name, DAY, "headcount", "parents"): parents,
                  (name, DAY, "installs", "parents"): parents_done}  # fmt: skip
    return Form("school of classes", "bluezone truong.xlsx", book(("Sheet1", rows, merged)), truth,
                answers={"date": DAY})  # fmt: skip


@form
def companies_of_a_zone() -> Form:
    companies = [("Công ty TNHH Lạc Tỷ II", 8200, 3120), ("Công ty CP Thủy sản Minh Phú Hậu Giang", 3500, 1999),
                 ("Cty CP Việt Nam Food", 420, 388), ("Công ty Vinamilk - CN Hậu Giang", 150, 150)]  # fmt: skip
    rows: list[list[Any]] = [
        ["BAN QUẢN LÝ CÁC KHU CÔNG NGHIỆP TỈNH HẬU GIANG"],
        ["DANH SÁCH DOANH NGHIỆP CÀI ĐẶT BLUEZONE (tính đến ngày 20/8/2020)"],
        [
            "STT",
            "Tên doanh nghiệp",
            "Tổng số lao động",
            "Số lao động đã cài Bluezone",
            "Tỷ lệ (%)",
            "Số điện thoại liên hệ",
        ],
    ]
    rows += [
        [n, name, people, count, pct(count, people), f"0912{n:06d}"]
        for n, (name, people, count) in enumerate(companies, 1)
    ]
    rows += [[None, "Cộng", sum(c[1] for c in companies), sum(c[2] for c in companies)]]
    truth = {(name, DAY, "installs", "staff"): float(count) for name, _, count in companies}
    truth |= {(name, DAY, "headcount", "staff"): people for name, people, _ in companies}
    return Form("companies of a zone", "KCN.xlsx", book(("DN", rows, ["A1:F1", "A2:F2"])), truth)


@form
def hotels() -> Form:
    hotels = [("Khách sạn Bông Sen", 120, 66, 40), ("Nhà hàng Xà No", 300, 150, 90), ("Nhà nghỉ Hoàng Anh", 45, 20, 15)]
    rows: list[list[Any]] = [
        ["SỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH"],
        ["KẾT QUẢ KHUYẾN NGHỊ KHÁCH CÀI ĐẶT NCOVI, BLUEZONE"],
        ["Số liệu đến ngày 20/8/2020"],
        ["TT", "Tên cơ sở", "Số lượt khách được giới thiệu", "Số khách cài Bluezone", "Số khách cài NCOVI", "Ghi chú"],
    ]
    rows += [[n, *each, None] for n, each in enumerate(hotels, 1)]
    truth: dict[tuple[str, ...], float] = {}
    for name, asked, blue, ncovi in hotels:
        truth |= {(name, DAY, "asked", "guests"): asked, (name, DAY, "installs", "guests"): blue,
                  (name, DAY, "ncovi", "guests"): ncovi}  # fmt: skip
    return Form("hotels", "du lich.xlsx", book(("Sheet1", rows)), truth)


@form
def city_is_not_the_province() -> Form:
    units = [("63:213", "Bắc Giang", 900), ("63:215", "Yên Thế", 300), ("63:216", "Tân Yên", 400), ("63:217", "Lạng Giang", 500),
             ("63:218", "Lục Nam", 600), ("63:219", "Lục Ngạn", 700), ("63:220", "Sơn Động", 150), ("63:221", "Yên Dũng", 450),
             ("63:222", "Việt Yên", 800), ("63:223", "Hiệp Hòa", 650)]  # fmt: skip
    rows = [["Kết quả cài đặt Bluezone đến ngày 20/8/2020"], ["TT", "Huyện, thành phố", "Số lượng"],
            *[[n, name, count] for n, (_, name, count) in enumerate(units, 1)], ["", "Toàn tỉnh", sum(u[2] for u in units)]]  # fmt: skip
    return Form("city is not the province", "bac giang.xlsx", book(("Sheet1", rows)), installs((u[0], u[2]) for u in units),
                within=None)  # fmt: skip


@form
def numbers_of_districts() -> Form:
    units = [("63:760", 1, 5000), ("63:769", 2, 4000), ("63:770", 3, 3500), ("63:773", 4, 3000), ("63:774", 5, 2500)]
    rows = [["TP. HỒ CHÍ MINH"], ["Tính đến ngày 20/8/2020"], ["Quận", "Số người cài đặt Bluezone"],
            *[[number, count] for _, number, count in units]]  # fmt: skip
    return Form(
        "numbers of districts", "hcm.xlsx", book(("Sheet1", rows)), installs((u[0], u[2]) for u in units), within=None
    )


@form
def ministry_beside() -> Form:
    """The ministry's table in two groups of columns side by side."""
    left = [("63:48", "Đà Nẵng", 370000), ("63:01", "Hà Nội", 1200000), ("63:22", "Quảng Ninh", 210000)]
    right = [
        ("63:93", "Hậu Giang", 55289),
        ("63:77", "Bà Rịa - Vũng Tàu", 160000),
        ("63:79", "TP Hồ Chí Minh", 1100000),
    ]
    rows: list[list[Any]] = [
        ["THỐNG KÊ SỐ LƯỢNG CÀI ĐẶT BLUEZONE THEO TỈNH, THÀNH PHỐ"], ["(đến 11h ngày 13/8/2020)"],
        ["STT", "Tỉnh/TP", "Số lượng", None, "STT", "Tỉnh/TP", "Số lượng"],
    ]  # fmt: skip
    rows += [[n, a[1], a[2], None, n + 3, b[1], b[2]] for n, (a, b) in enumerate(zip(left, right, strict=True), 1)]
    truth = installs(((u[0], u[2]) for u in (*left, *right)), "2020-08-13")
    return Form("ministry beside", "bang bo.xlsx", book(("Sheet1", rows)), truth, within=None)


@form
def difference_of_a_total() -> Form:
    rows = [["Kết quả đến ngày 20/8/2020"], ["STT", "Đơn vị", "Số lượt cài đặt"],
            *[[n, name, count] for n, (_, name, _, count) in enumerate(DISTRICTS, 1)],
            ["", "Tổng cộng", sum(d[3] for d in DISTRICTS) + 90]]  # fmt: skip
    return Form("difference of a total", "a.xlsx", book(("Sheet1", rows)), installs((d[0], d[3]) for d in DISTRICTS),
                says=("total",))  # fmt: skip


@form
def day_and_all() -> Form:
    rows: list[list[Any]] = [
        ["BÁO CÁO NHANH NGÀY 20/8/2020"],
        [
            "STT",
            "Huyện, thị xã, thành phố",
            "Số cài đặt ứng dụng Bluezone",
            None,
            "Chỉ tiêu giao",
            "Tỷ lệ đạt so với chỉ tiêu (%)",
        ],
        [None, None, "Trong ngày", "Lũy kế"],
    ]
    rows += [
        [n, name, 100 + n, count, people * 3 // 10, pct(count, people * 3 // 10)]
        for n, (_, name, people, count) in enumerate(DISTRICTS, 1)
    ]
    truth = installs((d[0], d[3]) for d in DISTRICTS)
    truth |= {(d[0], DAY, "increase"): 100 + n for n, d in enumerate(DISTRICTS, 1)}
    truth |= {(d[0], DAY, "target"): d[2] * 3 // 10 for d in DISTRICTS}
    merged = ["A2:A3", "B2:B3", "C2:D2", "E2:E3", "F2:F3"]
    return Form("day and all", "nhanh.xlsx", book(("BC", rows, merged)), truth)
