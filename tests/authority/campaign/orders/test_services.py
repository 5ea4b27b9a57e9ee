"""An order of Hậu Giang, given, handed down, followed and withdrawn; with the figures papers printed."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import replace
from fractions import Fraction

import pytest
from auditlog.models import LogEntry
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bluezone.authority.campaign.figures import reader
from bluezone.authority.campaign.figures.models import DailyCount
from bluezone.authority.campaign.figures.store import store
from bluezone.authority.campaign.orders import progress, services, tree
from bluezone.authority.campaign.orders.models import Directive, Target
from bluezone.authority.campaign.orders.progress import lines
from bluezone.authority.campaign.orders.rules import DirectiveError, plan, without_people
from bluezone.authority.officers.models import User
from bluezone.authority.units import services as organisations
from bluezone.geography.figures import Measure
from bluezone.geography.units import UnitCode
from bluezone.rollout.cascade import Split
from bluezone.rollout.counts import DEVICES, Count, Origin
from bluezone.rollout.directives import Base
from bluezone.rollout.errors import TargetError
from bluezone.rollout.pace import Status
from bluezone.rollout.series import total_of
from bluezone.rollout.suppression import Extent, disclose

DAY = dt.date(2020, 8, 15)


def standing(directive: Directive, day: dt.date = DAY):
    return lines(directive, list(directive.targets.select_related("organisation")), day)


def test_the_order_of_august_2020_is_handed_down_to_the_eight_districts(give):
    directive = give()
    root = directive.targets.get(parent=None)
    assert (root.people, root.installs, root.installs_then) == (733_017, 219_906, 55_289)
    assert root.responsible == "Chủ tịch UBND tỉnh Hậu Giang"
    districts = directive.targets.filter(parent=root)
    assert districts.count() == 8
    assert sum(each.installs for each in districts) == 219_906
    assert districts.get(key="63:935").responsible == "Chủ tịch UBND huyện Vị Thủy"
    assert LogEntry.objects.get(object_id=directive.pk, action=0).additional_data == {"place": "/63:93/"}


def test_progress_is_that_of_the_printed_figures(give):
    (root,) = standing(give())
    assert (root.pace.installs, root.pace.needed, root.pace.days) == (55_289, 164_617, 15)
    assert root.pace.per_day == 10_975
    assert root.progress.silent_days == 2
    assert all(child.pace.status is Status.UNKNOWN and not child.has_figure for child in root.children)


def test_silence_is_of_reports_whichever_figure_counts(give):
    directive = give()
    district = directive.targets.get(key="63:930")
    store([Count(UnitCode.parse("63:930"), DAY, installs=9_000, source=DEVICES, origin=Origin.COUNTED)])
    (root,) = standing(directive)
    line = next(each for each in root.children if each.target == district)
    assert line.has_figure
    assert (line.progress.silent_days, line.progress.reminder_due) == (None, True)  # what we counted is no report
    store([Count(UnitCode.parse("63:93"), DAY, installs=60_000, source="report", origin=Origin.REPORTED)])
    (root,) = standing(directive)
    assert root.figure.date == dt.date(2020, 8, 13)  # the Ministry's figure is two days old and counts
    assert (root.progress.silent_days, root.progress.reminder_due) == (0, False)


def test_those_behind_come_first_the_largest_gap_ahead(give):
    directive = give()
    keys = list(directive.targets.exclude(parent=None).values_list("key", "people"))
    for (key, people), share in zip(keys, (0.01, 0.02, 0.5), strict=False):
        for day, factor in ((8, 0.5), (15, 1.0)):
            store(
                [Count(UnitCode.parse(key), dt.date(2020, 8, day), installs=int(people * share * factor), source="a")]
            )
    (root,) = standing(directive)
    statuses = [child.pace.status for child in root.children]
    assert statuses == [Status.BEHIND] * 2 + [Status.UNKNOWN] * 5 + [Status.MET]
    assert root.children[0].progress.gap >= root.children[1].progress.gap


def test_after_the_deadline_what_is_missing_is_missed(give):
    (root,) = standing(give(), dt.date(2020, 8, 31))
    assert (root.pace.status, root.pace.per_day) == (Status.IMPOSSIBLE, None)


def test_communes_have_no_population_until_the_officer_gives_it(hau_giang):
    root = tree.territory(hau_giang, Measure.POPULATION, tree.Depth.TWO, DAY, {})
    missing = without_people(root)
    assert {each.key.partition(":")[2].__len__() for each in missing} == {5}
    given = {each.key: 5_000 for each in missing}
    whole = tree.territory(hau_giang, Measure.POPULATION, tree.Depth.TWO, DAY, given)
    assert without_people(whole) == []
    made = plan(whole, Fraction(3, 10), Split.EQUAL_SHARE)
    assert sum(each.installs for each in made.children) == made.installs


def test_all_officials_and_their_families_by_sector_and_unit(letter, schools, put_figure):
    chosen = ["state-agencies", "schools", "quarantine"]
    root, without = tree.sectors(letter.scope, chosen, DAY)
    assert (root.people, without) == (208, [])  # 60 + 40 + 30 households of 3.6
    directive = services.give(
        replace(letter, base=Base.HEADCOUNT, target=Fraction(1)), plan(root, Fraction(1), Split.EQUALISE), DAY
    )
    assert sorted(directive.targets.values_list("key", "installs")) == sorted(
        [("63:93", 208), ("schools", 100), ("state-agencies", 108), ("quarantine", 0)]
        + [(each.code, each.people) for each in schools]
    )
    for each, installs in zip(schools, (58, 3, 50), strict=True):
        put_figure(each, DAY, installs)
    (top,) = standing(directive)
    by_key = {line.target.key: line for line in top.walk()}
    assert by_key[schools[0].code].extent is Extent.NEARLY_ALL
    assert by_key[schools[1].code].extent is Extent.FEW
    assert by_key[schools[2].code].pace.installs == 50
    assert (by_key["schools"].pace.installs, by_key["schools"].at_least) == (56, True)
    assert (by_key["state-agencies"].pace.installs, by_key["state-agencies"].at_least) == (50, False)
    assert (top.pace.installs, top.at_least) == (106, True)


def test_units_without_headcount_are_named_and_left_out(letter, schools):
    schools[1].headcount = None
    schools[1].save()
    root, without = tree.sectors(letter.scope, ["schools"], DAY)
    assert (root.people, without) == (60, [schools[1]])


def test_a_district_officers_part_of_the_tree_has_its_own_top(give):
    directive = give()
    own = list(directive.targets.filter(place__startswith="/63:93/63:935/").select_related("organisation"))
    (top,) = lines(directive, own, DAY)
    assert top.target.key == "63:935"


def test_the_same_order_twice_is_refused_and_a_new_one_ends_the_one_it_replaces(give):
    first = give()
    with pytest.raises(DirectiveError, match="stored already"):
        give()
    second = give(replaces=first)
    first.refresh_from_db()
    assert (first.ended_on, second.replaces) == (DAY, first)
    assert Directive.objects.count() == 2


def test_what_is_refused_leaves_nothing_behind(letter, hau_giang):
    root = tree.territory(hau_giang, Measure.POPULATION, tree.Depth.ONE, DAY, {})
    made = plan(root, letter.target, Split.EQUALISE)
    with pytest.raises(TargetError, match="has gone by"):
        services.give(replace(letter, deadline=dt.date(2020, 8, 14)), made, DAY)
    assert not Directive.objects.exists()
    assert not Target.objects.exists()


def test_a_small_units_count_and_its_sisters_are_suppressed_on_the_directive_page(give):
    """As on the public pages: with the total shown, a single hidden part would follow from the others."""
    directive = give()
    districts = list(directive.targets.exclude(parent=None).order_by("key"))
    Target.objects.filter(pk=districts[0].pk).update(people=500)
    for target, installs in zip(districts, (3, 4_000, 2_000), strict=False):
        store([Count(UnitCode.parse(target.key), DAY, installs=installs, source="a")])
    (root,) = standing(directive)
    hidden = {child.target.key for child in root.children if child.extent is Extent.SUPPRESSED}
    fewest = min(districts[1:], key=lambda target: target.people)  # the same on every day, whatever the counts
    assert hidden == {districts[0].key, fewest.key}
    assert all(child.pace.installs == 0 for child in root.children if child.target.key in hidden)
    (opened,) = lines(directive, [directive.targets.get(key=fewest.key)], DAY)
    assert (opened.extent, opened.pace.installs) == (Extent.SUPPRESSED, 0)  # on its own page as on the one above


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_sums_in_sql_are_the_sums_of_what_may_be_disclosed(letter, schools, put_figure, data):
    """Figures on any days, by any sources, headcounts of any size; one silent for months stands where it stood."""
    DailyCount.objects.exclude(key__contains=":").delete()
    Directive.objects.all().delete()
    for each in schools:
        each.headcount = data.draw(st.integers(1, 1_200))
        each.with_families = data.draw(st.booleans())
        each.save()
        days = data.draw(st.lists(st.integers(0, 60), unique=True, max_size=4))
        stored = [each for each in Origin if each is not Origin.PARTS]  # sums are computed, never stored
        for back, origin, source in itertools.product(days, stored, ("a", "b")):
            if data.draw(st.booleans()):
                installs = data.draw(st.none() | st.integers(0, each.people + 3) | st.integers(0, 6))
                put_figure(each, DAY - dt.timedelta(days=back), installs, origin=origin, source=source, active=1)
    root, _ = tree.sectors(letter.scope, ["state-agencies", "schools"], DAY)
    order = replace(letter, base=Base.HEADCOUNT, target=Fraction(1))
    directive = services.give(order, plan(root, Fraction(1), Split.EQUALISE), DAY)
    made = progress.by_sector(directive, DAY)
    for sector in directive.targets.filter(kind="sector"):
        members = [each for each in schools if each.sector == sector.key]
        people = {each.code: each.people for each in members}
        series = {code: own for code, own in reader.series_of(people, DAY).items() if own.counts}
        disclosed = [reader.disclosed(own, people[code]) for code, own in series.items()]
        got = made[sector.pk].series.counts if sector.pk in made else []
        assert [(c.date, c.installs) for c in got] == [
            (c.date, c.installs) for c in total_of(disclosed, letter.scope.code, DAY)
        ]
        inexact = any(disclose(own.total, people[code]).extent is not Extent.EXACT for code, own in series.items())
        assert (sector.pk in made and made[sector.pk].at_least) == inexact


def test_a_unit_that_moves_takes_its_targets_and_its_heads_account_along(letter, schools):
    root, _ = tree.sectors(letter.scope, ["schools"], DAY)
    order = replace(letter, base=Base.HEADCOUNT, target=Fraction(1))
    directive = services.give(order, plan(root, Fraction(1), Split.EQUALISE), DAY)
    head = User.objects.create_user("head", role="unit-head", place=schools[0].place)
    facts = organisations.facts_of(schools[0])
    organisations.change(schools[0], replace(facts, within=UnitCode.parse("63:31340")))
    head.refresh_from_db()
    target = directive.targets.get(organisation=schools[0])
    assert head.place == target.place == schools[0].place == f"/63:93/63:931/63:31340/{schools[0].code}/"
