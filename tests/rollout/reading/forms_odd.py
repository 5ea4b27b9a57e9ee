# ruff: noqa: E501 - forms are tables
"""Make forms that are odd in their encoding, their numbers, their headers, or in what stands around the table."""

from __future__ import annotations

import datetime as dt
import unicodedata
from typing import Any

from tests.rollout.reading.building import Form, Percent, book
from tests.rollout.reading.forms import COMMUNES, DAY, DISTRICTS, commune, form, installs, pct, vn

PLAIN = [[n, d[1], d[3]] for n, d in enumerate(DISTRICTS, 1)]
TRUTH = installs((d[0], d[3]) for d in DISTRICTS)
HEAD = ["STT", "Đơn vị", "Số lượt cài đặt"]


def text(rows: list[list[Any]], mark: str = ";") -> str:
    return "\r\n".join(mark.join("" if cell is None else str(cell) for cell in row) for row in rows)


def to_tcvn3(written: str) -> bytes:
    from bluezone.rollout.reading.encodings import TCVN3

    codes = {letter: byte for byte, letter in TCVN3.items()}
    return bytes(
        codes.get(letter, codes.get(letter.lower(), ord(letter) if ord(letter) < 128 else 63)) for letter in written
    )


@form
def utf16_tabs() -> Form:
    rows = [["Kết quả đến ngày 20/8/2020"], HEAD, *PLAIN, ["", "Tổng cộng", sum(d[3] for d in DISTRICTS)]]
    return Form("utf16 tabs", "bluezone.txt", text(rows, "\t").encode("utf-16"), TRUTH)


@form
def windows_1258() -> Form:
    rows = [["Kết quả đến ngày 20/8/2020"], HEAD, *PLAIN]
    return Form("windows 1258", "bluezone.csv", to_windows_1258(text(rows)), TRUTH)


def to_windows_1258(written: str) -> bytes:
    """Return a text in Windows-1258, which has letters with circumflex, breve and horn, and sets tones behind them."""
    found = []
    for letter in unicodedata.normalize("NFC", written):
        base, *marks = unicodedata.normalize("NFD", letter)
        shape = "".join(mark for mark in marks if mark in "\u0302\u0306\u031b")
        found += [unicodedata.normalize("NFC", base + shape), *(mark for mark in marks if mark not in shape)]
    return "".join(found).encode("cp1258")


@form
def tcvn3() -> Form:
    rows = [
        ["Kết quả cài đặt ứng dụng đến ngày 20/8/2020"],
        ["STT", "Đơn vị", "Số người cài đặt"],
        *PLAIN,
        ["", "Tổng cộng", sum(d[3] for d in DISTRICTS)],
    ]
    return Form("tcvn3", "bluezone.csv", to_tcvn3(text(rows)), TRUTH)


@form
def tcvn3_in_a_workbook() -> Form:
    def turned(value: Any) -> Any:
        return to_tcvn3(value).decode("latin-1") if isinstance(value, str) else value

    rows = [["Kết quả đến ngày 20/8/2020"], ["STT", "Đơn vị", "Số người cài đặt"], *PLAIN]
    return Form(
        "tcvn3 in a workbook",
        "bluezone.xlsx",
        book(("Sheet1", [[turned(cell) for cell in row] for row in rows])),
        TRUTH,
    )


@form
def decomposed_letters() -> Form:
    def turned(value: Any) -> Any:
        return unicodedata.normalize("NFD", value) if isinstance(value, str) else value

    rows = [["Kết quả đến ngày 20/8/2020"], HEAD, *PLAIN]
    return Form(
        "decomposed letters", "bluezone.xlsx", book(("Sheet1", [[turned(cell) for cell in row] for row in rows])), TRUTH
    )


@form
def html_as_xls() -> Form:
    cells = "".join(f"<tr><td>{n}</td><td>{d[1]}</td><td>{vn(d[3])}</td></tr>" for n, d in enumerate(DISTRICTS, 1))
    page = (
        "<html><head><meta charset='utf-8'></head><body><table border=1><tr><td colspan=3><b>Kết quả đến ngày 20/8/2020</b></td></tr>"
        f"<tr><th rowspan=2>STT</th><th rowspan=2>Đơn vị</th><th>Bluezone</th></tr><tr><th>Số lượt cài đặt</th></tr>{cells}</table></body></html>"
    )
    return Form("html as xls", "bluezone.xls", page.encode(), TRUTH)


@form
def workbook_named_csv() -> Form:
    return Form("workbook named csv", "bluezone.csv", book(("Sheet1", [["Đến ngày 20/8/2020"], HEAD, *PLAIN])), TRUTH)


@form
def password() -> Form:
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600
    return Form("password", "mat.xlsx", data, refused="has a password")


@form
def excel_dates_of_1904() -> Form:
    rows = [["Ngày", "Đơn vị", "Số lượt cài đặt"], *[[dt.date(2020, 8, 20), d[1], d[3]] for d in DISTRICTS]]
    return Form("excel dates of 1904", "bluezone.xlsx", book(("Sheet1", rows), epoch_1904=True), TRUTH)


@form
def line_breaks_in_headers() -> Form:
    rows = [
        ["BÁO CÁO\nKết quả cài đặt đến ngày 20 tháng 8\nnăm 2020"],
        ["STT", "Tên\nđơn vị", "Số lượng\nngười cài đặt", "Tỷ lệ\n(%/dân số)"],
        *[[n, d[1], d[3], pct(d[3], d[2])] for n, d in enumerate(DISTRICTS, 1)],
    ]
    truth = TRUTH | {(d[0], DAY, "percent_population"): pct(d[3], d[2]) for d in DISTRICTS}
    return Form("line breaks in headers", "bluezone.xlsx", book(("Sheet1", rows)), truth)


@form
def before_and_now() -> Form:
    rows: list[list[Any]] = [
        ["KẾT QUẢ CÀI ĐẶT BLUEZONE ĐẾN NGÀY 20/8/2020"],
        ["TT", "Đơn vị", "Số người cài đặt", None, None],
        [None, None, "Kỳ trước", "Kỳ này", "Tăng"],
    ]
    rows += [[n, d[1], d[3] - 400, d[3], 400] for n, d in enumerate(DISTRICTS, 1)]
    return Form(
        "before and now",
        "a.xlsx",
        book(("Sheet1", rows, ["A2:A3", "B2:B3", "C2:E2"])),
        TRUTH | {(d[0], DAY, "increase"): 400 for d in DISTRICTS},
    )


@form
def carriers() -> Form:
    rows: list[list[Any]] = [
        ["LŨY KẾ CÀI ĐẶT BLUEZONE THEO NHÀ MẠNG ĐẾN NGÀY 20/8/2020"],
        ["TT", "Đơn vị", "Số lượt cài đặt", None, None, None],
        [None, None, "Viettel", "Vinaphone", "Mobifone", "Tổng"],
    ]
    rows += [[n, d[1], d[3] - 900, 500, 400, d[3]] for n, d in enumerate(DISTRICTS, 1)]
    return Form(
        "carriers", "a.xlsx", book(("Sheet1", rows, ["A2:A3", "B2:B3", "C2:F2"])), TRUTH, answers={"installs": "F"}
    )


@form
def both_apps() -> Form:
    rows: list[list[Any]] = [
        ["KẾT QUẢ CÀI ĐẶT NCOVI VÀ BLUEZONE (đến hết ngày 20/8/2020)"],
        ["TT", "Đơn vị", "Dân số", "Ứng dụng NCOVI", None, "Ứng dụng Bluezone", None],
        [None, None, None, "Số lượng", "Tỷ lệ", "Số lượng", "Tỷ lệ"],
    ]
    rows += [
        [n, d[1], d[2], 1000 + n, Percent((1000 + n) / d[2]), d[3], Percent(d[3] / d[2])]
        for n, d in enumerate(DISTRICTS, 1)
    ]
    truth = (
        TRUTH
        | {(d[0], DAY, "ncovi"): 1000 + n for n, d in enumerate(DISTRICTS, 1)}
        | {(d[0], DAY, "percent_population"): round(d[3] / d[2] * 100, 2) for d in DISTRICTS}
    )
    return Form("both apps", "a.xlsx", book(("Sheet1", rows, ["A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:G2"])), truth)


@form
def eight_of_eight() -> Form:
    rows = [
        ["TÌNH HÌNH CÀI ĐẶT BLUEZONE"],
        ["8/8 đơn vị có báo cáo, mục tiêu 30% dân số đến ngày 30/8/2020"],
        ["Số liệu cập nhật 17h ngày 20/8/2020"],
        HEAD,
        *PLAIN,
    ]
    return Form("eight of eight", "Biểu 1.2.xlsx", book(("Biểu 1.2", rows)), TRUTH)


@form
def nothing_but_names_and_numbers() -> Form:
    rows = [["Số người cài đặt Bluezone đến ngày 20/8/2020"], *[[d[1], d[3]] for d in DISTRICTS]]
    return Form("nothing but names and numbers", "a.xlsx", book(("Sheet1", rows)), TRUTH, answers={"installs": "B"})


@form
def no_header_above_the_names() -> Form:
    rows = [["Đến ngày 20/8/2020"], [None, "Dân số", "Số lượt cài đặt"], *[[d[1], d[2], d[3]] for d in DISTRICTS]]
    return Form("no header above the names", "a.xlsx", book(("Sheet1", rows)), TRUTH)


@form
def month_first_dates() -> Form:
    rows = [["Date", "Unit", "Installs"], *[[f"8/{19 + n % 2}/2020", d[1], d[3]] for n, d in enumerate(DISTRICTS)]]
    truth = {(d[0], f"2020-08-{19 + n % 2}", "installs"): d[3] for n, d in enumerate(DISTRICTS)}
    return Form("month first dates", "a.xlsx", book(("Sheet1", rows)), truth, answers={"date-order": "month"})


@form
def exchanged_dates() -> Form:
    """A program with English settings took 7/8 to 12/8 for dates of other months, and left 13/8 as text."""
    days: list[Any] = ["13/08/2020", dt.date(2020, 12, 8), dt.date(2020, 11, 8), "14/08/2020"]
    true = ["2020-08-13", "2020-08-12", "2020-08-11", "2020-08-14"]
    rows = [["Ngày", "Đơn vị", "Số lượt cài đặt"], *[[days[n % 4], d[1], d[3]] for n, d in enumerate(DISTRICTS)]]
    truth = {(d[0], true[n % 4], "installs"): d[3] for n, d in enumerate(DISTRICTS)}
    return Form(
        "exchanged dates",
        "a.xlsx",
        book(("Sheet1", rows)),
        truth,
        answers={"date-order": "exchanged"},
        asks="date-order",
    )


@form
def wards_by_roman_numbers() -> Form:
    wards = [
        ("63:31318", "Phường I", 900),
        ("63:31321", "P. III", 800),
        ("63:31324", "P.IV", 700),
        ("63:31327", "Phường 5", 600),
        ("63:31330", "Phường VII", 500),
        ("63:31333", "Xã Vị Tân", 400),
    ]
    rows = [
        ["THÀNH PHỐ VỊ THANH - Kết quả đến ngày 20/8/2020"],
        ["STT", "Phường, xã", "Số người cài đặt"],
        *[[n, w[1], w[2]] for n, w in enumerate(wards, 1)],
        ["", "Toàn thành phố", 3900],
    ]
    return Form("wards by roman numbers", "a.xlsx", book(("Sheet1", rows)), installs((w[0], w[2]) for w in wards))


@form
def three_rows_of_header() -> Form:
    rows: list[list[Any]] = [
        ["Tiến độ"],
        ["STT", "Đơn vị", "Dân số", "Kết quả cài đặt Bluezone", None, None, None],
        [None, None, None, "Đến 19/8/2020", None, "Đến 20/8/2020", None],
        [None, None, None, "Số lượng", "Tỷ lệ (%)", "Số lượng", "Tỷ lệ (%)"],
        ["A", "B", 1, 2, "3=2/1", 4, "5=4/1"],
    ]
    rows += [
        [n, d[1], d[2], d[3] - 50, pct(d[3] - 50, d[2]), d[3], pct(d[3], d[2])] for n, d in enumerate(DISTRICTS, 1)
    ]
    truth = TRUTH | installs(((d[0], d[3] - 50) for d in DISTRICTS), "2020-08-19")
    merged = ["A2:A4", "B2:B4", "C2:C4", "D2:G2", "D3:E3", "F3:G3"]
    return Form("three rows of header", "a.xlsx", book(("S", rows, merged)), truth)


@form
def counts_with_their_gain() -> Form:
    rows = [
        ["Đến ngày 20/8/2020"],
        ["STT", "Đơn vị", "Số người cài"],
        *[[n, d[1], f"{vn(d[3])} (+120)"] for n, d in enumerate(DISTRICTS, 1)],
    ]
    return Form("counts with their gain", "a.xlsx", book(("S", rows)), TRUTH)


@form
def grades_and_classes() -> Form:
    rows: list[list[Any]] = [
        ["TRƯỜNG THPT VỊ THANH"],
        ["Kết quả cài đặt Bluezone (cập nhật ngày 20/8/2020)"],
        ["STT", "Lớp", "Sĩ số", "Số HS đã cài Bluezone"],
        ["", "Khối 10", 81, 50],
        [1, "10A1", 40, 25],
        [2, "10A2", 41, 25],
        ["", "Khối 11", 40, 30],
        [3, "11A1", 40, 30],
        ["", "Toàn trường", 121, 80],
    ]
    truth = {
        (name, DAY, "installs", "pupils"): value for name, value in (("10A1", 25.0), ("10A2", 25.0), ("11A1", 30.0))
    }
    return Form("grades and classes", "a.xlsx", book(("S", rows)), truth)


@form
def diary_of_a_hotel() -> Form:
    rows: list[list[Any]] = [
        ["KHÁCH SẠN BÔNG SEN"],
        ["Sổ theo dõi khuyến nghị khách cài đặt"],
        [
            "Ngày",
            "Số lượt khách",
            "Số khách được khuyến nghị cài NCOVI",
            "Số khách được khuyến nghị cài Bluezone",
            "Số khách đồng ý cài Bluezone",
        ],
        *[[dt.date(2020, 8, 17 + n), 30, 20, 25, 12] for n in range(4)],
    ]
    truth = {
        ("KHÁCH SẠN BÔNG SEN", f"2020-08-{17 + n}", kind, "guests"): float(value)
        for n in range(4)
        for kind, value in (("headcount", 30), ("asked_ncovi", 20), ("asked", 25), ("installs", 12))
    }
    return Form("diary of a hotel", "a.xlsx", book(("S", rows)), truth)


@form
def weeks() -> Form:
    rows = [
        ["KẾT QUẢ CÀI ĐẶT BLUEZONE"],
        ["STT", "Đơn vị", "Tuần 1 (đến 14/8)", "Tuần 2 (đến 21/8)"],
        *[[n, d[1], d[3] - 900, d[3]] for n, d in enumerate(DISTRICTS, 1)],
    ]
    truth = installs(((d[0], d[3]) for d in DISTRICTS), "2020-08-21") | installs(
        ((d[0], d[3] - 900) for d in DISTRICTS), "2020-08-14"
    )
    return Form("weeks", "a.xlsx", book(("S", rows)), truth, answers={"flow": "cumulative"}, asks="flow")


@form
def province_first() -> Form:
    rows = [
        ["Kết quả đến ngày 20/8/2020"],
        ["STT", "Đơn vị", "Số lượt cài đặt"],
        ["", "Tỉnh Hậu Giang", sum(d[3] for d in DISTRICTS)],
        *PLAIN,
    ]
    return Form(
        "province first",
        "a.xlsx",
        book(("Sheet1", rows)),
        TRUTH | {("63:93", DAY, "installs"): sum(d[3] for d in DISTRICTS)},
    )


@form
def two_bare_namesakes() -> Form:
    rows = [
        ["Kết quả đến ngày 20/8/2020"],
        HEAD,
        *[[n, "Long Mỹ" if d[0] in {"63:936", "63:937"} else d[1], d[3]] for n, d in enumerate(DISTRICTS, 1)],
    ]
    return Form(
        "two bare namesakes",
        "a.xlsx",
        book(("Sheet1", rows)),
        installs((d[0], d[3]) for d in DISTRICTS[:6]),
        asks="unit:Long Mỹ",
        answers={"unit:Long Mỹ": "none"},
    )


@form
def leaflets_and_loudspeakers() -> Form:
    rows = [
        ["KẾT QUẢ TUYÊN TRUYỀN BLUEZONE đến ngày 20/8/2020"],
        [
            "STT",
            "Xã",
            "Số tờ rơi",
            "Số lượt phát thanh",
            "Số hộ đã cài",
            "Số người đã cài đặt Bluezone",
            "Số người được hướng dẫn cài đặt",
        ],
        *[[n, c[0], 500, 14, 100, c[2], c[2] + 40] for n, c in enumerate(COMMUNES, 1)],
    ]
    return Form(
        "leaflets and loudspeakers",
        "a.xlsx",
        book(("Vị Thủy", rows)),
        installs((commune(c[0]), c[2]) for c in COMMUNES),
    )


@form
def smartphones_without_the_app() -> Form:
    rows = [
        ["Đến ngày 20/8/2020"],
        ["STT", "Xã", "Tổng số người có ĐTTM", "Trong đó", None, "Tỷ lệ cài đặt/tổng số người có ĐTTM"],
        [None, None, None, "Đã cài Bluezone", "Chưa cài"],
        *[
            [n, c[0], c[1] // 2, c[2], c[1] // 2 - c[2], f"{pct(c[2], c[1] // 2)}%".replace(".", ",")]
            for n, c in enumerate(COMMUNES, 1)
        ],
    ]
    truth = installs((commune(c[0]), c[2]) for c in COMMUNES) | {
        (commune(c[0]), DAY, "percent_smartphones"): pct(c[2], c[1] // 2) for c in COMMUNES
    }
    return Form(
        "smartphones without the app",
        "a.xlsx",
        book(("Sheet1", rows, ["A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:F3"])),
        truth,
    )


@form
def today_only() -> Form:
    rows = [["KẾT QUẢ CÀI ĐẶT BLUEZONE TRONG NGÀY 20/8/2020"], HEAD, *PLAIN]
    return Form(
        "today only",
        "a.xlsx",
        book(("Sheet1", rows)),
        {(d[0], DAY, "increase"): d[3] for d in DISTRICTS},
        answers={"flow": "increase"},
        asks="flow",
    )


@form
def semicolons_with_decimals() -> Form:
    rows = [
        ["date", "province", "installs", "pct_population"],
        ["2020-08-20", "Hậu Giang", "55289", "7,54"],
        ["2020-08-20", "Cần Thơ", "150000", "12,14"],
    ]
    return Form(
        "semicolons with decimals",
        "x.csv",
        text(rows).encode(),
        installs([("63:93", 55289), ("63:92", 150000)]),
        within=None,
    )


@form
def city_of_a_province_by_title() -> Form:
    rows = [
        ["UBND THÀNH PHỐ VỊ THANH"],
        ["(Tính đến 20/08/2020)"],
        ["TT", "Đơn vị", "Đã cài"],
        [1, "Phường I", 10],
        [2, "Phường IV", 20],
        [3, "Xã Hỏa Tiến", 30],
    ]
    return Form(
        "city of a province by title",
        "a.xlsx",
        book(("Sheet1", rows)),
        installs([("63:31318", 10), ("63:31324", 20), ("63:31339", 30)]),
        within=None,
    )
