"""Test what an order's page says: its answer, what it lacks and how to mend that, rows on one scale, the parts' sum."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from django.utils.translation import override

from bluezone.authority.campaign.figures import reports
from bluezone.authority.campaign.figures.models import Reminder
from bluezone.authority.campaign.orders import missing, presenters, services, tree
from bluezone.authority.campaign.orders.models import Target
from bluezone.authority.campaign.orders.progress import lines
from bluezone.authority.campaign.orders.rules import plan
from bluezone.authority.officers.jurisdiction import Jurisdiction, Role
from bluezone.authority.officers.models import User
from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode
from bluezone.i18n import Language
from bluezone.rollout.cascade import Split

DAY = dt.date(2020, 8, 15)
#: the Ministry's figure of 13 August is older than a week: what the province reports counts
LATER = dt.date(2020, 8, 21)
VI = Language.VIETNAMESE


@pytest.fixture(autouse=True)
def in_english():
    with override("en"):
        yield


@pytest.fixture
def order(give, put_figure):
    """The order a week on: one district reports, one stopped, one is nearly there, others never reported."""
    directive = give()
    for day in range(13, 22):
        put_figure("63:93", dt.date(2020, 8, day), 55_289 + 4_000 * (day - 13))
        put_figure("63:930", dt.date(2020, 8, day), 8_000 + 500 * (day - 13))
    put_figure("63:934", dt.date(2020, 8, 14), 13_500)
    return directive


def _top(directive, day=LATER):
    return lines(directive, list(directive.targets.select_related("directive", "organisation")), day)[0]


def _table(line, day=LATER):
    rows = [presenters.line_row(each, VI, day) for each in line.children]
    return presenters.table_of(line.children, rows, VI, day)


def test_the_answer_says_what_is_missing_and_how_long_there_is(order):
    line = _top(order)
    assert presenters.answer(line, Language.ENGLISH, past=False) == "132,617 missing, 9 days left."
    assert "days left" not in presenters.answer(line, Language.ENGLISH, past=True)
    assert presenters.answer(None, VI, past=False) == ""
    part = next(each for each in line.children if each.target.key == "63:930")
    said = presenters.answer(
        part, Language.ENGLISH, past=False
    )  # the page of a district's officer is headed by the order
    assert said.startswith("Vị Thanh city: ")
    assert said.endswith(" missing, 9 days left.")


def test_the_projection_goes_on_at_the_pace_of_the_last_week(order):
    line = _top(order)
    assert presenters.projected(line) == 55_289 + 4_000 * 8 + 4_000 * 9
    silent = next(each for each in line.children if not each.has_figure)
    assert presenters.projected(silent) is None
    assert presenters.projected(_top(order, dt.date(2020, 8, 30))) is None, "nothing lies ahead on the last day"


def test_on_the_last_day_the_answer_counts_no_days(order):
    line = _top(order, dt.date(2020, 8, 30))
    assert presenters.answer(line, Language.ENGLISH, past=False) == "132,617 missing, today is the last day."


def test_bars_of_one_table_have_one_scale_and_leave_room_beyond_the_target(order):
    rows = {row["code"]: row for row in _table(_top(order)).rows}
    marks = {float(row["mark"]) for row in rows.values()}
    assert all(90 < mark < 94 for mark in marks), "all are asked for the same share"
    assert 0 < float(rows["63:930"]["bar"]) < float(rows["63:930"]["mark"])
    assert rows["63:931"]["bar"] == ""


def test_what_all_rows_share_is_said_once(order):
    table = _table(_top(order))
    assert table.heads_answer
    assert {row["responsible"] for row in table.rows} == {""}
    assert table.source_class
    assert {row["class"] for row in table.rows} == {""}
    target = order.targets.get(key="63:931")
    target.responsible = "Phó Chủ tịch UBND thành phố"
    target.save()
    table = _table(_top(order))
    assert not table.heads_answer
    assert "Phó Chủ tịch UBND thành phố" in {row["responsible"] for row in table.rows}


def test_paces_are_whole_people_and_the_silent_carry_the_day_of_their_last_report(order):
    rows = {row["code"]: row for row in _table(_top(order)).rows}
    assert rows["63:930"]["recent"] == "500"
    assert rows["63:934"]["silent_since"] == "14/8"
    assert rows["63:931"]["silent_since"] == ""


def test_the_parts_are_added_up(order):
    check = presenters.sum_check(_top(order), VI)
    assert check.short == 0
    assert "219.906" in check.text
    Target.objects.filter(directive=order, key="63:934").update(installs=1)
    check = presenters.sum_check(_top(order), VI)
    assert check.short > 50_000


ROLES = {
    "province": Jurisdiction(Role.PROVINCE, "/63:93/"),
    "district": Jurisdiction(Role.DISTRICT, "/63:93/63:930/"),
    "head": Jurisdiction(Role.UNIT_HEAD, "/63:93/63:93/AAAA-AAAA/"),
}


def _lacks(order, role, line, below, opens=frozenset()):
    reader = missing.Reader(ROLES[role], Language.ENGLISH, LATER)
    check = presenters.sum_check(line, Language.ENGLISH) if line else None
    return {each.text: each for each in missing.lacks(order, line, below, set(opens), check, reader)}


def test_what_is_missing_stands_beside_the_page_that_mends_it(order):
    line = _top(order)
    found = _lacks(order, "province", line, line.children)
    silent = found["7 have not reported for 2 days or longer"]
    assert "(14 Aug)" in silent.note or "more" in silent.note
    assert silent.address.endswith("?of=districts")
    assert silent.label == "Remind all 7"
    assert len(found) == 1, "the province's figure is of today, the targets add up"


def test_who_never_reported_is_not_said_to_have_stopped(order):
    line = _top(order)
    assert "7 have not reported for 2 days or longer" in _lacks(order, "province", line, line.children)
    never = [each for each in line.children if each.target.key not in ("63:930", "63:934")]
    assert "6 have never reported" in _lacks(order, "province", line, never)


def test_who_was_reminded_today_is_not_to_be_reminded_again(order):
    line, user = _top(order), User.objects.create_user("anh", role="province", place="/63:93/")
    province = catalogue.all_units().unit(UnitCode.parse("63:93"), LATER)
    every = reports.reporters(province, ROLES["province"], reports.Below.DISTRICTS, LATER)
    reports.mark_reminded(every[1:], LATER, user, dt.datetime(2020, 8, 21, 2, tzinfo=dt.UTC))
    assert _lacks(order, "province", line, line.children) == {}, "the only one not reminded has reported"
    Reminder.objects.filter(key=every[-1].key).delete()
    assert list(_lacks(order, "province", line, line.children)) == ["1 has never reported"]


def test_a_figure_of_an_earlier_day_and_targets_that_do_not_add_up_are_missing_too(order):
    Target.objects.filter(directive=order, key="63:934").update(installs=1)
    line = _top(order, dt.date(2020, 8, 22))
    reader = missing.Reader(ROLES["province"], Language.ENGLISH, dt.date(2020, 8, 22))
    check = presenters.sum_check(line, Language.ENGLISH)
    found = {each.text: each for each in missing.lacks(order, line, line.children, set(), check, reader)}
    old = next(each for text, each in found.items() if text.endswith("is of 21 Aug"))
    assert old.address.endswith("?unit=63:93")
    short = found["The targets of the parts do not reach the whole"]
    assert short.address.endswith(f"/new?replaces={order.pk}")


def test_those_who_did_not_hand_it_down_are_named_once_another_has(order):
    line = _top(order)
    assert not any("handed" in text for text in _lacks(order, "province", line, line.children))
    opened = {line.children[0].target.pk}
    found = _lacks(order, "province", line, line.children, opened)
    assert "7 have not handed it down" in found


def test_a_district_is_asked_to_hand_its_target_down_and_a_head_to_report(order):
    own = next(each for each in _top(order).children if each.target.key == "63:930")
    found = _lacks(order, "district", own, ())
    assert found["Not handed down yet"].address.endswith(f"/new?parent={order.pk}")
    order.place = "/63:93/63:930/"  # an order of the district's own, not cut yet
    assert _lacks(order, "district", own, ())["Not handed down yet"].address.endswith(f"?directive={order.pk}")
    assert _lacks(order, "head", own, ()) == {}
    late = next(each for each in _top(order).children if each.target.key == "63:934")
    assert list(_lacks(order, "head", late, ())) == ["No report of today yet."]


@pytest.mark.parametrize(
    ("names", "text"),
    [(["a"], "a"), (list("abcd"), "a, b, c, d"), (list("abcdef"), "a, b, c and 3 more")],
)
def test_of_many_names_the_first_are_written(names, text):
    assert missing.listed(names) == text


def test_an_order_is_filled_in_from_the_one_it_carries_out(order, client):
    user = User.objects.create_user("d", role="district", place="/63:93/63:930/")
    client.force_login(user)
    page = client.get(f"/officer/directives/new?parent={order.pk}").content.decode()
    assert 'value="30%"' in page
    assert 'value="30/8/2020"' in page
    assert f'<option value="{order.pk}" selected>' in page
    for wrong in ("999999", "x", "9" * 40):
        assert client.get(f"/officer/directives/new?parent={wrong}&replaces={wrong}").status_code == 200


def test_an_order_of_another_province_fills_in_nothing(order, client):
    client.force_login(User.objects.create_user("p", role="province", place="/63:92/"))
    page = client.get(f"/officer/directives/new?replaces={order.pk}").content.decode()
    assert "UBND tỉnh Hậu Giang" not in page
    assert 'value="30%"' not in page


def test_an_order_for_a_whole_country_is_cut_down_in_one_table(letter):
    """Without figures nothing is drawn, and nothing divides by nobody."""
    root = tree.territory(letter.scope, tree.Measure.POPULATION, tree.Depth.NOT, DAY, {})
    directive = services.give(letter, plan(root, Fraction(3, 10), Split.EQUALISE), DAY, how=Split.EQUALISE)
    line = _top(directive, DAY)
    assert presenters.sum_check(line, VI) is None
    assert _table(line).rows == []


def test_the_order_page_says_plainly_what_the_chance_is(order):
    top = _top(order)
    chance = presenters.chance_of(top, LATER)
    assert chance is not None
    assert 0 < chance < 0.1
    row = presenters.today_row(top, Language.ENGLISH, LATER, ())
    assert row["chance"].endswith(" in 100, if things go on as such campaigns do.")
    silent = next(line for line in top.walk() if not line.has_figure)
    assert presenters.chance_of(silent, LATER) is None
