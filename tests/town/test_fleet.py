"""Test that what a phone of the rehearsal draws belongs to the seed, and to nobody else."""

from __future__ import annotations

from bluezone.town.fleet import of_phone, seeded


def test_the_same_seed_and_phone_draw_the_same():
    one, again = of_phone(1, 2, 3), of_phone(1, 2, 3)
    assert one[0](16) == again[0](16)
    assert [one[1].uniform(0, 1) for _ in range(3)] == [again[1].uniform(0, 1) for _ in range(3)]


def test_what_is_drawn_is_the_same_on_every_machine():
    assert seeded(1, 2, 3).randbytes(4).hex() == "95670388"
    assert seeded(1, 2, 3).uniform(0.0, 1.0) == 0.531301946682319


def test_phones_purposes_and_seeds_share_nothing():
    keys = {of_phone(*numbers)[0](16) for numbers in ((1, 2, 3), (2, 2, 3), (1, 3, 3), (1, 2, 4), (12, 3), (1, 23))}
    assert len(keys) == 6
    entropy, chance = of_phone(1, 2, 3)
    assert entropy(8) != seeded(1, 2, 3, 1).randbytes(8)
    assert 0.0 <= chance.uniform(0.0, 1.0) <= 1.0
