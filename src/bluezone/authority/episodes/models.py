"""Store persons' episodes: who is a case, a contact or a traveller, from when until when, who follows them, and what
happened: exposures, events, stays, tests, letters, hand-overs.

No name, number or address is here in the clear: a person is a key of `persons`. What says how somebody feels is
encrypted (`sealed`); days stay readable by the database, for curves and for what is due.
"""

from __future__ import annotations

import json
import secrets
import uuid
from typing import Any

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bluezone.authority.diagnosis.models import Case, OneTimeCode
from bluezone.authority.episodes import rules
from bluezone.authority.episodes.words import (
    Classification,
    Decision,
    EventKind,
    FollowUp,
    FoundBy,
    Outcome,
    Role,
    Setting,
    StayKind,
)
from bluezone.authority.persons import vault
from bluezone.authority.persons.models import Person
from bluezone.authority.reports.models import Report
from bluezone.authority.site import encryption
from bluezone.authority.site import secrets as keyed
from bluezone.authority.site.encryption import LostKeyError
from bluezone.authority.units.models import Organisation
from bluezone.protocol import one_time_codes

_HEALTH, _LINK, _RELATION = "health in an episode", "link of an episode", "relation of an exposure"
#: letters of a link's code: 75 bits that a guesser has to guess, and a check letter
LINK_LENGTH = 16
#: for what each text of a stay is encrypted
_OF_STAY = {"address": "address of a stay", "reason": "reason of a release"}


class Episode(models.Model):
    """Store that a person is a case (F0), a contact (F1, F2) or a traveller: one open episode a person, of however many
    cases. A contact who is found positive becomes F0 in the same episode."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    #: who it is, by pseudonym; the identity goes before the episode
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="episodes")
    #: the commune where the person lives or stays, else the nearest place above that is known: who follows them
    place = models.CharField(max_length=80, db_index=True)
    role = models.CharField(max_length=9, choices=[(each.value, each.value) for each in Role])
    classification = models.CharField(
        max_length=9,
        default=Classification.SUSPECTED.value,
        choices=[
            (Classification.SUSPECTED.value, _("to be decided")),
            (Classification.PROBABLE.value, _("probable")),
            (Classification.CONFIRMED.value, _("confirmed")),
            (Classification.NOT.value, _("not")),
        ],
    )
    #: of an F0: the diagnosis, its codes
    case = models.OneToOneField(Case, null=True, on_delete=models.SET_NULL, related_name="episode")
    opened_at = models.DateTimeField(db_index=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    #: what it is or was as a contact ("f1", "f2"; empty: never one), since when; kept when it becomes F0
    contact_role = models.CharField(max_length=9, blank=True, choices=[(each.value, each.value) for each in Role])
    contact_since = models.DateTimeField(null=True)
    first_contact_on = models.DateField(null=True)
    last_contact_on = models.DateField(null=True)
    #: when the phone warned, where the contact was found by it: the hour in which the report came
    warned_at = models.DateTimeField(null=True)
    follow_up = models.CharField(
        max_length=9,
        default=FollowUp.RUNNING.value,
        choices=[
            (FollowUp.RUNNING.value, _("under follow-up")),
            (FollowUp.COMPLETED.value, _("completed")),
            (FollowUp.LOST.value, _("lost to follow-up")),
            (FollowUp.CANCELLED.value, _("cancelled")),
        ],
    )
    #: the last day of follow-up, by the protocol
    follow_up_until = models.DateField(null=True)
    #: when the office heard the person last, and when it is to call again, as the last call agreed
    called_at = models.DateTimeField(null=True)
    call_again_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    #: the first day apart from others, at home, at a site or in hospital
    isolated_on = models.DateField(null=True)
    #: who looks after the person
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    ended_on = models.DateField(null=True)
    outcome = models.CharField(
        max_length=9,
        blank=True,
        choices=[
            (Outcome.RECOVERED.value, _("recovered")),
            (Outcome.DIED.value, _("died")),
            (Outcome.MOVED.value, _("moved away")),
            (Outcome.WELL.value, _("stayed well")),
        ],
    )
    #: the code with which the person declares (AES-256-GCM), and the keyed digest by which it is found
    link = models.BinaryField(default=bytes)
    link_digest = models.CharField(max_length=64, null=True, unique=True)
    #: when a reminder went out last
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(ended_on=None), name="one_open_episode_of_a_person"
            )
        ]
        indexes = [
            # `varchar_pattern_ops`: jurisdictions are prefixes of places, whatever the database's order of letters
            models.Index(
                fields=["place", "-opened_at"],
                opclasses=["varchar_pattern_ops", "timestamptz_ops"],
                name="episodes_of_a_place",
            ),
            models.Index(fields=["-opened_at", "-id"], name="episodes_by_age"),
            models.Index(fields=["contact_since"], name="contacts_by_age"),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def called(self) -> str:
        """Return what the person is called (`Person.called`); of whom no identity is kept the case, or an id."""
        if self.person is not None:
            return self.person.called
        return self.case.name if self.case is not None else f"#{str(self.pk)[:6]}"

    @property
    def state(self) -> rules.State:
        """Return what the episode is."""
        outcome = Outcome(self.outcome) if self.outcome else None
        return rules.State(Role(self.role), Classification(self.classification), FollowUp(self.follow_up), outcome)

    @property
    def decision(self) -> Decision:
        """Return what was decided of the contact; of a case, that it is one once a test confirmed it."""
        return rules.decision_of(self.state)

    def new_link(self) -> None:
        """Draw the code of the link with which the person declares: encrypted, to be sent again, and its digest, to be
        found by. It is under the installation's key, for a server without that of identities sends it, too."""
        code = one_time_codes.draw_long(LINK_LENGTH, secrets.randbelow)
        self.link = encryption.encrypt_under(keyed.key(_LINK), code, f"episode {self.pk}".encode())
        self.link_digest = keyed.digest(_LINK, code)

    @property
    def link_code(self) -> str:
        """Return the code of the link; nothing where there is none. Raises LostKeyError."""
        if not bytes(self.link):
            return ""
        return encryption.decrypt_under(keyed.keys(_LINK), bytes(self.link), _LINK, f"episode {self.pk}".encode())

    @staticmethod
    def link_digests(code: str) -> list[str]:
        """Return the digests under which an episode with this code is found, under each secret."""
        return keyed.digests(_LINK, code)

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files it."""
        return {"place": self.place}


class Exposure(models.Model):
    """Store that a person was near another one on a day. Without a source: the phone warned, and nobody knows of
    whom."""

    episode = models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="exposures")
    source = models.ForeignKey(Episode, null=True, on_delete=models.CASCADE, related_name="passed_on")
    day = models.DateField(db_index=True)
    setting = models.CharField(
        max_length=9,
        choices=[
            (Setting.HOUSEHOLD.value, _("household")),
            (Setting.WORK.value, _("work")),
            (Setting.SCHOOL.value, _("school")),
            (Setting.OTHER.value, _("elsewhere")),
        ],
    )
    #: what the person is to the source, as it was written (“wife”, “same class”): AES-256-GCM, for it says who lives
    #: with whom. `setting` is its coded class, in the clear: what rates are counted by, and the database filters by
    sealed_relation = models.BinaryField(default=bytes)
    found_by = models.CharField(max_length=4, choices=[(each.value, each.value) for each in FoundBy])
    #: the place of an organisation of the register; empty: not at one. Never an address
    site = models.CharField(max_length=120, blank=True)
    #: what a phone reported of it, as long as that is kept
    report = models.ForeignKey(Report, null=True, on_delete=models.SET_NULL, related_name="exposures")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["episode", "source", "day"], name="an_exposure_to_a_source_once_a_day")
        ]
        indexes = [models.Index(fields=["source", "day", "episode"], name="exposures_to_a_source")]

    def __str__(self) -> str:
        return f"exposure of {self.episode_id} on {self.day}"

    def seal(self, relation: str) -> None:
        """Set what the person is to the source, encrypted for the exposures of this episode alone."""
        self.sealed_relation = vault.seal_text(_RELATION, relation, self.episode_id.bytes) if relation else b""

    @property
    def relation(self) -> str:
        """Return what the person is to the source; nothing where it is not known, or no key of this server decrypts
        it."""
        return relation_in(bytes(self.sealed_relation), self.episode_id)

    @property
    def near(self) -> str:
        """Return near whom: a case by its number ("wife of LM-001"), else as the person is called."""
        if self.source is None:
            return ""
        return (self.source.case.file_number if self.source.case is not None else "") or self.source.called

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files it."""
        return {"place": self.episode.place}


def relation_in(sealed: bytes, episode: uuid.UUID) -> str:
    """Decrypt what a person is to whom they were near; nothing where no key of this server does."""
    try:
        return vault.unseal_text(_RELATION, sealed, episode.bytes) if sealed else ""
    except LostKeyError:
        return ""


class Event(models.Model):
    """Store what happened to a person: a call, a check, a step of the illness, a change of role."""

    episode = models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=6, choices=[(each.value, each.value) for each in EventKind])
    day = models.DateField(db_index=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    #: a word of its kind that says nothing of health: whom a call reached, the role before and after
    what = models.CharField(max_length=40, blank=True)
    #: the rest, as JSON (AES-256-GCM under the key of identities): signs, temperature, oxygen, answers, reasons
    sealed = models.BinaryField(default=bytes)
    #: how soon somebody is to act on it, and when somebody did
    severity = models.PositiveSmallIntegerField(default=0)
    answered_at = models.DateTimeField(null=True)
    #: keyed digest of the random id that a phone or a form drew for it: sent again, it is stored once
    id_digest = models.CharField(max_length=64, null=True, unique=True)

    class Meta:
        indexes = [
            models.Index(fields=["episode", "-at"], name="events_of_an_episode"),
            models.Index(
                fields=["severity", "at"], condition=models.Q(severity__gt=0, answered_at=None), name="alarms_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.episode_id}"

    def seal(self, facts: Any) -> None:
        """Set what says how somebody feels (whatever JSON takes), encrypted for the events of this episode alone."""
        self.sealed = vault.seal_text(_HEALTH, json.dumps(facts, ensure_ascii=False), self.episode_id.bytes)

    @property
    def facts(self) -> dict[str, Any]:
        """Return what was sealed; nothing where there is none, or no key of this server decrypts it."""
        try:
            text = vault.unseal_text(_HEALTH, bytes(self.sealed), self.episode_id.bytes) if bytes(self.sealed) else "{}"
        except LostKeyError:
            return {}
        found: dict[str, Any] = json.loads(text)
        return found

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files it."""
        return {"place": self.episode.place}


class WarningCode(models.Model):
    """Store which code lets a contact warn others. It goes with the code, 14 days after that."""

    episode = models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="warning_codes")
    code = models.OneToOneField(OneTimeCode, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"code of {self.episode}"


class Bed(models.Model):
    """Store a bed of a site. Who is in it is a running stay."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="beds")
    #: as it is shown, and its key (`numbers.Number`)
    number = models.CharField(max_length=16)
    number_key = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "number_key"], name="a_bed_once_at_a_site")]

    def __str__(self) -> str:
        return self.number


class Stay(models.Model):
    """Store that a person is apart from others during an episode: at home, at a site with beds, in hospital."""

    episode = models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="stays")
    kind = models.CharField(max_length=8, choices=[(each.value, each.value) for each in StayKind])
    #: the site's, or the commune's of a home: whose officers see it
    place = models.CharField(max_length=80, db_index=True)
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.CASCADE, related_name="stays")
    bed = models.ForeignKey(Bed, null=True, on_delete=models.SET_NULL, related_name="stays")
    #: of a home that is known by number only: a registered hamlet's name or its number, and the house's (`numbers`)
    hamlet = models.CharField(max_length=160, blank=True)
    house = models.CharField(max_length=16, blank=True)
    since = models.DateField()
    until = models.DateField()
    #: the rule that gave its last day and its tests
    protocol = models.CharField(max_length=60)
    vaccinated = models.BooleanField(default=False)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    ended_on = models.DateField(null=True)
    #: words of `rules.Ending` and `rules.Because`
    ending = models.CharField(max_length=8, blank=True)
    because = models.CharField(max_length=12, blank=True)
    #: why a physician ended it although something was missing (AES-256-GCM); printed in the letter
    reason = models.BinaryField(default=bytes)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    #: whether a second officer must agree before the release prints, and who did
    needs_second = models.BooleanField(default=False)
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    #: where it is not the person's own address; the name of a hospital (AES-256-GCM)
    address = models.BinaryField(default=bytes)
    #: the last day on which its tasks were looked at: what time alone makes due
    settled_on = models.DateField(null=True)
    #: expected back: not counted as present
    away = models.BooleanField(default=False)

    # What the roll-out counts. Asked, never required; nothing here decides by it.
    has_phone = models.BooleanField(default=False)
    asked = models.BooleanField(default=False)
    has_app = models.BooleanField(default=False)
    helped = models.BooleanField(default=False)

    class Meta:
        constraints = [
            # two officers at once on the last bed: the database refuses the second
            models.UniqueConstraint(
                fields=["bed"], condition=models.Q(ended_on__isnull=True), name="a_bed_has_one_running_stay"
            ),
            models.UniqueConstraint(
                fields=["episode"], condition=models.Q(ended_on__isnull=True), name="an_episode_has_one_running_stay"
            ),
            models.CheckConstraint(condition=models.Q(until__gte=models.F("since")), name="stay_ends_after_it_begins"),
        ]
        indexes = [
            models.Index(fields=["place", "ended_on", "until"], name="stays_at_a_place"),
            models.Index(fields=["ended_on", "until"], name="stays_that_go_on"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def number(self) -> str:
        """Return the number of the bed or the house, by which people are looked for there; else what the person is
        called."""
        return str(self.bed or self.house or self.episode.called)

    def seal(self, field: str, text: str) -> None:
        """Set the address or the reason, encrypted under the key of identities for this stay alone; nothing of
        nothing."""
        setattr(self, field, vault.seal_text(_OF_STAY[field], text, f"stay {self.pk}".encode()) if text else b"")

    def unsealed(self, field: str) -> str:
        """Return the address or the reason; nothing where there is none. Raises LostKeyError."""
        sealed = bytes(getattr(self, field))
        return vault.unseal_text(_OF_STAY[field], sealed, f"stay {self.pk}".encode()) if sealed else ""

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files it."""
        return {"place": self.place}


class Roster(models.Model):
    """Store how many people were in a place on a day, and of them how many have a phone, were asked, have the app: what
    leaves the place. Who they were say their stays."""

    #: whose officers see it: the site's place, or the commune's
    place = models.CharField(max_length=80)
    #: the site; None for people at home
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.CASCADE, related_name="rosters")
    day = models.DateField(db_index=True)
    #: when somebody last confirmed that it is complete; anything noted later is counted, too
    checked_at = models.DateTimeField(null=True)
    present = models.PositiveIntegerField(default=0)
    with_phone = models.PositiveIntegerField(default=0)
    asked = models.PositiveIntegerField(default=0)
    has_app = models.PositiveIntegerField(default=0)
    helped = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place", "day"], name="a_roster_of_a_place_once_a_day")]

    def __str__(self) -> str:
        return f"{self.place} {self.day}"


class ProtocolEdition(models.Model):
    """Store a file of protocols that the ministry signed. It is never changed nor deleted: stays name its rules."""

    #: when it was signed; a later file is newer
    issued_at = models.DateTimeField()
    added_at = models.DateTimeField(db_index=True)
    #: the signed text (`stays.protocol_files`), and the file as it came
    text = models.TextField()
    document = models.TextField()
    sha256 = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return f"protocols of {self.issued_at:%Y-%m-%d}"


class EpisodeTest(models.Model):
    """Store a test that is due in an episode, and its result."""

    __test__ = False  # no test of pytest

    episode = models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="tests")
    due_on = models.DateField()
    taken_on = models.DateField(null=True)
    #: "negative" or "positive"; empty: none yet
    result = models.CharField(max_length=8, blank=True)
    #: the laboratory's own id of the sample
    sample = models.CharField(max_length=40, blank=True, db_index=True)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["episode", "due_on"], name="one_test_of_an_episode_a_day")]
        indexes = [models.Index(fields=["result", "due_on"], name="tests_without_result")]

    def __str__(self) -> str:
        return f"test of {self.episode_id} due on {self.due_on}"

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files it."""
        return {"place": self.episode.place}


class Letter(models.Model):
    """Store that a letter was issued. Whoever scans its code learns that it is genuine, and of which days it speaks."""

    #: long code (`protocol.one_time_codes`) without spaces
    code = models.CharField(max_length=32, unique=True)
    stay = models.ForeignKey(Stay, on_delete=models.CASCADE, related_name="letters")
    #: "order" to isolate, "release"
    kind = models.CharField(max_length=8, choices=[("order", _("Order to isolate")), ("release", _("Release"))])
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    #: the letters that were signed at once; none: it was alone
    act = models.UUIDField(null=True)
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


class Handover(models.Model):
    """Store that an office asks another one to take a person over, alone or with chosen contacts (rows of one
    `asked_with`); until it accepts, nothing changes."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for the other office")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        TAKEN_BACK = "taken-back", _("taken back")

    episode = models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="handovers")
    #: the hand-over that this one goes with: of the person who was asked for first
    asked_with = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="others")
    from_place = models.CharField(max_length=80, db_index=True)
    to_place = models.CharField(max_length=80, db_index=True)
    asked_at = models.DateTimeField(db_index=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["episode"], condition=models.Q(state="waiting"), name="one_waiting_handover_of_an_episode"
            )
        ]

    def __str__(self) -> str:
        return str(self.episode_id)

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files it: of the office that has the person."""
        return {"place": self.from_place}


# What was decided and by whom; nothing that says where a home is, or how somebody feels.
auditlog.register(
    Episode, include_fields=["place", "role", "classification", "follow_up", "isolated_on", "ended_on", "outcome"]
)
auditlog.register(Stay, include_fields=["place", "since", "until", "ended_on", "ending", "because"])
auditlog.register(EpisodeTest, include_fields=["due_on", "taken_on", "result"])
auditlog.register(Letter, include_fields=["kind", "since", "until", "withdrawn_at"])
auditlog.register(Handover, include_fields=["state", "from_place", "to_place"])
