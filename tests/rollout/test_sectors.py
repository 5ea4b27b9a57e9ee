"""Poster codes and sectors."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.geography.names import plain_key
from bluezone.i18n import Language
from bluezone.rollout.sectors import (
    BUILT_IN,
    ENTROPY_BYTES,
    KEY_LENGTH,
    Sector,
    UnitCodeError,
    codes_among,
    is_code,
    make_code,
    read_code,
    sector_meant,
)

entropy = st.binary(min_size=ENTROPY_BYTES, max_size=ENTROPY_BYTES)


@given(entropy)
def test_a_code_is_read_back_as_people_type_it(data: bytes) -> None:
    code = make_code(data)
    assert read_code(code) == code
    assert read_code(code.lower().replace("-", " ").replace("0", "o").replace("1", "l")) == code


@given(entropy, st.integers(0, 7), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_every_wrong_letter_is_noticed(data: bytes, at: int, letter: str) -> None:
    letters = make_code(data).replace("-", "")
    wrong = letters[:at] + letter + letters[at + 1 :]
    if wrong != letters:
        with pytest.raises(UnitCodeError):
            read_code(wrong)


@pytest.mark.parametrize("text", ["", "ABC", "7K3M-Q2X", "7K3M-Q2XDD", "7K3M-Q2X!", "úúúúúúúú"])
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(UnitCodeError):
        read_code(text)


def test_the_keys_that_databases_hold_are_all_there() -> None:
    assert set(BUILT_IN) >= {
        "state-agencies", "armed-forces", "schools", "hospitality", "stations", "companies", "neighbourhoods",
        "quarantine", "other",
    }  # fmt: skip


@pytest.mark.parametrize("sector", BUILT_IN.values(), ids=list(BUILT_IN))
def test_every_sector_says_what_is_counted_and_who_is_asked_in_both_languages(sector: Sector) -> None:
    assert len(sector.key) <= KEY_LENGTH
    for said in (sector.name_in, sector.counted_in, sector.asked_in):
        assert said(Language.ENGLISH)
        assert said(Language.VIETNAMESE) != said(Language.ENGLISH)


def test_no_two_sectors_have_a_name_or_a_word_in_common() -> None:
    whole = (Language.VIETNAMESE, Language.ENGLISH)
    names = [sector.name_in(language) for sector in BUILT_IN.values() for language in whole]
    words = [word for sector in BUILT_IN.values() for word in sector.words]
    assert len(set(names)) == len(names)
    assert len(set(words)) == len(words)
    assert all(word == plain_key(word) for word in words)
    assert all(sector.words for sector in BUILT_IN.values())


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("schools", "schools"),
        ("Trường học: học sinh, sinh viên và người thân", "schools"),
        ("Schools: pupils, students and their families", "schools"),
        ("Trường THPT Chợ Mới", "schools"),
        ("Ấp Chợ", "neighbourhoods"),
        ("CHO VI THANH", "markets"),
        ("Công ty may số 3, Khu công nghiệp Sông Hậu", "companies"),
        ("Khu công nghiệp Sông Hậu", "zones"),
        ("Trung tâm thương mại", "markets"),
        ("Trạm Y tế xã Tân Bình", "hospitals"),
        ("Khu cách ly tập trung Trường Quân sự", "quarantine"),
        ("Công đoàn cơ sở", "unions"),
        ("Chợ đêm", "night-markets"),
        ("Trường số 1", "schools"),
        ("Thủy lợi", None),
        ("", None),
    ],
)
def test_a_cell_means_a_sector(text: str, key: str | None) -> None:
    own = Sector("night-markets", "Night markets", vietnamese="Chợ đêm")
    found = sector_meant(text, [*BUILT_IN.values(), own])
    assert (found.key if found else None) == key


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("7K3M-Q2XD", True),
        ("7k3mq2xd", True),
        ("ABCD-EFGH", True),
        ("VinhLong", False),
        ("Vĩnh Long", False),
        ("", False),
    ],
)
def test_a_code_is_told_from_the_name_of_a_place(text: str, meant: bool) -> None:
    assert is_code(text) is meant


def test_codes_are_picked_from_cells_in_their_one_written_form() -> None:
    code = make_code(bytes(range(ENTROPY_BYTES)))
    mistyped = code[:-1] + ("Z" if code[-1] != "Z" else "Y")
    assert codes_among(["", "Hậu Giang", code.lower(), code, mistyped]) == {code}
