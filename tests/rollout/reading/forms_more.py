# ruff: noqa: E501 - forms are tables
"""Make more forms: odd layouts, contradictions, numbers and dates as people type them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests.rollout.reading.building import Form, Percent, book, motto, signature
from tests.rollout.reading.forms import COMMUNES, DAY, DISTRICTS, commune, form, installs, pct, vn


@form
def two_blocks_on_a_sheet() -> Form:
    """Two districts, one below the other, each with its own title and total."""
    a, b = COMMUNES[:5], [("Xã Thuận Hưng", 9000, 800), ("Xã Thuận Hòa", 8000, 500), ("TT Vĩnh Viễn", 7000, 650)]
    rows: list[list[Any]] = [
        ["KẾT QUẢ CÀI ĐẶT BLUEZONE ĐẾN NGÀY 20/8/2020"], [],
        ["1. Huyện Vị Thủy"], ["STT", "Tên xã", "Dân số", "Số người cài"],
        *[[n, name, people, count] for n, (name, people, count) in enumerate(a, 1)],
        ["", "Cộng", sum(x[1] for x in a), sum(x[2] for x in a)], [],
        ["2. Huyện Long Mỹ"], ["STT", "Tên xã", "Dân số", "Số người cài"],
        *[[n, name, people, count] for n, (name, people, count) in enumerate(b, 1)],
        ["", "Cộng", sum(x[1] for x in b), sum(x[2] for x in b)], [], ["", "Người lập"],
    ]  # fmt: skip
    truth = installs((commune(x[0]), x[2]) for x in a)
    truth |= installs([("63:31483", 800), ("63:31484", 500), ("63:31489", 650)])
    return Form("two blocks on a sheet", "xa.xlsx", book(("Sheet1", rows)), truth)


@form
def a_sheet_a_district() -> Form:
    a, b = COMMUNES[:6], [("Xã Thuận Hưng", 9000, 800), ("Xã Thuận Hòa", 8000, 500), ("Xã Xà Phiên", 7000, 650)]
    head = [["Kết quả cài đặt đến 17h ngày 20/8/2020"], ["TT", "Đơn vị", "Tổng số dân", "Đã cài Bluezone", "Tỷ lệ"]]
    data = book(
        ("Tổng hợp", [["Tổng hợp toàn tỉnh đến ngày 20/8/2020"], ["TT", "Đơn vị", "Tổng số dân", "Đã cài Bluezone"],
                      [1, "Vị Thủy", 90126, sum(x[2] for x in a)], [2, "Huyện Long Mỹ", 70000, 1950]]),
        ("Vị Thủy", [*head, *[[n, x[0], x[1], x[2], Percent(x[2] / x[1])] for n, x in enumerate(a, 1)]]),
        ("H Long Mỹ", [*head, *[[n, x[0], x[1], x[2], Percent(x[2] / x[1])] for n, x in enumerate(b, 1)]]),
    )  # fmt: skip
    truth = installs((commune(x[0]), x[2]) for x in a)
    truth |= installs([("63:31483", 800), ("63:31484", 500), ("63:31495", 650), ("63:936", 1950),
                       ("63:935", sum(x[2] for x in a))])  # fmt: skip
    return Form("a sheet a district", "tong hop.xlsx", data, truth)


@form
def the_letter_says_another_day() -> Form:
    rows = [*motto(5, place="Hậu Giang, ngày 21 tháng 8 năm 2020"),
            ["PHỤ LỤC: KẾT QUẢ CÀI ĐẶT"], ["(Kèm theo Báo cáo số 123/BC-UBND ngày 21/8/2020; số liệu tính đến ngày 20/8/2020)"],
            ["STT", "Đơn vị", "Số lượt cài đặt"], *[[n, d[1], d[3]] for n, d in enumerate(DISTRICTS, 1)]]  # fmt: skip
    return Form(
        "the letter says another day",
        "phu luc 21.8.xlsx",
        book(("Sheet1", rows)),
        installs((d[0], d[3]) for d in DISTRICTS),
    )


@form
def the_sheet_contradicts_the_title() -> Form:
    rows = [
        ["Kết quả đến ngày 19/8/2020"],
        ["STT", "Đơn vị", "Số lượt cài đặt"],
        *[[n, d[1], d[3]] for n, d in enumerate(DISTRICTS, 1)],
    ]
    return Form("the sheet contradicts the title", "bc.xlsx", book(("20-8", rows)), installs((d[0], d[3]) for d in DISTRICTS),
                answers={"date": DAY}, asks="date")  # fmt: skip


@form
def a_period() -> Form:
    rows = [["KẾT QUẢ CÀI ĐẶT BLUEZONE"], ["(Từ ngày 14/8/2020 đến ngày 20/8/2020)"],
            ["STT", "Đơn vị", "Số lượt cài đặt"], *[[n, d[1], 500 + n] for n, d in enumerate(DISTRICTS, 1)]]  # fmt: skip
    truth = {(d[0], DAY, "increase"): 500 + n for n, d in enumerate(DISTRICTS, 1)}
    return Form("a period", "tuan.xlsx", book(("Sheet1", rows)), truth, answers={"flow": "increase"}, asks="flow")


@form
def text_numbers_mixed() -> Form:
    rows = [["Đến ngày 20/8/2020"], ["STT", "Đơn vị", "Dân số", "Số người cài đặt", "Tỷ lệ % dân số"],
            *[[str(n), d[1], vn(d[2]) if n % 2 else f"{d[2]:,}", vn(d[3]) if n % 3 else d[3],
               f"{pct(d[3], d[2]):.2f}".replace(".", ",") + ("%" if n % 2 else "")] for n, d in enumerate(DISTRICTS, 1)]]  # fmt: skip
    truth = installs((d[0], d[3]) for d in DISTRICTS) | {
        (d[0], DAY, "percent_population"): pct(d[3], d[2]) for d in DISTRICTS
    }
    return Form("text numbers mixed", "m.xlsx", book(("Sheet1", rows)), truth)


@form
def thousands_as_fractions() -> Form:
    """A program with English settings made 9.876 of `9.876`."""
    rows = [
        ["Đến ngày 20/8/2020"],
        ["STT", "Đơn vị", "Số người cài đặt"],
        *[[n, d[1], d[3] / 1000] for n, d in enumerate(DISTRICTS, 1)],
    ]
    return Form("thousands as fractions", "m.xlsx", book(("Sheet1", rows)), installs((d[0], d[3]) for d in DISTRICTS),
                answers={"thousands:C": "yes"}, asks="thousands:C")  # fmt: skip


@form
def unit_of_measure_in_thousands() -> Form:
    rows = [["Đến ngày 20/8/2020"], ["ĐVT: nghìn người"], ["STT", "Đơn vị", "Dân số", "Số người cài đặt"],
            *[[n, d[1], d[2] / 1000, d[3] / 1000] for n, d in enumerate(DISTRICTS, 1)]]  # fmt: skip
    return Form(
        "unit of measure in thousands", "m.xlsx", book(("Sheet1", rows)), installs((d[0], d[3]) for d in DISTRICTS)
    )


@form
def district_column_merged() -> Form:
    rows: list[list[Any]] = [
        ["BIỂU SỐ 2 - Tính đến hết ngày 20/8/2020"],
        ["TT", "Huyện", "Xã/Phường/TT", "Số lượt tải", "Số tài khoản có SĐT"],
    ]
    data = [("Vị Thủy", COMMUNES[0][0], 1200), ("", COMMUNES[1][0], 655), ("", "Vị Thủy", 701),
            ("Châu Thành", "TT Ngã Sáu", 800), ("", "Xã Phú Hữu", 300)]  # fmt: skip
    rows += [[n, huyen, xa, count, count - 10] for n, (huyen, xa, count) in enumerate(data, 1)]
    truth = installs([(commune(COMMUNES[0][0]), 1200), (commune(COMMUNES[1][0]), 655), (commune("Xã Vị Thủy"), 701),
                      ("63:31366", 800), ("63:31378", 300)])  # fmt: skip
    truth |= {(key[0], DAY, "with_phone"): value - 10 for key, value in truth.items()}
    return Form("district column merged", "xa.xlsx", book(("Sheet1", rows, ["B3:B5", "B6:B7"])), truth)


@form
def rows_of_days() -> Form:
    rows: list[list[Any]] = [["Huyện Vị Thủy - theo dõi lũy kế"], ["Ngày", "Đơn vị", "Số lượt cài đặt"]]
    truth: dict[tuple[str, ...], float] = {}
    for at, day in enumerate(["18/8/2020", "19/8/2020", dt.date(2020, 8, 20)]):
        for name, _, count in COMMUNES[:4]:
            rows.append([day, name, count + at * 10])
            truth[commune(name), f"2020-08-{18 + at}", "installs"] = count + at * 10
    return Form("rows of days", "theo doi.xlsx", book(("Sheet1", rows)), truth)


@form
def one_unit_in_rows_of_days() -> Form:
    rows: list[list[Any]] = [["UBND XÃ VỊ BÌNH, HUYỆN VỊ THỦY"], ["Ngày", "Số người cài mới", "Lũy kế"]]
    for at in range(4):
        rows.append([dt.date(2020, 8, 17 + at), 20, 300 + 20 * at])
    truth = {(commune("Xã Vị Bình"), f"2020-08-{17 + at}", "installs"): 300.0 + 20 * at for at in range(4)}
    return Form("one unit in rows of days", "vi binh.xlsx", book(("Sheet1", rows)), truth)


@form
def indicators_in_rows() -> Form:
    rows: list[list[Any]] = [
        ["ỦY BAN NHÂN DÂN", None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"], ["XÃ VỊ BÌNH", None, None, "Độc lập - Tự do - Hạnh phúc"],
        ["BÁO CÁO KẾT QUẢ CÀI ĐẶT BLUEZONE"], ["(Số liệu đến ngày 20/8/2020)"],
        ["STT", "Nội dung", "ĐVT", "Số lượng", "Ghi chú"],
        [1, "Dân số", "người", 7324], [2, "Số người có điện thoại thông minh", "người", 4100],
        [3, "Số người đã cài đặt Bluezone", "người", 378], [4, "Tỷ lệ cài đặt/dân số", "%", 5.16],
    ]  # fmt: skip
    code = commune("Xã Vị Bình")
    truth = {(code, DAY, "installs"): 378.0, (code, DAY, "population"): 7324, (code, DAY, "smartphones"): 4100}
    return Form("indicators in rows", "vi binh.xlsx", book(("Sheet1", rows)), truth)


@form
def units_across() -> Form:
    rows: list[list[Any]] = [["LŨY KẾ CÀI ĐẶT BLUEZONE THEO NGÀY"], ["Ngày", *[d[1] for d in DISTRICTS], "Tổng"]]
    truth: dict[tuple[str, ...], float] = {}
    for at in range(3):
        rows.append([f"{18 + at}/8/2020", *[d[3] + 50 * at for d in DISTRICTS], sum(d[3] + 50 * at for d in DISTRICTS)])
        truth |= installs(((d[0], d[3] + 50 * at) for d in DISTRICTS), f"2020-08-{18 + at}")
    return Form("units across", "ngang.xlsx", book(("Sheet1", rows)), truth)


@form
def ministry_of_63() -> Form:
    from bluezone.geography import catalogue
    from bluezone.geography.units import Level

    provinces = catalogue.provinces().of_level(Level.PROVINCE, dt.date(2020, 8, 20))
    rows: list[list[Any]] = [
        ["BỘ THÔNG TIN VÀ TRUYỀN THÔNG"], ["BẢNG TỔNG HỢP SỐ LƯỢNG CÀI ĐẶT ỨNG DỤNG BLUEZONE TẠI CÁC ĐỊA PHƯƠNG"],
        ["(Tính đến 11h00 ngày 20/08/2020)"],
        ["TT", "Tỉnh/Thành phố", "Bluezoner", "Tỷ lệ", None, "Thứ hạng"], [None, None, None, "% dân số", "% smartphone"],
    ]  # fmt: skip
    truth: dict[tuple[str, ...], float] = {}
    for n, unit in enumerate(provinces, 1):
        count = 10000 + 731 * n
        rows.append([n, unit.name, count, round(2 + n / 7, 2), round(3 + n / 5, 2), 64 - n])
        truth |= {(str(unit.code), DAY, "installs"): count, (str(unit.code), DAY, "percent_population"): round(2 + n / 7, 2),
                  (str(unit.code), DAY, "percent_smartphones"): round(3 + n / 5, 2), (str(unit.code), DAY, "rank"): 64 - n}  # fmt: skip
    rows.append([None, "Cả nước", sum(10000 + 731 * n for n in range(1, 64))])
    return Form(
        "ministry of 63",
        "bo.xlsx",
        book(("Sheet1", rows, ["A4:A5", "B4:B5", "C4:C5", "D4:E4", "F4:F5"])),
        truth,
        within=None,
    )


@form
def signatures_with_numbers() -> Form:
    rows = [["Kết quả đến ngày 20/8/2020"], ["STT", "Đơn vị", "Số lượt cài đặt", "Ghi chú"],
            *[[n, d[1], d[3], "cao" if n == 1 else None] for n, d in enumerate(DISTRICTS, 1)],
            ["", "Tổng cộng: 8 đơn vị", sum(d[3] for d in DISTRICTS)],
            [], ["Ghi chú: Toàn tỉnh có 733.017 người"], ["Nơi nhận:", None, "KT. CHỦ TỊCH"], ["- Sở TT&TT;", None, "PHÓ CHỦ TỊCH"],
            ["- Lưu: VT, 03 bản", None, "Nguyễn Văn B"], ["ĐT: 0293 3878 999"]]  # fmt: skip
    return Form("signatures with numbers", "a.xlsx", book(("Sheet1", rows)), installs((d[0], d[3]) for d in DISTRICTS))


@form
def codes_without_names() -> Form:
    rows = [["ma_huyen", "ngay", "so_luot_cai_dat"], *[[int(d[0][3:]), "20/08/2020", d[3]] for d in DISTRICTS]]
    return Form("codes without names", "a.xlsx", book(("Sheet1", rows)), installs((d[0], d[3]) for d in DISTRICTS))


@form
def renamed_since() -> Form:
    rows = [["Số liệu đến ngày 20/8/2020"], ["STT", "Đơn vị", "Số lượt cài đặt"],
            *[[n, "TX. Ngã Bảy" if d[0] == "63:931" else d[1], d[3]] for n, d in enumerate(DISTRICTS, 1)]]  # fmt: skip
    return Form(
        "renamed since",
        "a.xlsx",
        book(("Sheet1", rows)),
        installs((d[0], d[3]) for d in DISTRICTS),
        says_not=("renamed",),
    )


@form
def another_province() -> Form:
    rows = [["Số liệu đến ngày 20/8/2020"], ["STT", "Đơn vị", "Số lượt cài đặt"], [1, "Huyện Vĩnh Thạnh", 500], [2, "Huyện Cờ Đỏ", 600],
            [3, "Huyện Phong Điền", 700], [4, "Quận Ninh Kiều", 900]]  # fmt: skip
    return Form("another province", "a.xlsx", book(("Sheet1", rows)), refused="of another place")


@form
def unknown_name() -> Form:
    rows = [
        ["Số liệu đến ngày 20/8/2020"],
        ["STT", "Xã", "Số lượt cài đặt"],
        *[[n, "Xã Vĩnh Tườn" if n == 7 else c[0], c[2]] for n, c in enumerate(COMMUNES, 1)],
    ]
    return Form("unknown name", "a.xlsx", book(("Huyện Vị Thủy", rows)), installs((commune(c[0]), c[2]) for c in COMMUNES),
                answers={"unit:Xã Vĩnh Tườn": commune("Xã Vĩnh Tường")}, asks="unit:Xã Vĩnh Tườn")  # fmt: skip


@form
def schools_of_a_district() -> Form:
    schools = [
        ("Trường TH Vị Thủy 1", 25, 25, 500, 120, 480, 300),
        ("Trường THCS Vị Thanh", 40, 39, 700, 510, 650, 420),
    ]
    rows: list[list[Any]] = [
        ["PHÒNG GIÁO DỤC VÀ ĐÀO TẠO HUYỆN VỊ THỦY"], ["THỐNG KÊ CÀI ĐẶT BLUEZONE TRONG CÁC TRƯỜNG HỌC"], ["Cập nhật đến 20/8/2020"],
        ["TT", "Tên trường", "CB, GV, NV", None, "Học sinh", None, "Phụ huynh học sinh", None, "Tổng cộng số người cài đặt"],
        [None, None, "Tổng số", "Đã cài đặt", "Tổng số", "Đã cài đặt", "Tổng số", "Đã cài đặt"],
    ]  # fmt: skip
    rows += [[n, *each, each[2] + each[4] + each[6]] for n, each in enumerate(schools, 1)]
    truth: dict[tuple[str, ...], float] = {}
    for name, staff, staff_done, pupils, pupils_done, parents, parents_done in schools:
        truth |= {(name, DAY, "installs", "staff"): staff_done, (name, DAY, "headcount", "staff"): staff,
                  (name, DAY, "installs", "pupils"): pupils_done, (name, DAY, "headcount", "pupils"): pupils,
                  (name, DAY, "installs", "parents"): parents_done, (name, DAY, "headcount", "parents"): parents,
                  (name, DAY, "installs"): staff_done + pupils_done + parents_done}  # fmt: skip
    merged = ["A4:A5", "B4:B5", "C4:D4", "E4:F4", "G4:H4", "I4:I5"]
    return Form("schools of a district", "truong.xlsx", book(("Sheet1", rows, merged)), truth)


@form
def hamlets_of_a_commune() -> Form:
    hamlets = [("Ấp 1", 310, 1200, 88), ("Ấp 2", 280, 1100, 70), ("Ấp 3", 295, 1150, 91)]
    rows: list[list[Any]] = [["UBND XÃ VỊ BÌNH"], ["KẾT QUẢ VẬN ĐỘNG NHÂN DÂN CÀI ĐẶT BLUEZONE ĐẾN NGÀY 20/8/2020"],
                             ["STT", "Ấp", "Số hộ", "Nhân khẩu", "Số người cài đặt"]]  # fmt: skip
    rows += [[n, *each] for n, each in enumerate(hamlets, 1)] + [
        ["Cộng", None, *[sum(h[at] for h in hamlets) for at in (1, 2, 3)]]
    ]
    truth = {(h[0], DAY, "installs"): float(h[3]) for h in hamlets} | {
        (h[0], DAY, "population"): float(h[2]) for h in hamlets
    }
    return Form("hamlets of a commune", "ap.xlsx", book(("Sheet1", rows)), truth)


@form
def offices_and_communes() -> Form:
    rows: list[list[Any]] = [["HUYỆN VỊ THỦY: KẾT QUẢ CÀI ĐẶT BLUEZONE ĐẾN NGÀY 20/8/2020"], ["STT", "Đơn vị", "Tổng số người", "Số người đã cài đặt"],
                             ["I", "Khối cơ quan"], [1, "Văn phòng HĐND và UBND", 30, 30], [2, "Công an huyện", 90, 88],
                             ["II", "Khối xã, thị trấn"], *[[n, c[0], c[1], c[2]] for n, c in enumerate(COMMUNES, 1)]]  # fmt: skip
    truth = installs((commune(c[0]), c[2]) for c in COMMUNES)
    truth |= {("Văn phòng HĐND và UBND", DAY, "installs", "staff"): 30, ("Công an huyện", DAY, "installs", "staff"): 88}
    return Form("offices and communes", "a.xlsx", book(("Sheet1", rows)), truth)


@form
def two_days_compared() -> Form:
    rows: list[list[Any]] = [["SO SÁNH KẾT QUẢ CÀI ĐẶT BLUEZONE"], ["STT", "Đơn vị", "Số lượt cài đặt", None, "Tăng/giảm", "Tỷ lệ tăng (%)"],
                             [None, None, "Đến ngày 13/8/2020", "Đến ngày 20/8/2020"]]  # fmt: skip
    rows += [[n, d[1], d[3] - 900, d[3], 900, pct(900, d[3] - 900)] for n, d in enumerate(DISTRICTS, 1)]
    truth = installs((d[0], d[3]) for d in DISTRICTS) | installs(((d[0], d[3] - 900) for d in DISTRICTS), "2020-08-13")
    return Form("two days compared", "a.xlsx", book(("Sheet1", rows, ["A2:A3", "B2:B3", "C2:D2", "E2:E3", "F2:F3"])), truth,
                answers={"date": DAY})  # fmt: skip


@form
def days_with_count_and_share() -> Form:
    rows: list[list[Any]] = [["Tổng hợp lũy kế cài đặt Bluezone"], ["STT", "Đơn vị", "Dân số", "Ngày 19/8/2020", None, "Ngày 20/8/2020", None],
                             [None, None, None, "Số lượng", "Tỷ lệ (%)", "Số lượng", "Tỷ lệ (%)"]]  # fmt: skip
    rows += [
        [n, d[1], d[2], d[3] - 70, pct(d[3] - 70, d[2]), d[3], pct(d[3], d[2])] for n, d in enumerate(DISTRICTS, 1)
    ]
    truth = installs((d[0], d[3]) for d in DISTRICTS) | installs(((d[0], d[3] - 70) for d in DISTRICTS), "2020-08-19")
    truth |= {(d[0], DAY, "percent_population"): pct(d[3], d[2]) for d in DISTRICTS}
    return Form(
        "days with count and share",
        "a.xlsx",
        book(("Sheet1", rows, ["A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:G2"])),
        truth,
    )


@form
def empty_and_dashes() -> Form:
    rows = [["Số liệu đến ngày 20/8/2020"], ["STT", "Đơn vị", "Số lượt cài đặt"],
            *[[n, d[1], "-" if n == 3 else "chưa báo cáo" if n == 5 else d[3]] for n, d in enumerate(DISTRICTS, 1)]]  # fmt: skip
    kept = [d for n, d in enumerate(DISTRICTS, 1) if n not in {3, 5}]
    return Form(
        "empty and dashes", "a.xlsx", book(("Sheet1", rows)), installs((d[0], d[3]) for d in kept), says=("no-figures",)
    )


@form
def page_break_repeats_the_header() -> Form:
    head = ["STT", "Đơn vị", "Số lượt cài đặt"]
    rows = [["Số liệu đến ngày 20/8/2020"], head, *[[n, d[1], d[3]] for n, d in enumerate(DISTRICTS[:4], 1)], head,
            *[[n, d[1], d[3]] for n, d in enumerate(DISTRICTS[4:], 5)]]  # fmt: skip
    return Form(
        "page break repeats the header", "a.xlsx", book(("Sheet1", rows)), installs((d[0], d[3]) for d in DISTRICTS)
    )


@form
def population_list() -> Form:
    rows = [["DÂN SỐ CÁC XÃ, THỊ TRẤN HUYỆN VỊ THỦY"], ["Thời điểm 01/4/2020"], ["STT", "Xã", "Dân số"],
            *[[n, c[0], c[1]] for n, c in enumerate(COMMUNES, 1)], ["", "Tổng", sum(c[1] for c in COMMUNES)]]  # fmt: skip
    return Form(
        "population list",
        "ds.xlsx",
        book(("Sheet1", rows)),
        {(commune(c[0]), "2020-04-01", "population"): float(c[1]) for c in COMMUNES},
    )


@form
def fractions_without_format() -> Form:
    rows = [["Đến ngày 20/8/2020"], ["STT", "Đơn vị", "Dân số", "Số người cài đặt", "Tỷ lệ/dân số"],
            *[[n, d[1], d[2], d[3], round(d[3] / d[2], 4)] for n, d in enumerate(DISTRICTS, 1)]]  # fmt: skip
    truth = {(d[0], DAY, "percent_population"): round(d[3] / d[2] * 100, 2) for d in DISTRICTS}
    return Form(
        "fractions without format", "a.xlsx", book(("Sheet1", rows)), truth | installs((d[0], d[3]) for d in DISTRICTS)
    )


@form
def signature_totals_in_words() -> Form:
    rows = [*motto(5), ["THỐNG KÊ CÀI ĐẶT BLUEZONE ĐẾN 20/8/2020"], ["STT", "ĐƠN VỊ", "SỐ NGƯỜI CÀI ĐẶT", "SỐ ĐTTM", "TỶ LỆ %"],
            *[[n, d[1], d[3], d[2] // 2, pct(d[3], d[2] // 2)] for n, d in enumerate(DISTRICTS, 1)],
            ["TỔNG CỘNG TOÀN TỈNH", None, sum(d[3] for d in DISTRICTS), sum(d[2] // 2 for d in DISTRICTS)],
            ["(Bằng chữ: sáu mươi mốt nghìn)"], *signature(5)]  # fmt: skip
    truth = {(d[0], DAY, "percent_smartphones"): pct(d[3], d[2] // 2) for d in DISTRICTS} | installs(
        (d[0], d[3]) for d in DISTRICTS
    )
    return Form("signature totals in words", "a.xlsx", book(("Sheet1", rows, ["A15:B15"])), truth)
