"""Guidance: which entry holds for a place, a day and a grade, and which entries can be."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.protocol.signed_documents import ENTRY, SIGNER, document, sign

from bluezone.protocol import guidance as rules
from bluezone.protocol.documents import DocumentError
from bluezone.protocol.guidance import GUIDANCE, Entry, Telephone, entry_body, entry_for, entry_from_body

TODAY = dt.date(2020, 9, 13)
COMMUNE, DISTRICT, OLD_PROVINCE, PROVINCE = "34:31471", "63:936", "63:93", "34:92"
PLACES = (COMMUNE, DISTRICT, OLD_PROVINCE, PROVINCE)


def test_the_source_may_be_in_english_too_and_older_phones_read_the_rest() -> None:
    entry = replace(ENTRY, source_en="Ministry of Health, 2020")
    assert entry_from_body(entry_body(entry)) == entry
    assert entry_body(entry) == {**entry_body(ENTRY), "source_en": "Ministry of Health, 2020"}
    assert entry_from_body(entry_body(ENTRY)).source_en == ""


@pytest.mark.parametrize("source_en", [5, None, " ", "x" * 401, "a\0"])
def test_an_english_source_that_is_no_short_text_is_refused(source_en: object) -> None:
    with pytest.raises(DocumentError, match="source_en"):
        entry_from_body({**entry_body(ENTRY), "source_en": source_en})


def at(place: str, **changes: object) -> Entry:
    return replace(ENTRY, place=place, version=place or "country", **changes)


EVERYWHERE = tuple(at(place) for place in ("", *PLACES, "34:01"))


@pytest.mark.parametrize(
    ("entries", "places", "day", "grade", "version"),
    [
        pytest.param(EVERYWHERE, PLACES, TODAY, "raised", COMMUNE, id="commune over all"),
        pytest.param(EVERYWHERE[:1] + EVERYWHERE[2:], PLACES, TODAY, "raised", DISTRICT, id="district over province"),
        pytest.param((at(OLD_PROVINCE), at(PROVINCE)), PLACES, TODAY, "low", OLD_PROVINCE, id="province of before"),
        pytest.param((at(""), at(PROVINCE)), PLACES, TODAY, "high", PROVINCE, id="province over country"),
        pytest.param((at(""),), PLACES, TODAY, "high", "country", id="country where nothing nearer"),
        pytest.param((at(""), at("34:01")), PLACES, TODAY, "high", "country", id="another province is not for us"),
        pytest.param(EVERYWHERE, (), TODAY, "raised", "country", id="unknown place: the country's"),
        pytest.param((at(PROVINCE),), (), TODAY, "raised", None, id="unknown place, nothing for the country"),
        pytest.param((), PLACES, TODAY, "raised", None, id="no document yet"),
        pytest.param((at(""),), PLACES, dt.date(2021, 5, 4), "low", "country", id="the last day holds"),
        pytest.param((at(""),), PLACES, dt.date(2021, 5, 5), "low", None, id="expired"),
        pytest.param((at(""),), PLACES, dt.date(2020, 3, 12), "low", "country", id="the first day holds"),
        pytest.param((at(""),), PLACES, dt.date(2020, 3, 11), "low", None, id="not yet"),
        pytest.param(
            (at(COMMUNE, until_day=dt.date(2020, 9, 12)), at("")), PLACES, TODAY, "low", "country",
            id="the commune's has expired",
        ),
        pytest.param((at(COMMUNE, grades=("high",)), at("")), PLACES, TODAY, "low", "country", id="of another grade"),
        pytest.param((at(COMMUNE, grades=("high",)), at("")), PLACES, TODAY, "high", COMMUNE, id="of this grade"),
        pytest.param(
            (at(""), replace(ENTRY, from_day=dt.date(2020, 8, 1), version="2")), PLACES, TODAY, "low", "2",
            id="of one place, the one that began last",
        ),
    ],
)  # fmt: skip
def test_which_entry_holds(
    entries: tuple[Entry, ...], places: tuple[str, ...], day: dt.date, grade: str, version: str | None
) -> None:
    for order in (entries, entries[::-1]):
        found = entry_for(order, places, day, grade)
        assert (found.version if found else None) == version


@pytest.mark.parametrize(
    "change",
    [
        {"place": "Hậu Giang"},
        {"from_day": dt.date(2021, 5, 5)},
        {"until_day": dt.date(9999, 12, 31)},
        {"grades": ()},
        {"grades": ("low", "low")},
        {"grades": ("none",)},
        {"steps": {"en": ("Call.",)}},
        {"steps": {"vi": ()}},
        {"steps": {"vi": ("x",) * 7}},
        {"steps": {"vi": ("x" * 161,)}},
        {"steps": {"vi": (7,)}},
        {"steps": {"vi": ("\0",)}},
        {"watch_days": 61},
        {"watch_days": True},
        {"test_days": (14, 1)},
        {"test_days": (1, 1)},
        {"test_days": ("1",)},
        {"telephones": ENTRY.telephones * 6},
        {"source": " "},
        {"version": ""},
    ],
)
def test_an_entry_that_cannot_be_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(DocumentError):
        replace(ENTRY, **change)


@pytest.mark.parametrize("number", ["", "115a", "1900 9095", "++84", "1" * 16, "tel:1", "12"])
def test_a_number_that_cannot_be_dialled_is_refused(number: str) -> None:
    with pytest.raises(DocumentError):
        Telephone({"vi": "Trạm"}, number)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


@given(field=st.sampled_from(sorted(entry_body(ENTRY))), value=JSON)
def test_whatever_stands_in_an_entry_ends_in_an_entry_or_in_one_error(field: str, value: object) -> None:
    with suppress(DocumentError):
        assert isinstance(entry_from_body(entry_body(ENTRY) | {field: value}), Entry)


def test_the_longest_guidance_that_may_be_written_stays_below_the_bound() -> None:
    longest = replace(
        ENTRY,
        steps=dict.fromkeys(("vi", "en"), ("ậ" * rules.MAX_STEP,) * rules.MAX_STEPS),
        telephones=(Telephone(dict.fromkeys(("vi", "en"), "ậ" * rules.MAX_NAME), "1" * 15),) * rules.MAX_TELEPHONES,
        source="ậ" * rules.MAX_SOURCE,
        version="ậ" * rules.MAX_VERSION,
    )
    data = sign(document(GUIDANCE, content=(longest,) * rules.MAX_ENTRIES), [SIGNER] * 8)
    assert len(data) < GUIDANCE.max_bytes
