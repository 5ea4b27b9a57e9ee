"""What became of a sharing: thanks only for what happened."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

import pytest

from bluezone.phone.stores.preference_store import Choices, Sharing
from bluezone.phone.stores.publication_store import VerifiedResult
from bluezone.phone.web.presenters.sharing import State, outcome, state_of
from bluezone.phone.web.texts import translator
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
