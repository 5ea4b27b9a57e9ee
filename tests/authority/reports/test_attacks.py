"""Attack exposure reports and heard lists: forged, replayed and relayed ones, floods, copied databases."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
from dataclasses import replace

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bluezone.authority.episodes import services
from bluezone.authority.episodes.models import Episode
from bluezone.authority.episodes.words import Decision
from bluezone.authority.keys.models import PublishedKey
from bluezone.authority.keys.revision import decrypt
from bluezone.authority.reports import judging, lists
from bluezone.authority.reports.models import (
    AwaitedEntries,
    HeardList,
    HeardListOf,
    JobKey,
    Report,
    SeenReport,
    VerdictDay,
)
from bluezone.authority.reports.rules import Reason, Verdict
from bluezone.authority.site import retention
from bluezone.authority.work.models import Task
from bluezone.cli.authority.running import judge_reports_command
from bluezone.protocol.exposure_notification import rolling_proximity_identifier_key
from bluezone.protocol.heard import OpenedKey, heard_entry, list_entries
from bluezone.protocol.keys import ReportType
from bluezone.protocol.reports import HEARD_PATH, REPORTS_PATH, TAKE_BACK_PATH, Certainty, ReportRefusal, day_interval
from bluezone.protocol.text import base64_text


def verdicts(rows: list[Report]) -> list[tuple[str, str]]:
    return [(row.verdict, row.reason) for row in rows]


# --- what should work -------------------------------------------------------------------------------------------------


def test_who_was_heard_by_the_patient_is_corroborated(office):
    keys, token = office.patient()
    contact = office.person()
    assert office.give_heard(token, [contact.sent(), secrets.token_bytes(16)]).code == ""
    assert office.send(contact.report([office.key_of(keys, contact.day)])).code == ""
    assert verdicts(office.judge()) == [(Verdict.CORROBORATED, Reason.HEARD)]


def test_without_a_list_or_without_an_opened_key_a_report_is_consistent(office):
    keys, token = office.patient()
    first, second = office.person(), office.person()
    office.send(first.report([office.key_of(keys, first.day)]))
    office.judge()
    office.give_heard(token, [second.sent()])
    office.send(second.report([office.key_of(keys, second.day)], opened=()))
    assert verdicts(office.judge()) == [(Verdict.CONSISTENT, Reason.NOTHING_AGAINST)] * 2


def test_the_opened_key_is_gone_with_the_verdict(office):
    keys, _ = office.patient()
    contact = office.person()
    office.send(contact.report([office.key_of(keys, contact.day)]))
    assert bytes(Report.objects.get().evidence) != b""
    office.judge()
    assert bytes(Report.objects.get().evidence) == b""


def test_a_list_that_comes_late_corroborates_whom_it_names_and_nobody_else(office):
    keys, token = office.patient()
    heard, other = office.person(), office.person()
    for each in (heard, other):
        office.send(each.report([office.key_of(keys, each.day)]))
    assert verdicts(office.judge()) == [(Verdict.CONSISTENT, Reason.NOTHING_AGAINST)] * 2
    assert [bytes(row.evidence) for row in Report.objects.all()] == [b"", b""]
    office.clock.forward(hours=30)
    office.give_heard(token, [heard.sent(), secrets.token_bytes(16)])
    assert verdicts(office.judge()) == [
        (Verdict.CORROBORATED, Reason.HEARD),
        (Verdict.CONSISTENT, Reason.NOTHING_AGAINST),
    ]
    assert [row.urgency > 0 for row in Task.objects.filter(kind="call").order_by("pk")] == [True, False]
    counts = {row.verdict: row.count for row in VerdictDay.objects.all()}
    assert counts == {"consistent": 1, "corroborated": 1}
    assert set(AwaitedEntries.objects.values_list("report", flat=True)) == {Report.objects.get(verdict="consistent").pk}
    assert verdicts(office.judge())[0] == (Verdict.CORROBORATED, Reason.HEARD)  # once, however often the job runs
    assert {row.verdict: row.count for row in VerdictDay.objects.all()} == counts


def test_a_late_list_of_a_patient_that_is_not_named_corroborates_nobody(office):
    keys, _ = office.patient()
    _, token = office.patient()
    contact = office.person()
    office.send(contact.report([office.key_of(keys, contact.day)]))
    office.judge()
    office.give_heard(token, [contact.sent()])
    assert verdicts(office.judge()) == [(Verdict.CONSISTENT, Reason.NOTHING_AGAINST)]


def test_after_three_days_a_list_corroborates_nobody_and_nothing_is_kept_for_it(office):
    keys, token = office.patient()
    contact = office.person()
    office.send(contact.report([office.key_of(keys, contact.day)]))
    office.judge()
    assert AwaitedEntries.objects.count() == judging.DAYS
    office.clock.forward(hours=24 * judging.DAYS)
    retention.purge(office.clock.now)
    assert not AwaitedEntries.objects.exists()
    office.give_heard(token, [contact.sent()])
    assert verdicts(office.judge()) == [(Verdict.CONSISTENT, Reason.NOTHING_AGAINST)]


def test_what_waits_for_a_list_names_no_identifier_and_goes_with_the_decision(office, django_user_model):
    keys, _ = office.patient()
    contact = office.person()
    office.send(contact.report([office.key_of(keys, contact.day)]))
    office.judge()
    kept = [bytes(row.entries) for row in AwaitedEntries.objects.order_by("key__day")]
    plain = {heard_entry(each) for each in contact.opened.identifiers()}
    for entries in kept:
        assert contact.opened.rpik not in entries
        assert plain.isdisjoint(lists.entries_in(entries))
    assert not lists.entries_in(kept[0]) & lists.entries_in(kept[1])  # a day's compare with that day's lists alone
    officer = django_user_model.objects.create_user("mai", role="ministry", place="/")
    services.decide(Episode.objects.get(role="f1"), Decision.NOT, officer, office.clock.now)
    assert not AwaitedEntries.objects.exists()


def test_a_report_sent_again_is_stored_once_and_answered_alike(office):
    keys, _ = office.patient()
    contact = office.person()
    report = contact.report([office.key_of(keys, contact.day)])
    assert [office.send(report).code for _ in range(3)] == ["", "", ""]
    assert Report.objects.count() == SeenReport.objects.count() == 1


def test_a_report_that_is_taken_back_is_gone_and_does_not_come_again(office):
    keys, _ = office.patient()
    contact = office.person()
    report = contact.report([office.key_of(keys, contact.day)])
    office.send(report)
    assert office.take_back(report).code == ""
    assert not Report.objects.exists()
    assert office.send(report).code == "", "a retry that was late"
    assert not Report.objects.exists()
    assert office.take_back(report).code == "", "one answer, whether it was there or not"


# --- replays ----------------------------------------------------------------------------------------------------------


def test_a_replayed_report_with_other_content_is_refused_and_changes_nothing(office):
    keys, _ = office.patient()
    contact, thief = office.person(), office.person()
    report = contact.report([office.key_of(keys, contact.day)])
    office.send(report)
    assert office.send(replace(report, receipt=thief.receipt, quarters=96)).code == ""
    [row] = office.judge()
    assert row.quarters == report.quarters
    refused = VerdictDay.objects.get(verdict=Verdict.REFUSED)
    assert (refused.reason, refused.count) == (Reason.ID_SEEN, 1)


def test_a_replayed_heard_list_changes_nothing(office):
    keys, token = office.patient()
    contact, friend = office.person(), office.person()
    office.give_heard(token, [contact.sent()])
    before = bytes(HeardList.objects.get().entries)
    assert office.give_heard(token, [friend.sent()]).code == "", "answered as the first one"
    assert bytes(HeardList.objects.get().entries) == before
    office.send(friend.report([office.key_of(keys, friend.day)]))
    assert verdicts(office.judge()) == [(Verdict.CONSISTENT, Reason.NOTHING_AGAINST)]


# --- keys that are not what they seem ---------------------------------------------------------------------------------


def test_a_report_that_names_foreign_keys_is_refused_and_its_number_forgotten(office):
    keys, _ = office.patient()
    contact = office.person()
    office.send(contact.report([office.key_of(keys, contact.day), secrets.token_bytes(16)]))
    [row] = office.judge()
    assert (row.verdict, row.reason) == (Verdict.REFUSED, Reason.KEY_NOT_OUT)
    assert bytes(row.number) == b""
    assert not row.keys.exists()


def test_a_report_that_names_a_key_before_it_is_out_is_refused(office):
    """Somebody got at a key that is still embargoed, sent its identifiers on the air, and reports a meeting."""
    keys, _ = office.patient(out=False)
    early = office.person()
    office.send(early.report([office.key_of(keys, early.day)]))
    assert verdicts(office.judge()) == [(Verdict.REFUSED, Reason.KEY_NOT_OUT)]


def test_keys_replayed_over_the_air_bring_consistent_reports_at_most(office):
    """Published keys are sent again in a market: phones there hear them, and warn; the patient heard none of them."""
    keys, token = office.patient()
    met = office.person()
    office.give_heard(token, [met.sent()])
    market = [office.person() for _ in range(5)]
    for each in market:
        office.send(each.report([office.key_of(keys, each.day)]))
    assert {row.verdict for row in office.judge()} == {Verdict.CONSISTENT}


def test_a_made_up_key_of_an_export_file_is_nobodys(office):
    keys, _ = office.patient()
    made_up = PublishedKey.objects.filter(made_up=True).first()
    if made_up is None:
        made_up = PublishedKey.objects.exclude(key=office.key_of(keys, office.today() - dt.timedelta(days=2))).first()
        PublishedKey.objects.filter(pk=made_up.pk).update(made_up=True)
        made_up.refresh_from_db()
    day = dt.date(1970, 1, 1) + dt.timedelta(days=made_up.rolling_start_interval // 144)
    liar = office.person((office.today() - day).days)
    office.send(liar.report([bytes(made_up.key)]))
    assert verdicts(office.judge()) == [(Verdict.REFUSED, Reason.KEY_NOT_OUT)]


def test_a_key_that_was_withdrawn_makes_no_contact(office):
    keys, _ = office.patient()
    contact = office.person()
    key = office.key_of(keys, contact.day)
    PublishedKey.objects.filter(key=key).update(revised_report_type=ReportType.REVOKED)
    office.send(contact.report([key]))
    assert verdicts(office.judge()) == [(Verdict.REFUSED, Reason.KEYS_WITHDRAWN)]


# --- opened keys ------------------------------------------------------------------------------------------------------


def test_the_opened_key_of_another_phone_corroborates_nothing(office):
    keys, token = office.patient()
    contact, other = office.person(), office.person()
    office.give_heard(token, [contact.sent()])
    office.send(other.report([office.key_of(keys, other.day)]))
    assert verdicts(office.judge()) == [(Verdict.CONSISTENT, Reason.NOTHING_AGAINST)]


def test_the_opened_key_of_another_patient_is_public_and_corroborates_nothing(office):
    """One patient heard another. Whoever reads the export files derives the other's RPIK, and presents it."""
    keys, token = office.patient()
    others, _ = office.patient()
    liar = office.person()
    tek = office.key_of(others, liar.day)
    public = OpenedKey(rolling_proximity_identifier_key(tek), day_interval(liar.day), 144)
    office.give_heard(token, [public.identifiers()[30]])
    office.send(liar.report([office.key_of(keys, liar.day)], opened=(public,)))
    assert verdicts(office.judge()) == [(Verdict.CONSISTENT, Reason.NOTHING_AGAINST)]


def test_the_list_of_a_patient_that_is_not_named_corroborates_nothing(office):
    keys, _ = office.patient()
    _, token = office.patient()
    contact = office.person()
    office.give_heard(token, [contact.sent()])
    office.send(contact.report([office.key_of(keys, contact.day)]))
    assert verdicts(office.judge()) == [(Verdict.CONSISTENT, Reason.NOTHING_AGAINST)]


def test_the_key_of_another_day_cannot_be_opened(office):
    keys, _ = office.patient()
    contact = office.person()
    body = contact.report([office.key_of(keys, contact.day)]).to_json()
    other = body.replace(contact.day.isoformat().encode(), (contact.day - dt.timedelta(days=2)).isoformat().encode())
    assert office.post(REPORTS_PATH, other).code == ReportRefusal.BAD_REQUEST


def test_a_relay_one_way_corroborates_nobody_and_both_ways_it_does(office):
    """Accepted: who carries identifiers both ways for five minutes at a strength like that of two metres has made two
    phones meet; docs/why/threat-model.md says why nothing can tell."""
    keys, token = office.patient()
    heard_one_way, relayed_both_ways = office.person(), office.person()
    office.give_heard(token, [relayed_both_ways.sent()])
    for each in (heard_one_way, relayed_both_ways):
        office.send(each.report([office.key_of(keys, each.day)]))
    assert [row.verdict for row in office.judge()] == [Verdict.CONSISTENT, Verdict.CORROBORATED]


# --- the door ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("token", ["no token", base64_text(secrets.token_bytes(658))])
def test_a_heard_list_is_taken_only_under_a_token_of_ours(office, token):
    office.patient()
    assert office.give_heard(token, [secrets.token_bytes(16)]).code == ReportRefusal.TOKEN_INVALID
    assert not HeardList.objects.exists()


def test_a_heard_list_of_keys_that_are_gone_is_refused(office):
    _, token = office.patient()
    PublishedKey.objects.all().delete()
    assert office.give_heard(token, []).code == ReportRefusal.TOKEN_INVALID


def test_a_list_counts_for_every_key_of_its_token_and_later_keys_have_their_own(office):
    keys, token = office.patient()
    office.give_heard(token, [])
    assert HeardListOf.objects.count() == len(keys) == len(decrypt(token))
    _, other = office.patient()
    office.give_heard(other, [])
    assert HeardList.objects.count() == 2


def test_a_report_needs_a_confirmed_number(office):
    keys, _ = office.patient()
    contact = office.person()
    stranger = contact.report([office.key_of(keys, contact.day)], receipt=secrets.token_hex(32))
    assert office.send(stranger).code == ReportRefusal.NUMBER_UNCONFIRMED
    assert not SeenReport.objects.exists()


def test_a_number_reports_once_a_day_that_it_can_have_met_somebody(office):
    keys, _ = office.patient()
    contact = office.person()
    answers = [office.send(contact.report([office.key_of(keys, contact.day)])).code for _ in range(16)]
    assert answers == [""] * 15 + [ReportRefusal.TOO_MANY]


def test_a_yes_a_refusal_and_a_decoy_have_one_size(office):
    keys, _ = office.patient()
    contact = office.person()
    good = contact.report([office.key_of(keys, contact.day)])
    wrong = replace(good, report=secrets.token_bytes(16), receipt=secrets.token_hex(32))
    bodies = [good.to_json(), wrong.to_json(), b"garbage", b""]
    sizes = {len(office.phone.post(REPORTS_PATH, body).content) for body in bodies}
    for path in (REPORTS_PATH, TAKE_BACK_PATH, HEARD_PATH):
        sizes.add(len(office.phone.post(path, b"{}", headers={"X-Chaff": "1"}).content))
        sizes.add(len(office.phone.post(path, b"{}").content))
    assert len(sizes) == 1


@pytest.mark.parametrize("path", [REPORTS_PATH, TAKE_BACK_PATH, HEARD_PATH])
def test_a_decoy_is_answered_as_a_yes_and_leaves_nothing(office, path):
    before = [model.objects.count() for model in (Report, SeenReport, HeardList, JobKey, VerdictDay)]
    answer = office.phone.post(path, b"{}", headers={"X-Chaff": "1"})
    assert answer.status_code == 200
    assert (answer.json()["error"], answer.json()["code"]) == ("", "")
    assert [model.objects.count() for model in (Report, SeenReport, HeardList, JobKey, VerdictDay)] == before


def test_a_decoy_asks_the_database_for_what_a_report_asks(office):
    keys, token = office.patient()
    contact = office.person()
    office.give_heard(token, [])
    report = contact.report([office.key_of(keys, contact.day)])

    def kinds(body: bytes, **headers: str) -> list[str]:
        with CaptureQueriesContext(connection) as asked:
            office.phone.post(REPORTS_PATH, body, headers=headers)
        return [query["sql"].split()[0] for query in asked if query["sql"].split()[0] in ("SELECT", "INSERT")]

    assert kinds(b"{}", **{"X-Chaff": "1"}) == kinds(report.to_json())


def test_script_and_formulas_stop_at_the_door(office):
    contact = office.person()
    body = contact.report([secrets.token_bytes(16)]).to_json()
    for name, text in (("policy", "<script>alert(1)</script>"), ("policyVersion", "=HYPERLINK(1)"), ("commune", "'--")):
        changed = json.dumps(json.loads(body) | {name: text}).encode()
        assert office.post(REPORTS_PATH, changed).code == ReportRefusal.BAD_REQUEST


def test_a_report_cannot_bring_its_own_verdict(office):
    """Mass assignment: fields that are ours, in the body."""
    keys, _ = office.patient()
    contact = office.person()
    body = json.loads(contact.report([office.key_of(keys, contact.day)]).to_json())
    more = {"verdict": "corroborated", "risk": 0, "place": "/", "number": "x", "heard": True}
    assert office.post(REPORTS_PATH, json.dumps(body | more).encode()).code == ""
    [row] = office.judge()
    assert (row.verdict, row.risk) == (Verdict.CONSISTENT, 2)
    assert row.place != "/"


# --- many false reports -----------------------------------------------------------------------------------------------


def test_behind_ten_thousand_false_reports_the_corroborated_one_is_first(office):
    keys, token = office.patient()
    contact = office.person()
    office.give_heard(token, [contact.sent()])
    key = office.key_of(keys, contact.day)
    first = contact.report([key], near_minutes=None, quarters=1, certainty=Certainty.CANNOT_TELL)
    liar = office.person()
    office.send(liar.report([key], quarters=96, near_minutes=1_440, opened=()))
    [model] = office.judge()
    copies = [
        Report(
            **{
                field.attname: getattr(model, field.attname)
                for field in Report._meta.concrete_fields
                if field.attname not in ("id", "id_digest", "decided_at")
            },
            id_digest=f"{number:064d}",
        )
        for number in range(9_999)
    ]
    Report.objects.bulk_create(copies)
    task = Task.objects.get(kind="call")
    Task.objects.bulk_create(
        Task(source="episode", source_key=str(number), kind="call", place=task.place, urgency=task.urgency,
             opened_at=task.opened_at, opens_at=task.opens_at, due_at=task.due_at)
        for number in range(9_999)
    )  # fmt: skip
    office.clock.forward(minutes=59)
    office.send(first)
    judging.judge_waiting(office.clock.now)
    calls = Task.objects.filter(kind="call").order_by("-urgency", "due_at")
    assert calls.count() == 10_001
    reports = [Report.objects.get(exposures__episode=each.source_key) for each in (calls[0], task)]
    assert [each.verdict for each in reports] == [Verdict.CORROBORATED, Verdict.CONSISTENT]
    assert calls[1].urgency == task.urgency


def test_where_no_report_waits_the_command_gives_none_a_verdict(db, set_clock):
    done = CliRunner().invoke(judge_reports_command, [])
    assert (done.exit_code, done.output) == (0, "0 exposure reports have a verdict\n")


# --- a copied database ------------------------------------------------------------------------------------------------


def test_from_a_copied_database_nothing_is_found_of_who_never_published_or_reported(office, database_text):
    """The patient heard a bystander, who did nothing. Whoever holds the database, all export files and all that was on
    the air looks for the bystander: for identifiers, their entries, keys, the number."""
    keys, token = office.patient()
    contact, bystander = office.person(), office.person()
    office.give_heard(token, [contact.sent(), bystander.sent()])
    office.send(contact.report([office.key_of(keys, contact.day)]))
    office.judge()
    copied = database_text()
    stored = set(list_entries(bytes(HeardList.objects.get().entries)))
    traces = [*bystander.opened.identifiers(), *bystander.opened.entries(), bystander.tek, bystander.opened.rpik]
    assert stored.isdisjoint(bystander.opened.entries())
    for trace in traces:
        for written in (trace.hex(), base64_text(trace), repr(trace)[2:-1]):
            assert written not in copied
    # The same of who did report, as long as nobody has the installation's secret.
    assert stored.isdisjoint(contact.opened.entries())
    for trace in (contact.tek, contact.opened.rpik, *contact.opened.entries()):
        assert repr(trace)[2:-1] not in copied
    # Which keys a list or a report belongs to is a keyed digest: no join leads from a published key to either.
    digests = set(HeardListOf.objects.values_list("key_digest", flat=True))
    for key in keys:
        assert not {hashlib.sha256(key.key).hexdigest(), key.key.hex()} & digests


def test_without_the_key_of_the_day_nobody_finds_anything_in_a_list(office):
    """Also the authority: after 14 days the key is gone, and a list that was copied before stays silent."""
    keys, token = office.patient()
    contact = office.person()
    office.give_heard(token, [contact.sent()])
    JobKey.objects.update(key=JobKey.objects.get().key[:12] + bytes(80))
    office.send(contact.report([office.key_of(keys, contact.day)]))
    assert verdicts(office.judge()) == [(Verdict.CONSISTENT, Reason.NOTHING_AGAINST)]


def test_a_report_whose_secret_is_lost_stops_no_other(office, caplog):
    keys, _ = office.patient()
    first, second = office.person(), office.person()
    for each in (first, second):
        office.send(each.report([office.key_of(keys, each.day)]))
    lost = Report.objects.order_by("id").first()
    Report.objects.filter(pk=lost.pk).update(evidence=bytes(80))
    assert [row.verdict for row in office.judge()] == [Verdict.REFUSED, Verdict.CONSISTENT]
    assert "no evidence any more" in caplog.text


def test_lists_and_their_key_are_gone_after_14_days_and_reports_after_21(office):
    keys, token = office.patient()
    contact = office.person()
    office.give_heard(token, [contact.sent()])
    office.send(contact.report([office.key_of(keys, contact.day)]))
    office.judge()
    came = office.clock.now
    retention.purge(came + dt.timedelta(days=14))
    assert HeardList.objects.exists()
    retention.purge(came + dt.timedelta(days=15))
    assert not HeardList.objects.exists()
    assert not HeardListOf.objects.exists()
    assert not JobKey.objects.exists()
    assert Report.objects.exists()
    retention.purge(came + dt.timedelta(days=22))
    assert not Report.objects.exists()
    retention.purge(came + dt.timedelta(days=23))
    assert not SeenReport.objects.exists()


def test_nothing_of_a_report_is_logged(office, caplog):
    keys, token = office.patient()
    contact = office.person()
    caplog.set_level("DEBUG")
    office.give_heard(token, [contact.sent()])
    report = contact.report([office.key_of(keys, contact.day)])
    office.send(report)
    office.judge()
    for secret in (report.receipt, base64_text(report.report), base64_text(report.keys[0]), token, "+8491"):
        assert secret not in caplog.text
