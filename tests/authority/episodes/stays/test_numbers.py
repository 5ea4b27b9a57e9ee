"""Numbers of beds and houses as people write them; names and telephone numbers have no room in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.authority.episodes.stays.roster_rules import IsolationError, read_hamlet, read_number, read_numbers


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("A12", "A12"), ("a 12", "A12"), ("A-12", "A12"), ("12", "12"), ("P3G2", "P3G2"), ("P3-G2", "P3G2"),
        ("1-12", "1-12"), ("1.12", "1-12"), ("2/014", "2-014"), (" b05 ", "B05"), ("A1-203", "A1-203"), ("KV5", "KV5"),
        ("12A", "12A"), ("12345", "12345"),
    ],
)  # fmt: skip
def test_a_number_is_read_as_it_is_written_on_beds(written, text):
    assert read_number(written).text == text


@pytest.mark.parametrize(("one", "other"), [("A5", "a-05"), ("P3G2", "p3 g02"), ("7", "007"), ("1-12", "01/12")])
def test_two_ways_of_writing_one_bed_are_one_bed(one, other):
    assert read_number(one).key == read_number(other).key


@pytest.mark.parametrize(("one", "other"), [("1-12", "11-2"), ("1-12", "112"), ("A1", "A11"), ("A1", "1A")])
def test_two_beds_are_two(one, other):
    assert read_number(one).key != read_number(other).key


def test_beds_sort_by_number():
    beds = ["A10", "A9", "B1", "A2-10", "A2-9", "A1"]
    assert sorted(beds, key=lambda text: read_number(text).key) == ["A1", "A2-9", "A2-10", "A9", "A10", "B1"]


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("", "missing"), ("   ", "missing"),
        ("Nguyễn Văn An", "could be a name"), ("An", "could be a name"), ("Lan 2", "could be a name"),
        ("HUNG12", "could be a name"), ("A", "could be a name"), ("chị Ba", "could be a name"),
        ("giường 12", "could be a name"),
        ("0912345678", "telephone"), ("0912 345 678", "telephone"), ("+84 912 345 678", "telephone"),
        ("878123", "telephone"), ("091-234-5", "telephone"), ("A0912345678", "telephone"),
        ("An 0912345678", "telephone"),
        ("A12345B67X", "telephone"), ("AB12CD34E", "at most 8"), ("Đ5", "no number"), ("A12!", "no number"),
        ("A12<b>", "no number"), ("١٢", "could be a name"),
    ],
)  # fmt: skip
def test_a_name_or_a_telephone_number_is_refused_with_a_sentence(written, why):
    with pytest.raises(IsolationError, match=why) as caught:
        read_number(written)
    assert caught.value.field == "number"


@given(st.text(max_size=40))
def test_whatever_is_typed_gives_a_short_number_or_a_sentence(text):
    try:
        number = read_number(text)
    except IsolationError:
        return
    bare = number.text.replace("-", "")
    assert 1 <= len(bare) <= 8
    assert bare.isascii()
    assert bare.isalnum()
    assert any(letter.isdigit() for letter in bare)
    assert read_number(number.text) == number


def test_several_beds_and_rows_of_beds():
    assert [each.text for each in read_numbers("A1, a2;A2\nA7")] == ["A1", "A2", "A7"]
    assert [each.text for each in read_numbers("A8", "A11")] == ["A8", "A9", "A10", "A11"]
    assert [each.text for each in read_numbers("B08", "B11")] == ["B08", "B09", "B10", "B11"]
    assert [each.text for each in read_numbers("2-1", "2-2")] == ["2-1", "2-2"]


@pytest.mark.parametrize(("first", "last"), [("A1", "B9"), ("A9", "A1"), ("A1", "A1B"), ("1", "301"), ("A1", "A1-5")])
def test_a_row_that_cannot_be_counted_is_refused(first, last):
    with pytest.raises(IsolationError, match="cannot be counted") as caught:
        read_numbers(first, last)
    assert caught.value.field == "up_to"


def test_more_beds_than_anybody_types_are_refused():
    with pytest.raises(IsolationError, match="300"):
        read_numbers(",".join(str(number) for number in range(301)))


@pytest.mark.parametrize(
    ("written", "hamlet"),
    [
        ("3", "3"), ("Ấp 3", "3"), ("ấp 03", "3"), ("Khu vực 5A", "5A"), ("KV 4", "4"), ("khu phố B", "B"),
        ("ap my phu", "Ấp Mỹ Phú"), ("Ấp Mỹ Phú", "Ấp Mỹ Phú"),
    ],
)  # fmt: skip
def test_a_hamlet_is_registered_or_a_number(written, hamlet):
    assert read_hamlet(written, ["Ấp Mỹ Phú", "Ấp Mỹ Thạnh"]) == hamlet


@pytest.mark.parametrize("written", ["", "Ấp", "Nguyễn Văn An", "Ấp Mỹ", "0912345678", "3 An", "12345"])
def test_any_other_hamlet_could_be_a_name(written):
    with pytest.raises(IsolationError, match="hamlet"):
        read_hamlet(written, ["Ấp Mỹ Phú"])
