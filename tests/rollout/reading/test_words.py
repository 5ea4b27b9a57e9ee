"""Headers, days, numbers and rows of totals as offices write them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from bluezone.geography import catalogue
from bluezone.geography.units import Level
from bluezone.rollout.reading.abbreviations import fits
from bluezone.rollout.reading.amounts import read_counts, read_shares
from bluezone.rollout.reading.cells import Cell
from bluezone.rollout.reading.certainty import guess_surely
from bluezone.rollout.reading.days import Said, days_in, is_range, resolve
from bluezone.rollout.reading.headers import guess
from bluezone.rollout.reading.titles import measure_of
from bluezone.rollout.reading.vocabulary import is_total


@pytest.mark.parametrize(
    ("header", "kind", "of"),
    [
        ("TỶ LỆ/ĐTTM", "percent_smartphones", ""),
        ("Tỷ lệ/thuê bao (%)", "percent_other", ""),
        ("Tỷ lệ/thuê bao 3G, 4G (%)", "percent_other", ""),
        ("TL/TB 3G, 4G (%)", "percent_other", ""),
        ("Tỷ lệ/số máy 4G", "percent_other", ""),
        ("Tỷ lệ/thuê bao smartphone (%)", "percent_smartphones", ""),
        ("Tỷ lệ không kích hoạt (%)", "percent_other", ""),
        ("Số người đã cài nhưng không bật Bluetooth", "unknown", ""),
        ("Không kích hoạt", "unknown", ""),
        ("Không bật Bluetooth thường xuyên", "unknown", ""),
        ("Khách không được hướng dẫn", "unknown", ""),
        ("Khách không đồng ý", "refused", "guests"),
        ("Số máy thường xuyên bật Bluetooth", "active", ""),
        ("Số CB, HS đã cài", "installs", "CB, HS"),
        ("Tổng số CB, GV, HS", "headcount", "CB, GV, HS"),
        ("Số CB, GV, NV đã cài", "installs", "staff"),
        ("CBCC và người thân|Đã cài", "installs", "CBCC và người thân"),
        ("Số phụ huynh học sinh đã cài", "installs", "parents"),
        ("Số hộ KD/nhân viên đã cài", "installs", "Hộ KD/nhân viên"),
        ("Số người vận động được cài", "unknown", ""),
        ("Số hội viên vận động người khác cài", "unknown", ""),
        ("Tăng so với tuần trước|Số thiết bị", "increase", ""),
        ("Tỷ lệ % dân số", "percent_population", ""),
        ("Tỷ lệ ĐTTM/dân số", "percent_ownership", ""),
        ("Tỷ lệ (%)", "percent", ""),
        ("Ứng dụng NCOVI|Tỷ lệ/dân số", "percent_other", ""),
        ("% so với chỉ tiêu", "percent_target", ""),
        ("Chỉ tiêu 30% dân số", "target", ""),
        ("Số lượt cài đặt|Trong ngày", "increase", ""),
        ("Số lượt cài đặt|Lũy kế", "installs", ""),
        ("Tăng so với ngày 19/8", "increase", ""),
        ("Số người cài đặt|Kỳ trước", "unknown", ""),
        ("Số người có ĐTTM chưa cài", "missing", ""),
        ("Số ĐTTM đã cài Bluezone", "installs", ""),
        ("Số hộ đã cài", "unknown", ""),
        ("Số tờ rơi", "unknown", ""),
        ("Học sinh|Sĩ số", "headcount", "pupils"),
        ("Phụ huynh|Đã cài", "installs", "parents"),
        ("Số lượt khách được giới thiệu", "asked", "guests"),
        ("Số khách cài NCOVI", "ncovi", "guests"),
        ("Số người được hướng dẫn cài đặt", "helped", ""),
        ("Số người được hướng dẫn", "asked", ""),
        ("Số đoàn viên tham gia hướng dẫn cài đặt", "unknown", ""),
        ("Số người dân được đoàn viên hướng dẫn cài đặt", "helped", "residents"),
        ("Số khách hàng được nhân viên giới thiệu", "asked", "guests"),
        ("Cán bộ tuyên truyền cho học sinh", "asked", "pupils"),
        ("Khách lưu trú|Đã có sẵn", "had", "guests"),
        ("Số khách đã cài từ trước", "had", "guests"),
        ("Số người đã cài giúp", "helped", ""),
        ("Hộ có ĐTTM", "unknown", ""),
        ("Người dân được ĐVTN hỗ trợ cài thành công", "helped", "residents"),
        ("Kết quả cài đặt|Đã có đến ngày 19/8", "installs", ""),
        ("Khách|Phản ánh lỗi", "unknown", "guests"),
        ("Số lái xe, phụ xe", "headcount", "drivers"),
        ("Người đang cách ly", "headcount", "quarantined"),
        ("Số tiểu thương đã cài", "installs", "traders"),
        ("Đầu mối", "contact", ""),
        ("Dau moi lien he", "contact", ""),
        ("Số mới", "increase", ""),
        ("SĐT hiệu trưởng", "contact", ""),
        ("Tài khoản Zalo", "contact", ""),
        ("Số người được tuyên truyền qua Zalo", "asked", ""),
        ("Số tài khoản có SĐT", "with_phone", ""),
        ("Số điện thoại", "contact", ""),
        ("Huyện, thị xã, thành phố", "district", ""),
        ("Trong đó: người dân", "unknown", ""),
        ("Số người cài đặt|Người dân", "unknown", ""),
        ("Số người cài đặt|Trong đó|Cán bộ", "unknown", ""),
        ("Trong đó|Có ĐTTM", "smartphones", ""),
    ],
)
def test_a_header_says_what_a_column_holds(header, kind, of):
    found = guess(header.split("|"))
    assert (found.kind, found.of) == (kind, of)


@pytest.mark.parametrize(
    ("header", "kind", "of", "doubt"),
    [
        ("Hành khách|Được thuyết phục cài", "asked", "guests", ""),
        ("Số công nhân đã được đôn đốc tải ứng dụng", "asked", "staff", ""),
        ("Số đoàn viên được giao nhiệm vụ cài", "asked", "members", ""),
        ("Số người bị yêu cầu cài đặt", "asked", "", ""),
        ("Số khách được bốc thăm cài", "unknown", "guests", "installs"),
        ("Số người do xổ số cài đặt", "unknown", "", "installs"),
        ("Số người dân được tổ Covid cộng đồng cài", "installs", "residents", ""),
        ("Số người cài đặt hỏng", "unknown", "", "installs"),
        ("Số người nhắc nhở đã cài", "unknown", "", "installs"),
        ("Tổng số thuê bao di động", "unknown", "", ""),
        ("Số thuê bao di động|Tổng số", "unknown", "", ""),
        ("Số thuê bao di động|Trong đó: TB 3G, 4G", "unknown", "", ""),
        ("Thuê bao 4G", "unknown", "", ""),
        ("Số lượt cai dac Blue zone", "installs", "", ""),
        ("Thuê bao dùng điện thoại thông minh", "smartphones", "", ""),
        ("Thuê bao đã cài Bluezone", "installs", "", ""),
        ("Số hộ đã vào nhà", "unknown", "", ""),
        ("Số hộ nghèo", "unknown", "", ""),
        ("Hộ dân được phát tờ rơi", "unknown", "", ""),
        ("Số hộ có người đã cài", "unknown", "", ""),
        ("Hộ gia đình|Đã cài", "unknown", "", ""),
        ("Tổng số hộ trên địa bàn", "households", "", ""),
        ("Hộ gia đình|Tổng số", "households", "", ""),
        ("Số cửa hàng đã cài", "unknown", "", ""),
        ("Xã viên đã cài", "installs", "members", ""),
        ("Số tín hữu đã cài đặt Bluezone", "installs", "Tín hữu", ""),
        ("Số LĐ đã cài", "installs", "staff", ""),
        ("Tổng cộng đã cài", "installs", "", ""),
        ("Số giảng viên", "headcount", "staff", ""),
        ("Số máy điện thoại đã cài đến 17h ngày 20/8", "installs", "", ""),
        ("Số người trong độ tuổi", "some", "", ""),
        ("Dân số từ 16 đến 60 tuổi", "some", "", ""),
        ("Học sinh có điện thoại", "some", "pupils", ""),
        ("Khách quốc tế", "some", "guests", ""),
        ("Số người từ 15 tuổi trở lên đã cài", "unknown", "", "installs"),
        ("Số người có ĐTTM đã cài", "installs", "", ""),
        ("Mật độ dân số", "unknown", "", ""),
        ("Số người phải cài đặt", "unknown", "", ""),
        ("Cài đặt không thành công", "unknown", "", ""),
        ("So với kế hoạch", "unknown", "", ""),
        ("% so với kế hoạch", "percent_target", "", ""),
        ("Thứ hạng tăng/giảm", "unknown", "", ""),
        ("Chỉ tiêu còn lại", "missing", "", ""),
        ("Tài khoản ngân hàng", "unknown", "", ""),
        ("Số máy tính", "unknown", "", ""),
        ("Số người chưa cài", "missing", "", ""),
        ("So nguoi chua cai", "missing", "", ""),
        ("So chua da cai", "unknown", "", "installs"),
        ("Số chùa đã cài", "unknown", "", ""),
        ("Chùa", "unit", "", ""),
        ("Số tầng", "unknown", "", ""),
        ("Cán bộ giám sát đã cài", "installs", "staff", ""),
        ("Hãng", "unknown", "", ""),
        ("Bố/mẹ cài", "installs", "parents", ""),
        ("Số người bệnh đã cài sau tư vấn", "increase", "patients", ""),
        ("Số người bệnh cài sau khi được tuyên truyền", "increase", "patients", ""),
        ("Số điện thoại đã cài đặt Bluezone", "installs", "", ""),
        ("Số điện thoại đã cài và khai báo SĐT", "with_phone", "", ""),
        ("Vợ/chồng, con đã cài", "installs", "families", ""),
        ("Số người đang cách ly đã cài Bluezone", "installs", "quarantined", ""),
        ("Người phải cách ly", "headcount", "quarantined", ""),
        ("Số nhân viên BQL chợ", "headcount", "staff", ""),
        ("Y bác sĩ đã cài", "installs", "staff", ""),
        ("Hội viên nông dân cài đặt", "installs", "members", ""),
        ("Số trẻ", "headcount", "pupils", ""),
        ("Tổng số cháu", "headcount", "pupils", ""),
        ("Khách check-in", "headcount", "guests", ""),
        ("Cha/mẹ học sinh đã cài", "installs", "parents", ""),
        ("HS có ĐT cảm ứng", "smartphones", "pupils", ""),
    ],
)
def test_a_header_is_taken_for_sure_only_where_its_words_are_known(header, kind, of, doubt):
    found = guess_surely(header.split("|"))
    assert (found.kind, found.of, found.doubt) == (kind, of, doubt)


@pytest.mark.parametrize(
    ("text", "said", "day"),
    [
        ("Kết quả đến ngày 20/8/2020", Said.AS_OF, "2020-08-20"),
        ("(tính đến 17 giờ 00 ngày 20/8)", Said.AS_OF, "2020-08-20"),
        ("KẾT QUẢ NGÀY 20 THÁNG 8 NĂM 2020", Said.TITLE, "2020-08-20"),
        ("(Kèm theo Báo cáo số 123/BC-UBND ngày 21/8/2020 của UBND tỉnh)", Said.LETTER, "2020-08-21"),
        ("Vị Thanh, ngày 21 tháng 8 năm 2020", Said.SIGNED, "2020-08-21"),
        ("Khách hàng cài Bluezone, ngày 20/8/2020", Said.TITLE, "2020-08-20"),
        ("Bluezone installs as of 20 August 2020", Said.AS_OF, "2020-08-20"),
        ("mục tiêu 30% dân số đến ngày 30/8/2020", Said.OTHER, "2020-08-30"),
        ("8/8 đơn vị có báo cáo", Said.LOOSE, "2020-08-08"),
        ("Từ ngày 14/8/2020 đến ngày 20/8/2020", Said.AS_OF, "2020-08-20"),
    ],
)
def test_a_text_names_a_day_and_of_what(text, said, day):
    (found,) = days_in(text)
    assert (found.said, resolve(found, {2020}, dt.date(2021, 6, 30))) == (said, [dt.date.fromisoformat(day)])


@pytest.mark.parametrize("text", ["Biểu số 1.2", "Tuần 3 tháng 8", "Mẫu 2.1", "12,5%", "tháng 8/2020", "272/TB-VPCP"])
def test_what_is_no_day_is_none(text):
    assert days_in(text) == []


def test_a_period_is_told_from_a_day():
    assert is_range("KẾT QUẢ CÀI ĐẶT TỪ 14/8 - 20/8/2020")
    assert is_range("(Từ 16 giờ ngày 19/8 đến 16 giờ ngày 20/8/2020)")
    assert not is_range("Kết quả đến ngày 20/8/2020")


@pytest.mark.parametrize("text", ["Cộng", "TỔNG CỘNG:", "Toàn tỉnh", "TONG", "Cộng huyện Vị Thủy", "Tổng (I+II)"])
def test_a_row_of_totals_is_known_by_its_name(text):
    assert is_total(text)


@pytest.mark.parametrize("text", ["Xã Tổng Cọt", "Huyện Cộng Hòa A", "Thị trấn Toàn Thắng", "Vị Thủy"])
def test_a_unit_is_no_total(text):
    assert not is_total(text)


def cells(*texts: str) -> dict[int, Cell]:
    return {number: Cell(text) for number, text in enumerate(texts)}


def test_numbers_are_read_in_both_styles_of_one_column():
    read = read_counts(cells("55.289", "1,234", "1 234", "1.234,0", "12 người", "-", "chưa báo cáo"))
    assert [int(amount.value) for amount in read.by_line.values()] == [55_289, 1_234, 1_234, 1_234, 12]
    assert read.bad == {6: "chưa báo cáo"}


def test_a_column_of_counts_with_decimals_cannot_tell_its_thousands():
    assert read_counts(cells("55.289", "7.5")).undecidable


def test_shares_have_decimals_and_may_be_parts_of_one():
    read = read_shares(cells("7,54%", "7.54", "12"))
    assert [amount.value for amount in read.by_line.values()] == [Decimal("7.54"), Decimal("7.54"), Decimal("12.0")]
    assert read_shares(cells("0,0754", "0,1")).fractions_open


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("TPVT", {"63:930"}),
        ("TP.VT", {"63:930"}),
        ("CT A", {"63:932"}),
        ("C.Thành", {"63:933"}),
        ("H.VT", {"63:935"}),
        ("VT", {"63:930", "63:935"}),
        ("L.Mỹ", {"63:936", "63:937"}),
        ("TXLM", {"63:937"}),
        ("K11", set()),
    ],
)
def test_initials_fit_the_units_of_a_place(text: str, codes: set[str]) -> None:
    province = catalogue.all_units().of_level(Level.DISTRICT, dt.date(2020, 8, 20))
    units = [unit for unit in province if str(unit.parent) == "63:93"]
    assert {str(unit.code) for unit in units if fits(text, unit)} == codes


@pytest.mark.parametrize(
    ("title", "kind", "of", "asked"),
    [
        ("TỶ LỆ HOÀN THÀNH CHỈ TIÊU CÀI ĐẶT BLUEZONE", "percent_target", "", False),
        ("% dân số cài Bluezone", "percent_population", "", False),
        ("Bluezone (ĐVT: %)", "percent", "", False),
        ("PHÂN BỔ CHỈ TIÊU BLUEZONE", "target", "", False),
        ("KẾ HOẠCH GIAO CHỈ TIÊU CÀI BLUEZONE", "target", "", True),
        ("DANH SÁCH CÁC HUYỆN CHƯA ĐẠT CHỈ TIÊU CÀI BLUEZONE", "missing", "", True),
        ("SỐ HỌC SINH CÀI BLUEZONE", "installs", "pupils", False),
        ("Báo cáo kết quả cài Bluezone của cán bộ, công chức", "installs", "staff", False),
        ("Số hộ có người cài Bluezone", "unknown", "", False),
        ("SỐ NGƯỜI ĐÃ GỠ BLUEZONE", "unknown", "", True),
        ("Ứng dụng Bluezone và NCOVI", "ncovi", "", True),
        ("KẾT QUẢ CÀI NCOVI", "ncovi", "", False),
        ("SỐ NGƯỜI TỪ CHỐI CÀI BLUEZONE", "refused", "", False),
        ("SỐ NGƯỜI ĐƯỢC TUYÊN TRUYỀN VỀ BLUEZONE", "asked", "", False),
    ],
)
def test_a_title_says_what_stands_below_days(title: str, kind: str, of: str, asked: bool) -> None:
    found = measure_of([title])
    assert found is not None
    assert (found.guess.kind, found.guess.of, found.open) == (kind, of, asked)


@pytest.mark.parametrize(
    "title",
    [
        "KẾT QUẢ CÀI ĐẶT BLUEZONE CÁC HUYỆN",
        "Hội phụ nữ huyện - kết quả cài Bluezone",
        "Kế hoạch triển khai cài đặt Bluezone",
        "KẾT QUẢ VẬN ĐỘNG NGƯỜI DÂN CÀI ĐẶT BLUEZONE",
        "SỐ NGƯỜI CÀI MỚI BLUEZONE TỪNG NGÀY",
        "UBND TỈNH HẬU GIANG",
    ],
)
def test_a_title_of_installations_changes_nothing(title: str) -> None:
    assert measure_of([title]) is None
