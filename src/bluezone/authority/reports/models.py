"""Store exposure reports and what patients' phones heard. A report or a list refers to no case, installation or
published key: what names one is a keyed digest."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from bluezone.authority.reports.rules import Reason, Verdict
from bluezone.protocol.reports import Certainty


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
    """Store an exposure report, until three weeks after it came. Without a verdict it waits for the job; whoever is to
    be called has an episode from then on (`episodes`), which keeps the number."""

    id_digest = models.CharField(max_length=64, unique=True)
    #: of the commune that the reporter named: whose officers see it
    place = models.CharField(max_length=80)
    day = models.DateField()
    quarters = models.PositiveSmallIntegerField()
    #: none where the policy says none
    near_minutes = models.PositiveSmallIntegerField(null=True)
    certainty = models.CharField(max_length=12, choices=[(each.value, each.value) for each in Certainty])
    policy = models.CharField(max_length=40)
    policy_version = models.CharField(max_length=40)
    #: the start of the hour in which it came
    received_at = models.DateTimeField()
    #: AES-256-GCM; empty from the verdict on
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
    risk = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=models.Q(verdict=""), name="report_awaits_verdict"),
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
