"""Every code that the authority can answer has a sentence and a next step; every sentence is of a code there is."""

from __future__ import annotations

import re
from datetime import UTC
from pathlib import Path

import pytest

from bluezone.phone.client.http import (
    ConnectionFailedError,
    RefusedError,
    UnavailableError,
    UnreadableError,
    WrongClockError,
)
from bluezone.phone.client.publishing import BusyError, ClockRefusedError, NothingToShareError, PublishError
from bluezone.phone.errors import PhoneError
from bluezone.phone.web.presenters.refusal import PUBLISH, VERIFY, Kind, kind_of, refusal
from bluezone.phone.web.texts import translator
from bluezone.protocol.messages import PublishCode, VerifyCode

EN = translator("en", UTC)
AUTHORITY = Path(__file__).parents[4] / "src" / "bluezone" / "authority"
#: of the reference servers, which ours never answers
OF_THE_REFERENCE = {
    VerifyCode.MAINTENANCE,
    VerifyCode.CODE_NOT_FOUND,
    VerifyCode.CODE_USER_UNAUTHORIZED,
    VerifyCode.MISSING_NONCE,
    VerifyCode.MISSING_DATE,
    VerifyCode.INVALID_DATE,
    PublishCode.HEALTH_AUTHORITY_UNAVAILABLE,
}


def answered(enumeration: type[VerifyCode] | type[PublishCode]) -> set[str]:
    """Return the codes that the authority's source names, and those of the door of all endpoints."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in AUTHORITY.rglob("*.py"))
    named = set(re.findall(rf"\b{enumeration.__name__}\.([A-Z_]+)\b", text))
    door = {code for code in enumeration if f'"{code.value}"' in (AUTHORITY / "device_api/endpoint.py").read_text()}
    return {enumeration[name] for name in named} | door


@pytest.mark.parametrize(("enumeration", "table"), [(VerifyCode, VERIFY), (PublishCode, PUBLISH)])
def test_every_code_that_the_authority_answers_has_its_own_words(enumeration, table) -> None:
    found = answered(enumeration)
    assert len(found) > 5, "the source was read"
    assert sorted(found - set(table)) == []


@pytest.mark.parametrize(("enumeration", "table"), [(VerifyCode, VERIFY), (PublishCode, PUBLISH)])
def test_every_code_with_words_can_be_answered(enumeration, table) -> None:
    assert sorted(set(table) - answered(enumeration) - OF_THE_REFERENCE) == []


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("code", sorted({*VERIFY, *PUBLISH}))
def test_every_refusal_is_a_sentence_and_a_next_step(code: str, language: str) -> None:
    said = refusal(PublishError("x", code), translator(language, UTC))
    assert said.title
    assert not said.title.endswith(".")
    assert said.text.endswith(".")
    assert kind_of(PublishError("x", code)) is not Kind.UNKNOWN


@pytest.mark.parametrize(
    ("error", "title", "try_again"),
    [
        pytest.param(ConnectionFailedError("x"), "No connection just now", True, id="no network"),
        pytest.param(UnavailableError("x"), "The health authority does not answer just now", True, id="down"),
        pytest.param(UnreadableError("x"), "The health authority could not be reached", True, id="a hotspot's page"),
        pytest.param(RefusedError("x", 302), "The health authority could not be reached", True, id="led elsewhere"),
        pytest.param(WrongClockError("x"), "This phone's date or time is not right", True, id="clock, TLS"),
        pytest.param(ClockRefusedError("x", "bad_request"), "This phone's date was not right", False, id="clock, keys"),
        pytest.param(BusyError("x", "maintenance_mode"), "The health authority is busy just now", True, id="busy"),
        pytest.param(BusyError("x", "too_many_requests"), "Many tries in a short time", True, id="too many tries"),
        pytest.param(PublishError("x", "code_expired"), "This code has run out", False, id="code expired"),
        pytest.param(PublishError("x", "code_invalid"), "This code was not accepted", False, id="used, mistyped"),
        pytest.param(PublishError("x", "quota_exceeded"), "Please use the long code", False, id="many wrong codes"),
        pytest.param(PublishError("x", "code_user_unauthorized"), "This code is for another phone", False, id="nonce"),
        pytest.param(PublishError("x", "unsupported_test_type"), "Bluezone on this phone is too old for this code",
                     False, id="too old"),
        pytest.param(PublishError("x", "missing_date"), "A day is missing in your record", False, id="no day"),
        pytest.param(PublishError("x", "token_expired"), "The confirmation has lapsed", False, id="token expired"),
        pytest.param(PublishError("x", "unknown_health_authority_id"), "This code is of another province", False,
                     id="another province"),
        pytest.param(PublishError("x", "bad_request"), "What this phone sent could not be used", False, id="bad keys"),
        pytest.param(NothingToShareError("x"), "There is nothing to share", False, id="nothing to share"),
        pytest.param(PublishError("x", "something_new"), "The health authority did not accept this", False, id="new"),
        pytest.param(PhoneError("the scheme is not en"), "This phone cannot share now", False, id="this phone"),
    ],
)  # fmt: skip
def test_what_is_the_matter_is_said_in_its_own_words(error: PhoneError, title: str, try_again: bool) -> None:
    said = refusal(error, EN)
    assert (said.title, said.try_again) == (title, try_again)


def test_a_code_used_on_this_phone_before_says_that_all_is_done() -> None:
    said = refusal(PublishError("x", "code_invalid"), EN, 1_597_292_400.0)
    assert said.title == "This code was used already"
    assert "You shared on" in said.text
    assert said.step is not None
    assert said.step.href == "/positive"
