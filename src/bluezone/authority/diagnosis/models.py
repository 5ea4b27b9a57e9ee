"""Store cases, their one-time codes, what it takes to refuse guesses, and the messages that carry codes. No personal
data: dates, report types, digests; a number encrypted, and for a day at most."""

from __future__ import annotations

import uuid

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from bluezone.authority.diagnosis import case_rules
from bluezone.authority.diagnosis.sending.rules import State
from bluezone.authority.officers.jurisdiction import NATION
from bluezone.authority.officers.models import ApiKey
from bluezone.authority.persons.models import Person
from bluezone.authority.site.configuration import disease
from bluezone.authority.site.models import Upload


class Case(models.Model):
    """Store a case that the health office of a place answers for."""

    class ReportType(models.TextChoices):
        CONFIRMED = "confirmed", _("Confirmed by a test")
        CLINICAL = "clinical", _("Clinical diagnosis")
        SELF = "self", _("Reported by the person")
        NEGATIVE = "negative", _("Found negative")
        #: no code can be issued yet
        SUSPECTED = "suspected", _("Not yet: a test's result is awaited")

    class Status(models.TextChoices):
        SUSPECTED = case_rules.Status.SUSPECTED.value, _("Suspected")
        CONFIRMED = case_rules.Status.CONFIRMED.value, _("Confirmed")
        RECOVERED = case_rules.Status.RECOVERED.value, _("Recovered")
        WITHDRAWN = case_rules.Status.WITHDRAWN.value, _("Withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report_type = models.CharField(max_length=12, choices=ReportType)
    onset_date = models.DateField(null=True, blank=True)
    test_date = models.DateField(null=True, blank=True)
    #: the officer's own file number, so that they find the case again; never a name
    file_number = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="cases")
    #: the admin key with which it was opened
    created_with = models.ForeignKey(ApiKey, null=True, on_delete=models.SET_NULL, related_name="cases")
    #: whose it is: of the office that opened it, or of the one that took it over; `/`: the ministry's
    place = models.CharField(max_length=80, default=NATION, db_index=True)
    status = models.CharField(max_length=12, choices=Status, default=Status.SUSPECTED)
    #: the case that this one turned out to be; what is done with it is done there
    merged_into = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="merged")
    #: who it is, by pseudonym; the identity goes before the case
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="cases")

    class Meta:
        indexes = [
            models.Index(fields=["created_by", "-created_at"]),
            models.Index(fields=["-created_at"], name="newest_cases"),
            # jurisdictions are prefixes of places, whatever the database's order of letters
            models.Index(
                fields=["place", "status"],
                opclasses=["varchar_pattern_ops"] * 2,
                condition=models.Q(merged_into=None),
                name="cases_of_a_place",
            ),
            # as duplicates are looked for, whatever the case of its letters
            models.Index(Upper("file_number"), "place", name="cases_by_file_number"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(onset_date__isnull=False) | models.Q(test_date__isnull=False), name="case_has_a_date"
            )
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def name(self) -> str:
        """Return what the case is called: the file number, else as the person is, else the beginning of its id."""
        return self.file_number or (self.person.called if self.person is not None else case_rules.short_id(self.id))

    @property
    def is_of_nobody(self) -> bool:
        """Return whether a person reported it alone: no office opened it, and none answers for it."""
        return self.report_type == Case.ReportType.SELF and self.created_by_id is None and self.created_with_id is None

    @property
    def window(self) -> case_rules.Window | None:
        """Return the days on which the person was infectious."""
        return case_rules.infectious_window(self.onset_date, self.test_date, disease().windows.infectious)

    @property
    def results(self) -> tuple[str, ...]:
        """Return the results of a test that may be noted now."""
        return case_rules.results_of(self.report_type, case_rules.Status(self.status))

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files it, and the key that opened it."""
        return {"place": self.place} | ({"key": self.created_with.label} if self.created_with else {})


class Merge(models.Model):
    """Store that two cases were found to be one. For a day it can be undone (`case_rules.may_undo`)."""

    kept = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    gone = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="merges")
    merged_at = models.DateTimeField(db_index=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["gone"], condition=models.Q(undone_at=None), name="a_case_is_merged_into_one_other"
            )
        ]

    def __str__(self) -> str:
        return f"{self.gone_id} = {self.kept_id}"

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files it."""
        return {"place": self.kept.place}


class OneTimeCode(models.Model):
    """Store the keyed digests of a short code and a long one, either of which lets one phone publish for a case, or
    for a contact who may warn others (`contacts`)."""

    #: none: of a contact
    case = models.ForeignKey(Case, null=True, on_delete=models.CASCADE, related_name="codes")
    #: of a contact: the day (UTC) from which on its keys are taken
    exposed_on = models.DateField(null=True)
    digest = models.CharField(max_length=64, unique=True)
    long_digest = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    #: when neither form is good any more
    long_expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    burnt_at = models.DateTimeField(null=True)
    #: the hour in which its keys were published
    published_at = models.DateTimeField(null=True)
    #: digest of the nonce that it is good with, later of the one it was used with; empty: any
    nonce = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(case__isnull=False, exposed_on=None) | models.Q(case=None, exposed_on__isnull=False),
                name="a_code_is_of_a_case_or_a_contact",
            )
        ]

    def __str__(self) -> str:
        return f"code of {self.case or 'a contact'}"


class VerificationToken(models.Model):
    """Hold what a phone has between its code and its certificate."""

    code = models.OneToOneField(OneTimeCode, on_delete=models.CASCADE, related_name="token")
    digest = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)
    #: digest of the keys' HMAC that it was used for
    used_for = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["used_for"], condition=~models.Q(used_for=""), name="token_by_its_keys")]

    def __str__(self) -> str:
        return f"token of {self.code}"


class WrongTry(models.Model):
    """Count the wrong codes of one address, one network or everywhere in one hour, and the accepted ones beside them.

    `scope` is a digest of the address or network (`device_api.callers.Origin`). What was malformed, used, run out or a
    decoy is not counted.
    """

    scope = models.CharField(max_length=64)
    #: hours since 1970
    hour = models.PositiveIntegerField(db_index=True)
    wrong = models.PositiveIntegerField()
    accepted = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "hour"], name="one_count_of_tries_a_scope_an_hour")]

    def __str__(self) -> str:
        return f"{self.wrong} wrong, {self.accepted} accepted"


class CodeCount(models.Model):
    """Count the codes that an officer, a key or an office (`officers.confirming.Issuer`) issued on a day."""

    holder = models.CharField(max_length=96)
    #: where the officers are
    day = models.DateField(db_index=True)
    issued = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["holder", "day"], name="one_count_of_a_holder_a_day")]

    def __str__(self) -> str:
        return f"{self.holder}, {self.day}: {self.issued}"


class CodeUse(models.Model):
    """Store how many codes an office issued on a day, and how many of those were used; kept when the codes are gone."""

    place = models.CharField(max_length=80)
    day = models.DateField(db_index=True)
    issued = models.PositiveIntegerField()
    used = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place", "day"], name="one_use_of_an_office_a_day")]

    def __str__(self) -> str:
        return f"{self.place}, {self.day}: {self.used} of {self.issued}"


class QuotaFactor(models.Model):
    """Store by how much the ministry multiplies the quota of a place and of the offices below it."""

    place = models.CharField(max_length=80, unique=True)
    factor = models.DecimalField(_("factor"), max_digits=6, decimal_places=2)

    def __str__(self) -> str:
        return f"× {self.factor}"

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files a change."""
        return {"place": self.place}


# --- messages with codes ----------------------------------------------------------------------------------------------


class CodeMessage(models.Model):
    """Store one message: of a list's row, or of a case's page. The number is there while the code may be used, a day
    at most; then only what became of it.

    A row of a list that is not stored (left out, refused) has neither case nor code.
    """

    #: the list it stands in, and the line there
    upload = models.ForeignKey(Upload, null=True, on_delete=models.CASCADE, related_name="code_messages")
    line = models.PositiveIntegerField(null=True)
    file_number = models.CharField(max_length=40, blank=True)
    #: of the office that sends it
    place = models.CharField(max_length=80, db_index=True)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    case = models.ForeignKey(Case, null=True, on_delete=models.SET_NULL, related_name="code_messages")
    code = models.OneToOneField(OneTimeCode, null=True, on_delete=models.SET_NULL, related_name="message")
    language = models.CharField(max_length=2)
    #: `sending.rules.State` and, of one that is refused, `rules.Why`
    state = models.CharField(max_length=8, default=State.WAITING.value)
    why = models.CharField(max_length=16, blank=True)
    #: AES-256-GCM (`sending.envelope`): the number, and until it is handed over the text, or what the case is opened by
    sealed = models.BinaryField(default=bytes)
    #: keyed digest of the number, as long as the number is there: finds the same one in another list
    number_digest = models.CharField(max_length=64, blank=True, db_index=True)
    asked_at = models.DateTimeField(db_index=True)
    #: when the number is forgotten at the latest
    keep_until = models.DateTimeField()
    next_try_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_try_at"], condition=models.Q(state="waiting"), name="code_message_waits"),
            models.Index(fields=["keep_until"], condition=~models.Q(number_digest=""), name="code_message_has_number"),
        ]
        constraints = [models.UniqueConstraint(fields=["upload", "line"], name="one_message_a_line_of_a_list")]

    def __str__(self) -> str:
        return f"message with a code, {self.state}"


class RanOut(models.Model):
    """Store that a case's code ran out without being used, until an officer has seen to it."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="ran_out")
    #: of the code, which is deleted a day later
    code_id = models.BigIntegerField()
    ended_at = models.DateTimeField(db_index=True)
    done_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"unused code of {self.case}"

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files it."""
        return {"place": self.case.place}


# Who opened a case or noted its result, and when; neither dates nor file numbers.
auditlog.register(Case, include_fields=["report_type", "status", "place"])
auditlog.register(Merge, include_fields=["kept", "gone", "undone_at"])
auditlog.register(QuotaFactor, include_fields=["factor"])
