"""Store what machines and telephone numbers asked codes for: no number in clear, no case, no person."""

from __future__ import annotations

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models

from bluezone.authority.diagnosis.models import Case, OneTimeCode
from bluezone.authority.issuing.results.rules import Result
from bluezone.authority.persons.models import Person


class UserReport(models.Model):
    """Store that a code was sent to a telephone number that reported by itself."""

    #: keyed hash of the number
    number_digest = models.CharField(max_length=64, db_index=True)
    sent_at = models.DateTimeField(db_index=True)
    #: while nobody knows yet whether it is used; then nothing leads from a number to a case any more
    code = models.OneToOneField(OneTimeCode, null=True, on_delete=models.SET_NULL, related_name="user_report")
    #: the day on which the code was used
    reported_on = models.DateField(null=True, db_index=True)

    def __str__(self) -> str:
        return f"user report of {self.sent_at:%Y-%m-%d}"


class UserReportRequest(models.Model):
    """Count a request for a code by text message, whether one was sent or not. `caller` is a digest of its address."""

    caller = models.CharField(max_length=64, db_index=True)
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"request of {self.at:%Y-%m-%d %H:%M} UTC"


class ExternalIssuerDay(models.Model):
    """Count the codes that an office's machine issued in a day for somebody whom it names (`externalIssuerID`)."""

    day = models.DateField()
    place = models.CharField(max_length=80)
    issuer = models.CharField(max_length=255)
    issued = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "place", "issuer"], name="one_count_of_an_issuer_a_day")]

    def __str__(self) -> str:
        return f"{self.day}: {self.issued} codes"


class CodeDay(models.Model):
    """Store the sums of an office's codes in a day (`statistics.rules.CodeSums`), when the codes are long gone."""

    day = models.DateField(db_index=True)
    place = models.CharField(max_length=80)
    sums = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "place"], name="one_sum_of_an_office_a_day")]

    def __str__(self) -> str:
        return f"{self.place}, {self.day}"


class LabResult(models.Model):
    """Store a laboratory's result under the id that the laboratory gave it. No name and no number: those are the
    person's."""

    laboratory = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="results")
    external_id = models.CharField(max_length=64, db_index=True)
    #: keyed digest of all that was said: tells a copy from a correction
    content_digest = models.CharField(max_length=64)
    result = models.CharField(max_length=9, choices=[(each.value, each.value) for each in Result])
    sampled_on = models.DateField()
    reported_on = models.DateField()
    received_at = models.DateTimeField(db_index=True)
    #: when the laboratory said it, where its system tells
    issued_at = models.DateTimeField(null=True)
    #: whose task it is (`confirming.office_of`), and the place as the laboratory wrote it
    place = models.CharField(max_length=80)
    named = models.CharField(max_length=120, blank=True)
    #: of whom it is, as far as is known: who the laboratory said, later whom an officer found
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    #: the case that it decides on, or that waits for this test; none as long as nobody has decided whose it is
    case = models.ForeignKey(Case, null=True, on_delete=models.CASCADE, related_name="lab_results")
    #: whether an officer is to look at it
    is_task = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["laboratory", "external_id"], name="one_result_of_a_laboratory_and_id")
        ]
        indexes = [
            # `varchar_pattern_ops`: jurisdictions are prefixes of places, whatever the database's order of letters
            models.Index(
                fields=["place", "-received_at"],
                opclasses=["varchar_pattern_ops", "timestamptz_ops"],
                name="results_of_a_place",
            )
        ]

    def __str__(self) -> str:
        return self.external_id

    @property
    def is_open(self) -> bool:
        """Return whether somebody is to decide whose it is, and what follows."""
        return self.result != Result.WITHDRAWN and (self.case is None or self.case.status == Case.Status.SUSPECTED)

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files it."""
        return {"place": self.place}


class LabCorrection(models.Model):
    """Keep what a laboratory said before it corrected itself."""

    row = models.ForeignKey(LabResult, on_delete=models.CASCADE, related_name="corrections")
    result = models.CharField(max_length=9)
    sampled_on = models.DateField()
    reported_on = models.DateField()
    corrected_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"correction of {self.row}"


auditlog.register(LabResult, include_fields=["external_id", "sampled_on", "reported_on", "place", "is_task"])
