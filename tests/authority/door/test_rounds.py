"""Whom a round visits, and in which order."""

from __future__ import annotations

import datetime as dt

import pytest

from bluezone.authority.door.rounds import Candidate, address_of, round_of


def door(
    name: str,
    last: int | None = None,
    commune: str = "63:1",
    street: str = "",
    district: str = "63:9",
    holder: str = "",
) -> Candidate:
    visited = None if last is None else dt.date(2020, 8, last)
    return Candidate(sum(map(ord, name + commune)), name, commune, district, street, visited, holder)


@pytest.mark.parametrize(
    ("candidates", "size", "names"),
    [
        pytest.param([], 8, "", id="nobody"),
        pytest.param([door("a", 3), door("b", 1), door("c", 2)], 2, "bc", id="the last visit longest ago"),
        pytest.param([door("a", 1), door("b"), door("c")], 2, "bc", id="never visited first"),
        pytest.param(
            [door("a", commune="63:2"), door("b"), door("c"), door("d", 1)], 8, "bcda", id="the commune of the most"
        ),
        pytest.param(
            [door("a", 1), door("b", commune="63:7", district="63:8"), door("c", 2, "63:7", district="63:8")],
            8,
            "bc",
            id="not in another district",
        ),
        pytest.param(
            [door("d", street="90 Trần Hưng Đạo"), door("a", street="ấp 3"), door("c", street="9 Tran Hung Dao"),
             door("b", street="Ấp 3"), door("e")], 8, "abcde", id="along streets, by number, no address last",
        ),
        pytest.param(
            [door("d", holder="c"), door("c"), door("b", holder="a"), door("a")], 8, "abcd", id="stalls with a market"
        ),
    ],
)  # fmt: skip
def test_a_round_is_one_way(candidates, size, names):
    assert "".join(each.name for each in round_of(candidates, size)) == names


@pytest.mark.parametrize(
    ("text", "street", "number"),
    [
        ("12 Trần Hưng Đạo", "tran hung dao", 12),
        ("Số 45/3 đường Trần Hưng Đạo", "tran hung dao", 45),
        ("45A phố Huế", "hue", 45),
        ("đường 3 Tháng 2", "3 thang 2", 0),
        ("ấp 3", "ap 3", 0),
        ("Ấp 3, xã Tân Hòa", "ap 3 xa tan hoa", 0),
        ("", "", 0),
    ],
)
def test_an_address_is_read_as_it_is_written(text, street, number):
    assert address_of(text) == (street, number)
