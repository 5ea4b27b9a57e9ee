"""How probably somebody was within two metres for a quarter of an hour, by time and by all the others."""

from __future__ import annotations

import pytest

from bluezone.phone.matching.closeness import (
    BLOCK_S,
    Block,
    blocks_of,
    near_probability,
    surroundings,
)

#: usual attenuations at a metre, at two, and at the other end of a room
METRE_DB, TWO_METRES_DB, ROOM_DB = 54.3, 59.6, 67.0


def stay(level_db: float, minutes: int, from_min: int = 0) -> list[Block]:
    return [Block(number, level_db, BLOCK_S) for number in range(from_min // 5, (from_min + minutes) // 5)]


def near(one: list[Block], *others: list[Block]) -> tuple[float, float, float]:
    return near_probability(one, surroundings([one, *others]))


def is_near(one: list[Block], *others: list[Block]) -> bool:
    return near(one, *others)[0] > 0.5


def room(levels_db: range, minutes: int = 240) -> list[list[Block]]:
    return [stay(level_db, minutes) for level_db in levels_db for _ in range(2)]


@pytest.mark.parametrize(
    ("one", "is_so"),
    [
        pytest.param(stay(METRE_DB, 30), True, id="half an hour at a metre"),
        pytest.param(stay(METRE_DB, 15), True, id="a quarter of an hour is enough"),
        pytest.param(stay(METRE_DB, 10), False, id="ten minutes are not"),
        pytest.param(stay(ROOM_DB, 240), False, id="four hours at the other end of the room"),
        pytest.param(
            stay(68, 120) + stay(52, 25, 120) + stay(68, 95, 145), True, id="a meal among hours in other rooms"
        ),
        pytest.param(stay(68, 120) + stay(52, 5, 120) + stay(68, 95, 125), False, id="somebody who came by"),
        pytest.param(stay(52, 5) + stay(66, 60, 5) + stay(52, 5, 65), False, id="twice five minutes"),
        pytest.param(stay(52, 5) + stay(52, 5, 120) + stay(52, 5, 240), True, id="three times five: the time adds up"),
    ],
)
def test_who_was_near(one: list[Block], is_so: bool) -> None:
    assert is_near(one) == is_so


def test_a_strong_one_in_a_full_room_is_nearer_than_likely() -> None:
    """Of 28 in a room most are far: who is as strong as at a metre and a half is less surely near than one of three."""
    strong = stay(57, 60)
    alone = near(strong, stay(54, 60), stay(52, 60))[0]
    assert alone > near(strong, *room(range(58, 72), 60))[0]
    assert alone > 0.7


def with_an_hour(level_db: float, by_db: float) -> list[Block]:
    """Five hours in one place, of which the third is heard otherwise."""
    return stay(level_db, 120) + stay(level_db + by_db, 60, 120) + stay(level_db, 120, 180)


@pytest.mark.parametrize("level_db", [62, 63, 64, 66])
def test_who_is_stronger_alone_came_nearer_and_all_at_once_is_the_owner_s_pocket(level_db: float) -> None:
    one, levels = with_an_hour(level_db, -8), range(60, 72)
    assert is_near(one, *room(levels, 300))
    assert near(one, *[with_an_hour(each_db, -8) for each_db in levels for _ in range(2)])[0] == 0.0


def test_what_the_owner_s_carrying_adds_is_told_from_the_place_by_the_hours_around() -> None:
    found = surroundings([with_an_hour(level_db, 6) for level_db in range(56, 70)])
    assert found[5].offset_db - found[1].offset_db == pytest.approx(5, abs=2)
    far = surroundings([stay(level_db + 6, 300) for level_db in range(56, 70)])  # never otherwise: that is the place
    assert abs(far[5].offset_db) < 0.5


def test_where_people_are_is_what_was_heard_on_top_of_what_holds_anywhere() -> None:
    def share_within_two_metres(everybody: list[list[Block]]) -> float:
        shares = surroundings(everybody)[0].shares
        assert sum(shares) == pytest.approx(1)
        return sum(shares[:4])

    table = share_within_two_metres([stay(52, 30), stay(54, 30)])
    hall = share_within_two_metres(room(range(62, 76), 30))
    assert hall < 0.15 < share_within_two_metres([stay(60, 30)]) < table


def test_the_range_holds_the_middle_and_widens_at_the_limit() -> None:
    for level_db in range(45, 75):
        about, low, high = near(stay(level_db, 60))
        assert 0 <= low <= about <= high <= 1
    assert near(stay(TWO_METRES_DB, 60))[2] > 0.5 > near(stay(TWO_METRES_DB, 60))[1]


@pytest.mark.parametrize("minutes", [30, 600])
@pytest.mark.parametrize(
    ("level_db", "is_so"), [(-30, True), (0, True), (20, True), (90, False), (105, False), (127, False)]
)
def test_no_strength_is_so_far_out_that_it_says_nothing(level_db: float, is_so: bool, minutes: int) -> None:
    """Where no step of distance explains a level, all are alike: at 105 dB somebody was near whenever it lasted."""
    assert is_near(stay(level_db, minutes)) == is_so
    assert is_near(stay(level_db, minutes), *room(range(58, 72), minutes)) == is_so


def test_an_unlikely_one_is_nobody() -> None:
    """Twenty who were near with a chance of one in ten are not two: their small chances are not known so well."""
    assert near(stay(63, 30))[0] == 0.0


def test_the_weaker_the_less_probable() -> None:
    found = [near(stay(level_db, 30))[0] for level_db in range(48, 70)]
    assert found == sorted(found, reverse=True)
    assert found[0] > 0.99


@pytest.mark.parametrize(
    ("scans", "blocks"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param([(0.0, 60.0, 30.0), (30.0, 64.0, 30.0)], [Block(0, 62.0, 60.0)], id="the mean of a block"),
        pytest.param([(0.0, 60.0, 90.0), (90.0, 64.0, 30.0)], [Block(0, 61.0, 120.0)], id="by the time they stand for"),
        pytest.param(
            [(299.0, 60.0, 30.0), (300.0, 64.0, 30.0)], [Block(0, 60.0, 30.0), Block(1, 64.0, 30.0)], id="two"
        ),
        pytest.param([(10.0 * n, 60.0, 30.0) for n in range(30)], [Block(0, 60.0, 300.0)], id="never more than it is"),
        pytest.param([(0.0, 60.0, 0.0)], [], id="a scan that stands for no time"),
    ],
)
def test_scans_become_blocks_of_five_minutes(scans: list[tuple[float, float, float]], blocks: list[Block]) -> None:
    at_s, lost_db, lasted_s = ([scan[column] for scan in scans] for column in range(3))
    assert blocks_of(at_s, lost_db, lasted_s) == blocks


def test_nobody_heard_has_no_surroundings_and_was_not_near() -> None:
    assert surroundings([]) == {}
    assert near_probability([], {}) == (0.0, 0.0, 0.0)
