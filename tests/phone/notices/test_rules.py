from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
from tests.phone.contacts import warning_of

from bluezone.phone.notices import rules
from bluezone.phone.notices.rules import AGAIN_AFTER_S, Kind, Plan
from bluezone.phone.stores.diary_store import PlaceAlert
from bluezone.phone.stores.exposure_store import Alert
from bluezone.phone.stores.preference_store import Choices, NoticeState

DAY_S = 86_400
MONDAY, TUESDAY = 18_500 * DAY_S, 18_501 * DAY_S
NOON = TUESDAY + 3 * DAY_S + 43_200.0
JOINED = Choices(agreed_at_s=NOON - 20 * DAY_S, notifications=True)


def alert(day: int = MONDAY, at_s: float = NOON, ended_s: float | None = None) -> Alert:
    return warning_of(day, at_s, withdrawn_at_s=ended_s)


def received(name: str, at_s: float) -> SimpleNamespace:
    return SimpleNamespace(item=SimpleNamespace(id=name), first_at_s=at_s)


def look(state, now_s, *alerts, news=(), choices=JOINED, since=None, wanted=True) -> tuple[Plan, NoticeState]:
    """Plan, and carry it out as the announcer does."""
    state = rules.forget(rules.by_now(state, now_s), alerts, news)
    unread = rules.subjects(alerts, news, choices, state)
    plan = rules.plan(unread, state, now_s, since, wanted=wanted)
    if plan.path:
        state = rules.after_showing(state, plan, now_s)
    elif plan.withdraw:
        state = rules.after_withdrawing(state)
    return plan, state


@pytest.mark.parametrize(
    ("opened", "later_s", "rings"),
    [
        (False, 60.0, False),
        (False, AGAIN_AFTER_S - 1, False),
        (False, AGAIN_AFTER_S, True),
        (True, AGAIN_AFTER_S, False),
        (True, 9 * DAY_S, False),
    ],
)
def test_a_warning_rings_at_once_and_again_after_a_day_until_it_was_opened(opened, later_s, rings):
    first, state = look(NoticeState(), NOON, alert())
    assert (first.path, first.urgent, len(first.rings)) == (f"/exposure/{MONDAY}", True, 1)
    assert first.due_s == NOON + AGAIN_AFTER_S
    if opened:
        state = rules.after_opening(state, [alert()])
    assert bool(look(state, NOON + later_s, alert())[0].rings) is rings


def test_a_warning_nobody_opens_rings_once_a_day_however_often_one_looks():
    state, rung = NoticeState(), []
    for hour in range(24 * 5):
        plan, state = look(state, NOON + hour * 3_600, alert())
        if plan.rings:
            rung.append(hour)
        else:
            assert not plan.path
    assert rung == [0, 24, 48, 72, 96]


def test_several_days_of_one_check_are_one_notice_that_opens_the_list():
    plan, state = look(NoticeState(), NOON, alert(MONDAY), alert(TUESDAY))
    assert (plan.path, len(plan.rings)) == ("/notices", 2)
    assert not look(state, NOON + 3_600, alert(MONDAY), alert(TUESDAY))[0].path


def test_a_new_warning_rings_though_the_first_was_just_opened_and_the_same_one_does_not():
    _, state = look(NoticeState(), NOON, alert())
    state = rules.after_opening(state, [alert()])
    plan, state = look(state, NOON + 10, alert(), alert(TUESDAY, NOON + 10))
    assert (plan.path, len(plan.rings)) == (f"/exposure/{TUESDAY}", 1)
    assert not look(state, NOON + 20, alert(), alert(TUESDAY, NOON + 10))[0].path


def test_what_is_opened_goes_from_where_it_was_shown():
    _, state = look(NoticeState(), NOON, alert())
    plan, state = look(rules.after_opening(state, [alert()]), NOON + 5, alert())
    assert (plan.withdraw, plan.path, state.path) == (True, "", "")
    assert not look(state, NOON + 6, alert())[0].withdraw


def test_one_of_two_that_was_taken_back_leaves_the_other_and_no_sound():
    _, state = look(NoticeState(), NOON, alert(MONDAY), alert(TUESDAY))
    plan, _ = look(state, NOON + 60, alert(MONDAY), alert(TUESDAY, NOON, NOON + 50))
    assert (plan.path, plan.rings) == (f"/exposure/{MONDAY}", ())


@pytest.mark.parametrize(("opened", "rings"), [(False, 0), (True, 1)])
def test_the_end_of_a_warning_rings_once_and_only_for_who_had_opened_it(opened, rings):
    _, state = look(NoticeState(), NOON, alert())
    if opened:
        state = rules.after_opening(state, [alert()])
    ended = alert(ended_s=NOON + 3_600)
    plan, state = look(state, NOON + 3_600, ended)
    assert len(plan.rings) == rings
    assert not plan.urgent
    assert plan.path == ("/notices" if rings else "")
    assert plan.withdraw is not bool(rings)
    assert not look(state, NOON + 3 * DAY_S, ended)[0].rings
    read = replace(JOINED, notices_seen_at_s=NOON + 3_700)
    assert look(state, NOON + 3_800, ended, choices=read)[0].withdraw is bool(rings)


def test_a_warning_that_comes_again_for_the_same_day_is_a_new_one():
    _, state = look(NoticeState(), NOON, alert())
    state = rules.after_opening(state, [alert()])
    again = alert(at_s=NOON + 2 * 3_600)
    plan, _ = look(state, NOON + 2 * 3_600, alert(ended_s=NOON + 3_600), again)
    assert rules.warning_key(again) in plan.rings


def test_news_ring_once_and_those_from_before_joining_never():
    assert JOINED.agreed_at_s is not None
    old, new = received("old", JOINED.agreed_at_s + 60), received("new", NOON - 5)
    plan, state = look(NoticeState(), NOON, news=(old, new))
    assert (plan.path, plan.rings, plan.urgent, plan.due_s) == ("/notices", ("news new",), False, None)
    assert not look(state, NOON + 5 * DAY_S, news=(old, new))[0].path
    seen = replace(JOINED, notices_seen_at_s=NOON + 1)
    assert look(state, NOON + 2, news=(old, new), choices=seen)[0].withdraw


def test_news_beside_a_warning_open_the_warning():
    plan, _ = look(NoticeState(), NOON, alert(), news=(received("n", NOON),))
    assert (plan.path, plan.urgent, len(plan.rings)) == (f"/exposure/{MONDAY}", True, 2)


def test_a_no_takes_back_what_is_shown_and_a_later_yes_tells_what_is_unread():
    _, state = look(NoticeState(), NOON, alert())
    plan, state = look(state, NOON + 60, alert(), wanted=False)
    assert plan == Plan(withdraw=True)
    assert not look(state, NOON + 2 * DAY_S, alert(), wanted=False)[0].path
    assert look(state, NOON + 2 * DAY_S, alert())[0].rings


def test_a_telephone_that_was_started_anew_shows_silently_what_it_had_lost():
    _, state = look(NoticeState(), NOON, alert(), since=NOON - DAY_S)
    assert not look(state, NOON + 3_600, alert(), since=NOON - DAY_S)[0].path
    plan, state = look(state, NOON + 7_200, alert(), since=NOON + 7_000)
    assert (plan.path, plan.rings, plan.due_s) == (f"/exposure/{MONDAY}", (), NOON + AGAIN_AFTER_S)
    assert not look(state, NOON + 7_300, alert(), since=NOON + 7_000)[0].path


def test_a_clock_that_was_put_back_keeps_no_warning_silent_and_doubles_none():
    ahead = NOON + 400 * DAY_S
    _, state = look(NoticeState(), ahead, alert(at_s=ahead))
    rung = []
    for hour in range(72):
        plan, state = look(state, NOON + hour * 3_600, alert(at_s=ahead))
        if plan.rings:
            rung.append(hour)
    assert rung == [24, 48]


def test_a_clock_that_was_put_forward_and_back_rings_once_too_often_at_most():
    _, state = look(NoticeState(), NOON, alert())
    rung = 0
    for now_s in (NOON + 400 * DAY_S, NOON + 400 * DAY_S + 60, NOON + 600, NOON + 1_200, NOON + 3_600):
        plan, state = look(state, now_s, alert())
        rung += bool(plan.rings)
    assert rung == 1


def test_what_is_gone_is_forgotten():
    _, state = look(NoticeState(), NOON, alert(), news=(received("n", NOON),))
    state = rules.after_opening(state, [alert()])
    kept = rules.forget(state, [alert()], [])
    assert set(kept.rung_s) == {rules.warning_key(alert())}
    assert rules.forget(state, [], []) == NoticeState(path=state.path, posted_s=NOON)


def test_every_kind_says_its_key():
    ended = alert(ended_s=NOON)
    state = rules.after_opening(NoticeState(), [ended])
    place = PlaceAlert(7, "Chợ", "", NOON - 9_000, NOON - 7_000, 900, NOON)
    found = rules.subjects([ended, alert(TUESDAY), watch()], [received("n", NOON)], JOINED, state, [place])
    assert {subject.kind for subject in found} == set(Kind)
    assert len({subject.key for subject in found}) == 5


def watch(day: int = MONDAY, at_s: float = NOON) -> Alert:
    return replace(alert(day, at_s), second_order=True)


def test_a_watch_rings_once_opens_its_own_screen_and_is_not_urgent():
    first, state = look(NoticeState(), NOON, watch())
    assert (first.path, first.urgent, len(first.rings)) == (f"/watch/{MONDAY}", False, 1)
    assert look(state, NOON + 2 * AGAIN_AFTER_S, watch())[0].rings == ()
    opened = rules.after_opening(state, [watch()])
    assert look(opened, NOON + 60, watch())[0].withdraw


def test_a_warning_is_opened_before_a_watch():
    plan, _ = look(NoticeState(), NOON, watch(), alert(TUESDAY))
    assert (plan.path, plan.urgent) == (f"/exposure/{TUESDAY}", True)
    assert rules.warning_key(watch()) != rules.warning_key(alert())


def test_a_warning_of_a_place_rings_like_a_warning_until_it_is_opened():
    place = PlaceAlert(7, "Chợ", "", NOON - 9_000, NOON - 7_000, 900, NOON)
    unread = rules.subjects([], [], JOINED, NoticeState(), [place])
    first = rules.plan(unread, NoticeState(), NOON, None, wanted=True)
    assert (first.path, first.urgent, len(first.rings)) == ("/diary/7/warning", True, 1)
    state = rules.after_showing(NoticeState(), first, NOON)
    assert rules.plan(unread, state, NOON + 3_600, None, wanted=True).rings == ()
    assert len(rules.plan(unread, state, NOON + 86_400, None, wanted=True).rings) == 1
    opened = rules.after_opening(state, [place])
    assert rules.subjects([], [], JOINED, opened, [place]) == ()
    assert rules.forget(opened, [], [], [place]).opened == opened.opened
    assert rules.forget(opened, [], []).opened == frozenset()
    both = rules.subjects([alert()], [], JOINED, NoticeState(), [place])
    assert rules.plan(both, NoticeState(), NOON, None, wanted=True).path == rules.LIST
