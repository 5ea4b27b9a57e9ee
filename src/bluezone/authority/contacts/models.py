"""Store exposure reports, what patients' phones heard, and the contacts that an office entered. A report or a list
refers to no case, installation or published key: what names one is a keyed digest."""

from __future__ import annotations

import uuid

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bluezone.authority.contacts.call_rules import Reached
from bluezone.authority.contacts.contact_rules import Decision, FoundBy, Setting, Tested
from bluezone.authority.contacts.rules import Outcome, Reason, Verdict
from bluezone.authority.diagnosis.models import Case, OneTimeCode
from bluezone.authority.persons.models import Person
from bluezone.protocol.reports import Nearness


class JobKey(models.Model):
    """Store the key of one day (UTC) under which the entries of heard lists that came on it are keyed again. It is
    encrypted, and goes with its lists: without it nobody finds anything in them, the authority included."""

    day = models.DateField(unique=True)
    #: AES-256-GCM
    key = models.BinaryField()

    def __str__(self) -> str:
        return f"key of the verdict's job, {self.day}"


class HeardList(models.Model):
    """Store a heard list: 2,048 entries of 8 bytes, each keyed again under the key of the day it came, in order."""

    key = models.ForeignKey(JobKey, on_delete=models.CASCADE, related_name="lists")
    entries = models.BinaryField()
    #: whether reports that were judged before it came were looked at again (`late_lists`)
    looked_at = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["id"], condition=models.Q(looked_at=False), name="heard_list_is_new")]

    def __str__(self) -> str:
        return f"heard list of {self.key.day}"


class HeardListOf(models.Model):
    """Store of which published key's phone a list is: a keyed digest of the key, one list a key."""

    list = models.ForeignKey(HeardList, on_delete=models.CASCADE, related_name="of")
    key_digest = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return f"whose {self.list} is"


class SeenReport(models.Model):
    """Store that a report came: keyed digests of its id and of what it said. It stays when the report is taken back, so
    that nobody can send it again."""

    id_digest = models.CharField(max_length=64, primary_key=True)
    content_digest = models.CharField(max_length=64)
    received_on = models.DateField(db_index=True)

    def __str__(self) -> str:
        return f"a report of {self.received_on}"


class Report(models.Model):
    """Store an exposure report, until three weeks after it came. Without a verdict it waits for the job."""

    id_digest = models.CharField(max_length=64, unique=True)
    #: of the commune that the reporter named: whose officers see it
    place = models.CharField(max_length=80)
    day = models.DateField()
    quarters = models.PositiveSmallIntegerField()
    nearness = models.CharField(max_length=8, choices=[(each.value, each.value) for each in Nearness])
    #: percent; none where the policy says none
    probability = models.PositiveSmallIntegerField(null=True)
    policy = models.CharField(max_length=40)
    policy_version = models.CharField(max_length=40)
    #: the start of the hour in which it came
    received_at = models.DateTimeField()
    #: AES-256-GCM; empty once the report is refused, or decided to be no contact's
    number = models.BinaryField()
    #: keyed digest of the number: to count its reports
    number_digest = models.CharField(max_length=64, db_index=True)
    #: named keys and opened keys, AES-256-GCM; empty from the verdict on
    evidence = models.BinaryField()

    verdict = models.CharField(
        max_length=12,
        blank=True,
        choices=[
            (Verdict.CORROBORATED.value, _("corroborated")),
            (Verdict.CONSISTENT.value, _("consistent")),
            (Verdict.REFUSED.value, _("refused")),
        ],
    )
    reason = models.CharField(max_length=20, blank=True, choices=[(each.value, each.value) for each in Reason])
    #: of `rules`: who is called first
    rank = models.PositiveSmallIntegerField(default=0)
    risk = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(
        max_length=4,
        blank=True,
        choices=[
            (Outcome.F1.value, _("close contact (F1)")),
            (Outcome.NOT.value, _("no contact")),
            (Outcome.LOST.value, _("not reached")),
        ],
    )
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="decided_reports"
    )
    #: when who reported is to be called again, as the last call agreed
    call_again_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=models.Q(verdict=""), name="report_awaits_verdict"),
            models.Index(fields=["outcome", "rank", "-risk", "received_at"], name="report_queue"),
            # `varchar_pattern_ops`: jurisdictions are prefixes of places, whatever the database's order of letters
            models.Index(fields=["place", "outcome"], opclasses=["varchar_pattern_ops"] * 2, name="reports_of_a_place"),
            models.Index(
                fields=["place", "received_at"],
                opclasses=["varchar_pattern_ops", "timestamptz_ops"],
                condition=models.Q(outcome="", verdict__in=[Verdict.CORROBORATED.value, Verdict.CONSISTENT.value]),
                name="reports_to_call",
            ),
            models.Index(
                fields=["place"],
                opclasses=["varchar_pattern_ops"],
                condition=models.Q(verdict=Verdict.REFUSED.value),
                name="reports_refused",
            ),
            models.Index(
                fields=["call_again_at"], condition=models.Q(call_again_at__isnull=False), name="reports_to_call_again"
            ),
            models.Index(fields=["received_at"], name="report_age"),
        ]

    def __str__(self) -> str:
        return f"exposure report {self.pk}"


class ReportedKey(models.Model):
    """Store that a report named a published key, by a keyed digest: reports of one F0 have one."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="keys")
    key_digest = models.CharField(max_length=64, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "key_digest"], name="a_report_names_a_key_once")]

    def __str__(self) -> str:
        return f"a key of {self.report}"


class AwaitedEntries(models.Model):
    """Store under which entries a heard list that comes on a day would name who reported: keyed under the key of that
    day, in order, as the list itself will be. For a consistent report, three days at most (`late_lists`)."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="awaited")
    key = models.ForeignKey(JobKey, on_delete=models.CASCADE, related_name="+")
    entries = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "key"], name="a_report_awaits_a_days_lists_once")]

    def __str__(self) -> str:
        return f"entries of {self.report}"


class PublicRpik(models.Model):
    """Store the RPIK of a published key. Anybody can derive it from the export files."""

    rpik = models.BinaryField(max_length=16, unique=True)
    #: days since 1970 (UTC)
    day = models.PositiveIntegerField(db_index=True)

    def __str__(self) -> str:
        return f"RPIK of a key of day {self.day}"


class IndexedBatch(models.Model):
    """Store of which batch of keys the RPIKs are known."""

    batch_id = models.PositiveBigIntegerField(primary_key=True)

    def __str__(self) -> str:
        return f"batch {self.batch_id}"


class VerdictDay(models.Model):
    """Count verdicts of a day, where the officers are: how many, never whose."""

    day = models.DateField()
    verdict = models.CharField(max_length=12)
    reason = models.CharField(max_length=20)
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "verdict", "reason"], name="one_count_of_verdicts_a_day")]

    def __str__(self) -> str:
        return f"{self.day}: {self.count} {self.verdict}"


class WarnedAnswer(models.Model):
    """Store that an answer came, so that it counts once: a keyed digest of its id, drawn for one week; neither what it
    said nor when it came."""

    id_digest = models.CharField(max_length=64, primary_key=True)
    #: the Monday of the week that it is about
    week = models.DateField(db_index=True)

    def __str__(self) -> str:
        return f"an answer for the week of {self.week}"


class WarnedWeek(models.Model):
    """Count the answers for a week, and those that say, truly or by the coin, that the phone warned."""

    week = models.DateField(primary_key=True)
    answers = models.PositiveIntegerField()
    yes = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"week of {self.week}: {self.yes} of {self.answers}"


class Contact(models.Model):
    """Store somebody who was near a case, or near such a contact: one row a person, of however many cases."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    #: who it is, by pseudonym; the identity goes before the contact
    person = models.OneToOneField(Person, null=True, on_delete=models.SET_NULL, related_name="contact")
    #: of the office that entered it and answers for it
    place = models.CharField(max_length=80, db_index=True)
    #: 1: was near a case (F1); 2: was near such a contact (F2)
    level = models.PositiveSmallIntegerField()
    decision = models.CharField(
        max_length=8,
        default=Decision.WAITING.value,
        choices=[
            (Decision.WAITING.value, _("to be decided")),
            (Decision.CONTACT.value, _("contact")),
            (Decision.NOT.value, _("no contact")),
            (Decision.LOST.value, _("not reached")),
        ],
    )
    entered_at = models.DateTimeField(db_index=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    #: when the office heard the person last: reached, or did not want to talk
    called_at = models.DateTimeField(null=True)
    #: when to call again, as the last call agreed
    call_again_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    #: when the phone warned, where the contact was found by it: the hour in which the report came
    warned_at = models.DateTimeField(null=True)
    isolated_on = models.DateField(null=True)
    tested = models.CharField(max_length=8, blank=True, choices=[(Tested.NEGATIVE.value, _("negative"))])

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(level__in=[1, 2]), name="contact_is_f1_or_f2")]
        indexes = [
            models.Index(fields=["place", "-entered_at"], name="contacts_of_a_place"),
            models.Index(
                fields=["place"],
                opclasses=["varchar_pattern_ops"],
                condition=models.Q(decision="waiting", called_at=None, call_again_at=None),
                name="contacts_never_called",
            ),
            models.Index(
                fields=["place", "called_at"],
                opclasses=["varchar_pattern_ops", "timestamptz_ops"],
                condition=models.Q(decision="waiting", called_at__isnull=False),
                name="contacts_to_decide_since",
            ),
            # the longest waiting first, whatever the place
            models.Index(
                fields=["entered_at", "id"],
                condition=models.Q(decision="waiting", called_at=None, call_again_at=None),
                name="contacts_never_called_since",
            ),
            models.Index(
                fields=["called_at", "id"],
                condition=models.Q(decision="waiting", called_at__isnull=False),
                name="contacts_heard_since",
            ),
            models.Index(
                fields=["call_again_at"], condition=models.Q(call_again_at__isnull=False), name="contacts_to_call_again"
            ),
        ]

    def __str__(self) -> str:
        return f"contact {self.id}"

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files it."""
        return {"place": self.place}


class Call(models.Model):
    """Store that a contact, or who reported an exposure, was called, and the answers as words of a sheet: no text in
    which somebody's name could stand. It goes with the contact or report."""

    contact = models.ForeignKey(Contact, null=True, on_delete=models.CASCADE, related_name="calls")
    report = models.ForeignKey(Report, null=True, on_delete=models.CASCADE, related_name="calls")
    called_at = models.DateTimeField()
    called_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    reached = models.CharField(
        max_length=12,
        choices=[
            (Reached.YES.value, _("reached by telephone")),
            (Reached.NO_ANSWER.value, _("no answer")),
            (Reached.WRONG_NUMBER.value, _("wrong number")),
            (Reached.REFUSED.value, _("does not want to talk")),
        ],
    )
    #: name of the sheet (`call_sheets`) whose questions were asked
    sheet = models.CharField(max_length=40)
    #: by question, the words
    answers = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(contact__isnull=True) ^ models.Q(report__isnull=True), name="a_call_is_of_one"
            )
        ]

    def __str__(self) -> str:
        return f"call {self.pk}"


class WarningCode(models.Model):
    """Store which code lets a contact warn others. It goes with the code, 14 days after that."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="warning_codes")
    code = models.OneToOneField(OneTimeCode, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"code of {self.contact}"


class Meeting(models.Model):
    """Store that a contact was near a case, or near another contact, on a day. Of neither: the contact's phone warned,
    and nobody knows whose contact it is."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="meetings")
    case = models.ForeignKey(Case, null=True, on_delete=models.CASCADE, related_name="meetings")
    near = models.ForeignKey(Contact, null=True, on_delete=models.CASCADE, related_name="passed_on")
    day = models.DateField(db_index=True)
    setting = models.CharField(
        max_length=9,
        choices=[
            (Setting.HOUSEHOLD.value, _("household")),
            (Setting.WORK.value, _("work or school")),
            (Setting.OTHER.value, _("elsewhere")),
        ],
    )
    found_by = models.CharField(max_length=4, choices=[(each.value, each.value) for each in FoundBy])
    #: the place of an organisation of the register; empty: not at one. Never an address
    site = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(case__isnull=True) | models.Q(near__isnull=True), name="a_meeting_is_with_one"
            ),
            models.UniqueConstraint(fields=["contact", "case", "day"], name="a_meeting_with_a_case_once"),
            models.UniqueConstraint(fields=["contact", "near", "day"], name="a_meeting_with_a_contact_once"),
        ]
        indexes = [
            models.Index(fields=["contact", "day"], name="meetings_of_a_contact"),
            models.Index(fields=["case", "day", "contact"], name="meetings_of_a_case"),
        ]

    def __str__(self) -> str:
        return f"meeting of {self.contact_id} on {self.day}"

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files it."""
        return {"place": self.contact.place}


# That somebody was entered, what was decided and when an isolation began; never who it is.
auditlog.register(Contact, include_fields=["decision", "level", "isolated_on", "tested"])
