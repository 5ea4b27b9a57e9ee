"""Store officers, and the tokens by which machines act for them.

An officer without a role has cases of their own to look after, and nothing of the roll-out.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote, urlencode

from auditlog.registry import auditlog
from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device, ThrottlingMixin, TimestampMixin
from django_otp.oath import TOTP

from bluezone.authority.officers.jurisdiction import (
    NATION,
    Jurisdiction,
    Role,
    directing_over,
    jurisdiction_of,
    office_number,
    office_place,
)
from bluezone.authority.site import encryption, registries
from bluezone.authority.site import secrets as keyed
from bluezone.rollout.sectors import KEY_LENGTH

#: accounts that see nothing of a place
WITHOUT_JURISDICTION = frozenset({"", Role.LAB.value, Role.CHECKPOINT.value})


class User(AbstractUser):
    """Store an officer's account. One name field: Vietnamese names do not split into first and last."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    full_name = models.CharField(_("full name"), max_length=120, blank=True)
    role = models.CharField(max_length=16, choices=[(role.value, role.value) for role in Role], blank=True)
    #: where: see `jurisdiction`
    place = models.CharField(max_length=80, blank=True, db_index=True)
    #: the right to confirm cases and issue their codes: see `confirming`
    may_confirm = models.BooleanField(_("may confirm cases"), default=False)
    #: the right to read health data and identities, without that to confirm, which holds it: see `confirming`
    may_read_health = models.BooleanField(_("may read health data"), default=False)

    class Meta(AbstractUser.Meta):
        constraints = [
            models.CheckConstraint(
                name="unit_heads_confirm_no_cases",
                condition=~models.Q(role__in=[Role.UNIT_HEAD, Role.CHECKPOINT], may_confirm=True),
            ),
            models.CheckConstraint(
                name="no_reading_beyond_health_offices",
                condition=~models.Q(role__in=[Role.UNIT_HEAD, Role.CHECKPOINT, Role.LAB], may_read_health=True),
            ),
            models.CheckConstraint(
                name="role_has_place",
                condition=models.Q(role="", place="")
                | models.Q(role=Role.MINISTRY, place=NATION)
                | (
                    models.Q(place__startswith=NATION)
                    & ~models.Q(role__in=["", Role.MINISTRY])
                    & ~models.Q(place=NATION)
                ),
            ),
        ]

    @property
    def holds_right(self) -> bool:
        """Return whether the account was given a right beside its post."""
        return self.may_confirm or self.may_read_health

    @property
    def jurisdiction(self) -> Jurisdiction | None:
        """Return role and place with what belongs to them; None without a role, for a machine, at a checkpoint."""
        if self.role in WITHOUT_JURISDICTION:
            return None
        if self.role == Role.DEPARTMENT:
            return office_jurisdiction(self.place)
        own = jurisdiction_of(Role(self.role), self.place)
        return replace(own, branches=self._branches()) if own.role is Role.UNIT_HEAD else own

    def _branches(self) -> tuple[str, ...]:
        """Return the places of the units in a head's own that lie elsewhere: asked once, for one request."""
        known: tuple[str, tuple[str, ...]] = self.__dict__.get("_branches_of", ("", ()))
        if known[0] != self.place:
            found = tuple(each for register in registries.posts for each in register.branches(self.place))
            known = self.__dict__["_branches_of"] = (self.place, found)
        return known[1]

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files a change of this account."""
        return {"place": self.place or NATION}

    def get_full_name(self) -> str:
        return self.full_name or self.username

    def get_short_name(self) -> str:
        return self.get_full_name()


class OfficeLetterhead(models.Model):
    """Store how a place heads and signs its documents, where it does not do so as every People's Committee does."""

    place = models.CharField(max_length=80, unique=True)
    #: see `rollout.letterhead.Letterhead`; lines as they are printed
    body = models.CharField(max_length=200)
    above = models.CharField(max_length=200, blank=True)
    written_at = models.CharField(max_length=60)
    number = models.CharField(max_length=40)
    signs_for = models.CharField(max_length=60, blank=True)
    signer = models.CharField(max_length=60)
    recipients = models.CharField(max_length=900, blank=True)
    hotline = models.CharField(max_length=24)

    def __str__(self) -> str:
        return self.body.replace("\n", " ")

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files a change."""
        return {"place": self.place}


class Office(models.Model):
    """Store an office of a place that answers for some sectors there: a department of education, a management board of
    industrial zones, a youth union."""

    name = models.CharField(max_length=160)
    #: the place whose office it is: `/63:93/`
    territory = models.CharField(max_length=80, db_index=True)
    closed_on = models.DateField(null=True, blank=True)
    #: made up, for a new officer to look around
    is_example = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["territory", "name"], condition=models.Q(closed_on=None), name="one_open_office_of_a_name"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> str:
        """Return the place at which its officers are posted."""
        return office_place(self.territory, self.pk)

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files a change."""
        return {"place": self.place}


class OfficeTask(models.Model):
    """Store that a sector of a place is the task of an office of that place: of one at a time."""

    office = models.ForeignKey(Office, on_delete=models.CASCADE, related_name="tasks")
    #: the office's
    territory = models.CharField(max_length=80)
    sector = models.CharField(max_length=KEY_LENGTH)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["territory", "sector"], name="one_office_for_a_sector_of_a_place")
        ]

    def __str__(self) -> str:
        return f"{self.sector}: {self.office}"

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files a change."""
        return self.office.get_additional_data()


def office_jurisdiction(place: str) -> Jurisdiction:
    """Return the jurisdiction of an office's officers by the place at which they are posted: over nothing where it is
    closed."""
    office = Office.objects.filter(pk=office_number(place) or 0, closed_on=None).first()
    if office is None or office.place != place:
        return Jurisdiction(Role.DEPARTMENT, place)
    sectors = frozenset(office.tasks.values_list("sector", flat=True))
    inherited = directing_over(office.territory).inherited
    return Jurisdiction(Role.DEPARTMENT, place, inherited, territory=office.territory, sectors=sectors)


class _Device(TimestampMixin, ThrottlingMixin, Device):  # type: ignore[misc]  # django-otp has no types
    """Store what both second factors have: wrong codes in a row, and the wait of a second, two, four that they cost."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        abstract = True

    def get_throttle_factor(self) -> int:
        return 1


class Phone(_Device):
    """Store an officer's authenticator app (TOTP, RFC 6238), its seed encrypted for its officer alone: whoever copies
    the database computes no code."""

    _PURPOSE, _SEED_BYTES = "seed of an authenticator app", 20

    sealed_seed = models.BinaryField()
    #: the step of the last code, 30 s each: a code is good once
    last_step = models.BigIntegerField(default=-1)
    #: by how many steps the phone's clock is off
    drift = models.SmallIntegerField(default=0)

    @classmethod
    def set_up(cls, user: User) -> Phone:
        """Store a phone with a new seed, to be confirmed by its first code."""
        seed = secrets.token_bytes(cls._SEED_BYTES)
        sealed = encryption.encrypt_bytes(keyed.key(cls._PURPOSE), seed, str(user.pk).encode())
        made: Phone = cls.objects.create(user=user, confirmed=False, sealed_seed=sealed)
        return made

    @property
    def seed(self) -> bytes:
        """Decrypt the seed. Raises LostKeyError."""
        bound_to = str(self.user_id).encode()
        return encryption.decrypt_bytes(keyed.keys(self._PURPOSE), bytes(self.sealed_seed), self._PURPOSE, bound_to)

    @property
    def config_url(self) -> str:
        """Return what an authenticator app scans."""
        label = quote(f"{settings.OTP_TOTP_ISSUER}:{self.user.get_username()}")
        secret = base64.b32encode(self.seed).decode("ascii")
        return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': settings.OTP_TOTP_ISSUER})}"

    def verify_token(self, token: str) -> bool:
        """Return whether the phone shows this code now, or did half a minute ago; a wrong one delays the next try."""
        if not self.verify_is_allowed()[0]:
            return False
        totp = TOTP(self.seed, drift=self.drift)
        is_right = token.isdecimal() and totp.verify(int(token), tolerance=1, min_t=self.last_step + 1)
        if is_right:
            self.last_step, self.drift = totp.t(), totp.drift
            self.throttle_reset(commit=False)
            self.set_last_used_timestamp()
        else:
            self.throttle_increment()
        return bool(is_right)


class RecoveryCodes(_Device):
    """Store the keyed digests of an officer's recovery codes, each good once."""

    digests = models.JSONField(default=list)

    def put(self, codes: Sequence[str]) -> None:
        """Store these codes instead of those of before."""
        self.digests = [self._digests(code)[0] for code in codes]
        self.save(update_fields=["digests"])

    def verify_token(self, token: str) -> bool:
        """Use a code up; a wrong one delays the next try."""
        if not self.verify_is_allowed()[0]:
            return False
        used = set(self._digests(token)).intersection(self.digests)
        if used:
            self.digests = [each for each in self.digests if each not in used]
            self.throttle_reset(commit=False)
            self.set_last_used_timestamp()
        else:
            self.throttle_increment()
        return bool(used)

    def _digests(self, code: str) -> list[str]:
        return keyed.digests("recovery code", f"{self.user_id} {code}")


class OfficerToken(models.Model):
    """Store the digest of a machine's credential (`Authorization: Bearer ...`) for the officer API."""

    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"token of {self.officer} until {self.expires_at:%Y-%m-%d %H:%M} UTC"

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files it."""
        return self.officer.get_additional_data()


class ApiKey(models.Model):
    """Store the keyed digest of a machine's key (`X-API-Key`), what it is for and which office it belongs to."""

    class Role(models.TextChoices):
        DEVICE = "device", _("app on phones")
        ADMIN = "admin", _("issues codes")
        STATISTICS = "statistics", _("reads statistics")

    role = models.CharField(_("what it does"), max_length=12, choices=Role)
    #: the office it belongs to, by the place of its officers; `/`: the ministry
    place = models.CharField(max_length=80, db_index=True)
    #: which machine has it, in the words of who made it
    label = models.CharField(_("used by"), max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    #: how the key begins, so that its holder tells it from others; too little to guess the rest
    begins = models.CharField(max_length=16)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    #: its last day
    expires_on = models.DateField(_("last day"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True)
    #: by the day only: when a laboratory works is nobody's business
    last_used_on = models.DateField(null=True)

    def __str__(self) -> str:
        return self.label

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files it."""
        return {"place": self.place}


# The audit log: who changed which account, and when; never a password, a key or an address.
_RIGHTS = ["may_confirm", "may_read_health", "is_active", "is_superuser"]
auditlog.register(User, include_fields=["username", "full_name", "role", "place", *_RIGHTS])
auditlog.register(OfficeLetterhead, exclude_fields=["place"])
auditlog.register(Office, include_fields=["name", "closed_on"])
auditlog.register(OfficeTask, include_fields=["sector", "office"])
auditlog.register(OfficerToken, include_fields=["officer", "expires_at"])
auditlog.register(ApiKey, include_fields=["role", "label", "expires_on", "revoked_at"])
auditlog.register(Phone, include_fields=["user", "confirmed"])
