"""How many text messages a text takes, and that the one to a health station takes three at most."""

from __future__ import annotations

from datetime import timedelta, timezone

import pytest
from tests.phone.contacts import warning_of

from bluezone.exposure.policies import Evidence
from bluezone.phone.web.presenters.exposure import report_text
from bluezone.phone.web.presenters.sms import segments
from bluezone.phone.web.texts import translator

ZONE = timezone(timedelta(hours=7))
DAY = 1_597_017_600


@pytest.mark.parametrize(
    ("text", "count"),
    [
        pytest.param("", 1, id="empty"),
        pytest.param("a" * 160, 1, id="160 letters of GSM"),
        pytest.param("a" * 161, 2, id="161: parts of 153"),
        pytest.param("a" * 306, 2, id="two full parts"),
        pytest.param("a" * 307, 3, id="one more"),
        pytest.param("€" * 80, 1, id="the euro takes two places"),
        pytest.param("€" * 81, 2, id="162 places"),
        pytest.param("a" * 152 + "€" * 5, 2, id="no character is cut in two"),
        pytest.param("ê" + "a" * 69, 1, id="a Vietnamese letter: 70"),
        pytest.param("ê" + "a" * 70, 2, id="71: parts of 67"),
        pytest.param("ê" * 201, 3, id="three full parts"),
        pytest.param("ê" * 202, 4, id="one more than three"),
        pytest.param("è" * 160, 1, id="a letter that GSM has"),
        pytest.param("😷" * 35, 1, id="a picture takes two places"),
    ],
)
def test_segments(text: str, count: int) -> None:
    assert segments(text) == count


@pytest.mark.parametrize("near", [(0.0, 0.0, 2.0), (300.0, 100.0, 1_000.0)])
@pytest.mark.parametrize("code", ["vi", "en"])
def test_the_message_is_the_owner_s_and_at_most_three_long(code: str, near: tuple[float, float, float]) -> None:
    warned = warning_of(DAY, DAY + 90_000.0, evidence=Evidence(3_600.0, 55.0), near_minutes=near)
    text = report_text(warned, translator(code, ZONE))
    assert segments(text) <= 3
    assert {"vi": " tôi ", "en": " I "}[code] in text
    assert {"vi": "từ 07:00 10/8 đến 07:00 11/8", "en": "between 07:00 10 Aug and 07:00 11 Aug"}[code] in text
    for word in ("your", "của bạn", "Nobody", "Không ai"):
        assert word not in text
