"""Letters of VNI fonts are read as the ones they show."""

from __future__ import annotations

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import read_rows, taken

from bluezone.rollout.reading.encodings import from_font, from_vni


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Xaõ Thuaän Höng", "Xã Thuận Hưng"),
        ("Soá ngöôøi ñaõ caøi", "Số người đã cài"),
        ("THAØNH PHOÁ VÒ THANH", "THÀNH PHỐ VỊ THANH"),
        ("Thò traán Vónh Vieãn", "Thị trấn Vĩnh Viễn"),
        ("ÑÔN VÒ", "ĐƠN VỊ"),
        ("TÆ LEÄ", "TỈ LỆ"),
        ("Baéc Kaïn, Ñaék Laék, Ñaêk Noâng", "Bắc Kạn, Đắk Lắk, Đăk Nông"),
        ("löôït caøi ñaët ñeán ngaøy", "lượt cài đặt đến ngày"),
        ("Luõy keá, Yeân Myõ, Quyø, kyø", "Lũy kế, Yên Mỹ, Quỳ, kỳ"),
        ("Myî", "Myỵ"),
    ],
)
def test_a_tone_behind_a_vowel_is_the_vowels(written: str, shown: str) -> None:
    assert from_vni(written) == shown


@pytest.mark.parametrize(
    "text", ["Thành phố Vị Thanh", "Đơn vị tính: người", "THÀNH PHỐ", "Café, Cao Bá Quát", "Bluezone"]
)
def test_true_letters_stay(text: str) -> None:
    assert from_font(text) == text


HEADS = ["Teân xaõ, thò traán", "Daân soá", "Soá ngöôøi ñaõ caøi"]
ROWS = [["Xaõ Thuaän Höng", 9000, 812], ["Xaõ Löông Taâm", 11000, 1204], ["Xaõ Xaø Phieân", 12000, 990]]
TITLE = "KEÁT QUAÛ CAØI ÑAËT BLUEZONE ÑEÁN NGAØY 20/8/2020"


def test_a_workbook_of_a_vni_font_is_read() -> None:
    reading = read_rows(book(("Sheet1", [[TITLE], HEADS, *ROWS])), within="63:936")
    assert taken(reading) == {("population", "", "2020-08-20"), ("installs", "", "2020-08-20")}
    assert {str(figure.unit.code) for figure in reading.figures if figure.unit} == {"63:31483", "63:31492", "63:31495"}


def test_a_text_file_of_a_vni_font_is_read() -> None:
    lines = [TITLE, ",".join(['"' + head + '"' for head in HEADS]), *(",".join(map(str, row)) for row in ROWS)]
    reading = read_rows("\r\n".join(lines).encode("latin-1"), within="63:936", name="bieu.csv")
    assert {figure.value for figure in reading.figures if figure.kind == "installs"} == {812, 1204, 990}
