"""Outcomes of codes and of sharing keys: why one was not taken, and what to do now."""

from __future__ import annotations

import re
from dataclasses import replace
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
from bluezone.phone.client.publishing import ClockRefusedError, NothingToShareError, PublishError
from bluezone.phone.client.sender import BusyError
from bluezone.phone.errors import PhoneError
from bluezone.phone.stores.preference_store import Choices, Sharing
from bluezone.phone.stores.publication_store import VerifiedResult
from bluezone.phone.web.presenters.common import translator
from bluezone.phone.web.presenters.sharing import PUBLISH, VERIFY, Kind, State, kind_of, outcome, refusal, state_of
from bluezone.protocol.messages import PublishCode, VerifyCode
from bluezone.protocol.verification import CertifiedReport

NOW_S = 1_597_292_400.0
RESULT = VerifiedResult(CertifiedReport.CONFIRMED, None, None, NOW_S)
SHARED = Choices(published_at_s=NOW_S, sharing=Sharing.SHARED)


@pytest.mark.parametrize(
    ("choices", "result", "state"),
    [
        (Choices(), None, State.NONE),
        (Choices(), RESULT, State.ASKED),
        (Choices(), replace(RESULT, agreed=True), State.WAITING),
        (SHARED, None, State.SHARED),
        (Choices(published_at_s=NOW_S), None, State.SHARED),
        (replace(SHARED, sharing=Sharing.PARTLY), None, State.PARTLY),
        (replace(SHARED, sharing=Sharing.REFUSED), None, State.SHARED),
        (replace(SHARED, sharing=Sharing.OTHER_TIME), None, State.OTHER_TIME),
        (replace(SHARED, sharing=Sharing.OTHER_TIME), RESULT, State.ASKED_AGAIN),
        (SHARED, RESULT, State.ASKED_AGAIN),
        (SHARED, replace(RESULT, agreed=True), State.WAITING),
        (Choices(sharing=Sharing.WITHDRAWN), None, State.WITHDRAWN),
        (Choices(sharing=Sharing.REFUSED), None, State.REFUSED),
        (Choices(sharing=Sharing.NOTHING), None, State.NOTHING),
    ],
)
def test_the_state_of_a_sharing(choices: Choices, result: VerifiedResult | None, state: State) -> None:
    assert state_of(choices, result) is state


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("sharing", [each for each in Sharing if each is not Sharing.AS_CONTACT])
def test_nobody_is_thanked_for_what_did_not_happen(sharing: Sharing, language: str) -> None:
    said = outcome(Choices(sharing=sharing), None, translator(language, UTC))
    assert "Thank" not in said.title + said.text
    assert "Cảm ơn" not in said.title + said.text
    assert said.steps
    assert (said.next is None) == (sharing in (Sharing.WITHDRAWN, Sharing.TAKEN_BACK, Sharing.NOTHING))


@pytest.mark.parametrize(("language", "date"), [("vi", "Ngày trên máy"), ("en", "date was not right")])
def test_who_shared_by_a_wrong_clock_is_not_thanked_and_reads_what_to_do(language: str, date: str) -> None:
    said = outcome(replace(SHARED, sharing=Sharing.OTHER_TIME), None, translator(language, UTC))
    assert date in said.title
    assert ("trạm y tế" if language == "vi" else "health station") in said.text
    assert (said.is_done, said.is_well) == (False, False)


@pytest.mark.parametrize(("language", "said"), [("vi", "chưa chia sẻ"), ("en", "Nothing")])
def test_who_shared_before_does_not_read_of_another_code_that_nothing_was_shared(language: str, said: str) -> None:
    again = outcome(SHARED, RESULT, translator(language, UTC))
    assert said not in again.title + again.text
    assert said in outcome(Choices(), RESULT, translator(language, UTC)).title
    assert again.next is not None
    assert again.next.href == "/result"


def test_who_shared_is_thanked_and_who_tested_negative_is_not_told_of_illness() -> None:
    en = translator("en", UTC)
    assert outcome(SHARED, None, en).title == "Thank you"
    well = outcome(Choices(sharing=Sharing.WITHDRAWN), None, en)
    assert well.is_well
    assert well.steps[0] == "Your test is negative. You need do nothing more."


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_contact_who_let_others_know_is_thanked_and_not_taken_for_ill(language: str) -> None:
    said = outcome(Choices(sharing=Sharing.AS_CONTACT), None, translator(language, UTC))
    assert said.is_well
    assert "F1" in " ".join(said.steps)
    assert "115" not in " ".join(said.steps)


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
