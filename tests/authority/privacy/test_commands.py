"""`bluezone authority law`: the record and the assessment in both languages, by the installation's own settings."""

from __future__ import annotations

from typing import Any

import pytest

SETTINGS = {
    "BLUEZONE_INSTITUTION": "Sở Y tế Hậu Giang",
    "BLUEZONE_PRIVACY_CONTACT": "dpo@haugiang.example",
    "BLUEZONE_HOSTED_AT": "Cần Thơ",
}


@pytest.mark.parametrize(
    ("command", "language", "said"),
    [
        ("record", "vi", "Hồ sơ xử lý dữ liệu cá nhân"),
        ("record", "en", "Record of the processing of personal data"),
        ("assessment", "vi", "Đánh giá tác động xử lý dữ liệu cá nhân"),
        ("assessment", "en", "Assessment of the impact of processing personal data"),
    ],
)
def test_the_command_prints_it_in_the_language_that_is_asked(
    run_bluezone: Any, environment: Any, read_with: Any, command: str, language: str, said: str
) -> None:
    read = read_with(**SETTINGS)
    environment(**{name: getattr(read, name) for name in ("institution", "privacy_contact", "hosted_at")})
    text = run_bluezone("authority", "law", command, "--language", language).out
    assert said in text
    assert [each for each in SETTINGS.values() if each not in text] == []
