"""Store stays in isolation: beds, stays, declarations, tests, moves, letters.

No name is in these tables. A person is a pseudonym (`persons`), a bed's number, or the stay's own number; address,
telephone number and link are encrypted, and go 14 days after the stay with all that was declared (`retention`).
"""

from __future__ import annotations

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bluezone.authority.diagnosis.models import Case
from bluezone.authority.isolation import rules
from bluezone.authority.persons.models import Person
from bluezone.authority.quarantine.rules import State as RosterState
from bluezone.authority.units.models import Organisation


class Bed(models.Model):
    """Store a bed of a site. Who is in it is a running stay."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="beds")
    #: as it is shown, and its key (`quarantine.numbers.Number`)
    number = models.CharField(max_length=16)
    number_key = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "number_key"], name="a_bed_of_a_site_once")]

    def __str__(self) -> str:
        return self.number


class Stay(models.Model):
    """Store that somebody is in isolation: why, where, from when until when."""

    class Ending(models.TextChoices):
        DONE = rules.Ending.DONE.value, _("Released on the last day")
        EARLY = rules.Ending.EARLY.value, _("Released early")
        BECAME_F0 = rules.Ending.BECAME_F0.value, _("Found positive (F0)")
        HOSPITAL = rules.Ending.HOSPITAL.value, _("Taken to hospital")
        DIED = rules.Ending.DIED.value, _("Died")
        MISTAKE = rules.Ending.MISTAKE.value, _("Entered by mistake")

    class Reason(models.TextChoices):
        F1 = rules.Reason.F1.value, _("Close contact of a case (F1)")
        TRAVEL = rules.Reason.TRAVEL.value, _("Came from abroad")
        AREA = rules.Reason.AREA.value, _("Came from an area with an outbreak")
        OTHER = rules.Reason.OTHER.value, _("Other")

    class Because(models.TextChoices):
        NO_CONTACT = rules.Because.NO_CONTACT.value, _("Was no contact after all")
        SHORTER = rules.Because.SHORTER.value, _("A rule made the time shorter")
        HARDSHIP = rules.Because.HARDSHIP.value, _("Hardship: illness, a death, a child alone")
        OTHER = rules.Because.OTHER.value, _("Other")

    #: the site's, or the commune's of a home: whose officers see it
    place = models.CharField(max_length=80, db_index=True)
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.CASCADE, related_name="stays")
    bed = models.ForeignKey(Bed, null=True, on_delete=models.SET_NULL, related_name="stays")
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="stays")
    #: the case that it follows
    case = models.ForeignKey(Case, null=True, on_delete=models.SET_NULL, related_name="stays")
    reason = models.CharField(max_length=8, choices=Reason)
    vaccinated = models.BooleanField(default=False)
    since = models.DateField()
    until = models.DateField()
    #: the rule that gave its last day and its tests (`protocols`)
    protocol = models.CharField(max_length=60)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    ended_on = models.DateField(null=True)
    ending = models.CharField(max_length=8, blank=True, choices=Ending)
    because = models.CharField(max_length=12, blank=True, choices=Because)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    #: the case that was opened for a positive test
    became = models.ForeignKey(Case, null=True, on_delete=models.SET_NULL, related_name="was_isolated")

    #: AES-256-GCM (`private`): of a home; to call and to remind; the code of the link
    address = models.BinaryField(default=bytes)
    telephone = models.BinaryField(default=bytes)
    link = models.BinaryField(default=bytes)
    link_digest = models.CharField(max_length=64, null=True, unique=True)
    #: the day on which a reminder went out last
    reminded_on = models.DateField(null=True)

    # What the roll-out counts (`quarantine`). Asked, never required; nothing here decides by it.
    has_phone = models.BooleanField(default=False)
    asked = models.BooleanField(default=False)
    has_app = models.BooleanField(default=False)
    helped = models.BooleanField(default=False)

    class Meta:
        constraints = [
            # two officers at once on the last bed: the database refuses the second
            models.UniqueConstraint(
                fields=["bed"], condition=models.Q(ended_on__isnull=True), name="one_running_stay_a_bed"
            ),
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(ended_on__isnull=True), name="one_running_stay_a_person"
            ),
            models.CheckConstraint(condition=models.Q(until__gte=models.F("since")), name="stay_ends_after_it_begins"),
        ]
        indexes = [
            models.Index(fields=["place", "ended_on", "until"], name="stays_of_a_place"),
            models.Index(fields=["ended_on", "until"], name="stays_that_run"),
        ]

    def __str__(self) -> str:
        return f"stay {self.pk}"

    @property
    def where(self) -> rules.Where:
        """Return whether it is at a site or at home."""
        return rules.Where.HOME if self.organisation_id is None else rules.Where.SITE

    @property
    def state(self) -> RosterState:
        """Return what the roll-out's roster says of the person."""
        return RosterState(has_phone=self.has_phone, asked=self.asked, has_app=self.has_app, helped=self.helped)

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files it."""
        return {"place": self.place}


class Declaration(models.Model):
    """Store what somebody declared on a day, once however often it was sent."""

    class Way(models.TextChoices):
        PHONE = rules.Way.PHONE.value, _("by the app")
        WEB = rules.Way.WEB.value, _("by the link")
        CALL = rules.Way.CALL.value, _("by a call")

    stay = models.ForeignKey(Stay, on_delete=models.CASCADE, related_name="declarations")
    #: keyed digest of the random id that the phone or the form drew
    id_digest = models.CharField(max_length=64, unique=True)
    #: where the officers are
    day = models.DateField()
    received_at = models.DateTimeField()
    way = models.CharField(max_length=5, choices=Way)
    #: words of `rules.Symptom`, with commas; empty: well
    symptoms = models.CharField(max_length=120, blank=True)
    temperature = models.DecimalField(max_digits=3, decimal_places=1, null=True)
    severity = models.PositiveSmallIntegerField(default=0)
    #: when an officer called or saw to it; of a declaration with symptoms
    answered_at = models.DateTimeField(null=True)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["stay", "day"], name="declarations_of_a_day"),
            models.Index(fields=["severity", "answered_at"], name="declarations_to_answer"),
        ]

    def __str__(self) -> str:
        return f"declaration of {self.stay_id} on {self.day}"


class StayTest(models.Model):
    """Store a test that is due in a stay, and its result."""

    __test__ = False  # no test of pytest

    class Result(models.TextChoices):
        NEGATIVE = rules.Result.NEGATIVE.value, _("negative")
        POSITIVE = rules.Result.POSITIVE.value, _("positive")

    stay = models.ForeignKey(Stay, on_delete=models.CASCADE, related_name="tests")
    due_on = models.DateField()
    taken_on = models.DateField(null=True)
    result = models.CharField(max_length=8, blank=True, choices=Result)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stay", "due_on"], name="one_test_of_a_stay_a_day")]
        indexes = [models.Index(fields=["result", "due_on"], name="tests_that_are_due")]

    def __str__(self) -> str:
        return f"test of {self.stay_id} due on {self.due_on}"

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files it."""
        return {"place": self.stay.place}


class Move(models.Model):
    """Store that the office of another place is asked to take somebody over; until it accepts, nothing changes."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for the other office")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        TAKEN_BACK = "taken-back", _("taken back")

    stay = models.ForeignKey(Stay, on_delete=models.CASCADE, related_name="moves")
    from_place = models.CharField(max_length=80, db_index=True)
    #: of the commune that is asked: it chooses the site, or the home
    to_place = models.CharField(max_length=80, db_index=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["stay"], condition=models.Q(state="waiting"), name="one_waiting_move_of_a_stay"
            )
        ]

    def __str__(self) -> str:
        return f"move of {self.stay_id}"

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files it: of the office that has the stay."""
        return {"place": self.stay.place}


class Letter(models.Model):
    """Store that a letter was issued. Whoever scans its code learns that it is genuine, and of which days it speaks."""

    class Kind(models.TextChoices):
        ORDER = "order", _("Order to isolate")
        RELEASE = "release", _("Release from isolation")

    #: long code (`protocol.one_time_codes`) without spaces
    code = models.CharField(max_length=32, unique=True)
    stay = models.ForeignKey(Stay, on_delete=models.CASCADE, related_name="letters")
    kind = models.CharField(max_length=8, choices=Kind)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    #: the office's, as it was
    office = models.CharField(max_length=80)
    since = models.DateField()
    until = models.DateField()
    #: a later letter of the same kind, or a mistake
    withdrawn_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.kind} of {self.stay_id}"

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files it."""
        return {"place": self.stay.place}


class ProtocolEdition(models.Model):
    """Store a file of protocols that the ministry signed. It is never changed nor deleted: stays name its rules."""

    #: when it was signed; a later file is newer
    issued_at = models.DateTimeField()
    added_at = models.DateTimeField(db_index=True)
    #: the signed text (`protocol_files`), and the file as it came
    text = models.TextField()
    document = models.TextField()
    sha256 = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return f"protocols of {self.issued_at:%Y-%m-%d}"


# What was decided and by whom; nothing that says where a home is, or how somebody feels.
auditlog.register(Stay, include_fields=["place", "since", "until", "ended_on", "ending", "because", "reason"])
auditlog.register(StayTest, include_fields=["due_on", "taken_on", "result"])
auditlog.register(Move, include_fields=["state", "from_place", "to_place"])
auditlog.register(Letter, include_fields=["kind", "since", "until", "withdrawn_at"])
