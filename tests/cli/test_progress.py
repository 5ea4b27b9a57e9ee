"""How far a long piece of work is, in words."""

from __future__ import annotations

import pytest

from bluezone.cli.progress import spoken


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.2, "about 10 seconds"), (44, "about 40 seconds"), (95, "about 2 minutes"), (3_500, "about 58 minutes"),
     (7_300, "about 2 hours"), (200_000, "about 2 days")],
)  # fmt: skip
def test_a_duration_is_said_as_people_say_it(seconds, said):
    assert spoken(seconds) == said
