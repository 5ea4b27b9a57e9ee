"""Define the forms of officers' accounts, their machines, their letterheads, and the filters of their lists."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from operator import itemgetter
from typing import TYPE_CHECKING, Any, ClassVar, cast

from auditlog.models import LogEntry
from django import forms
from django.contrib.auth.forms import AuthenticationForm, SetPasswordForm
from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bluezone.authority.officers import appointments, audit_log, confirming
from bluezone.authority.officers.appointments import RIGHTS, AppointmentError
from bluezone.authority.officers.generic import Filters
from bluezone.authority.officers.jurisdiction import NATION, Jurisdiction, JurisdictionError, Role, place_of
from bluezone.authority.officers.models import ApiKey, OfficeLetterhead, User
from bluezone.authority.officers.pages import office_name, place_name, role_name
from bluezone.authority.site.fields import SuggestingInput
from bluezone.authority.site.language import sentence_of
from bluezone.authority.site.records import RecordForm, RecordModelForm
from bluezone.geography import catalogue
from bluezone.geography.errors import GeographyError
from bluezone.geography.units import Level
from bluezone.rollout.letterhead import LINE_LENGTH, MOST_RECIPIENTS

if TYPE_CHECKING:
    _SetPasswordForm = SetPasswordForm[User]
else:
    _SetPasswordForm = SetPasswordForm  # generic to the type checker only

#: days a key or a token may live
_LIVES = (30, 90, 180, 365)
_HOTLINE = re.compile(r"[0-9+][0-9 .()+-]{1,22}[0-9]")
_MOST_LINES = 3


class LoginForm(AuthenticationForm):
    """Log in, with one message for a wrong name, a wrong password and an account that was closed."""

    error_messages = {  # noqa: RUF012 (an attribute of instances to Django's types)
        "invalid_login": _("The name or the password is wrong."),
        "inactive": _("The name or the password is wrong."),
    }


class TokenForm(forms.Form):
    """Ask for six digits of the phone, or a recovery code."""

    token = forms.CharField(
        label=_("Code"),
        max_length=16,
        widget=forms.TextInput({"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}),
    )

    def refuse(self) -> None:
        """Say that the code was wrong; of several wrong ones, that waiting helps."""
        self.add_error("token", _("The code is wrong or was used already. After several wrong ones, wait a while."))


class OfficerForm(RecordForm):
    """Ask for an officer's post. Only roles the appointing officer may give are offered."""

    full_name = forms.CharField(label=_("Full name"), max_length=120, widget=forms.TextInput({"autocomplete": "off"}))
    username = forms.CharField(
        label=_("Login name"),
        help_text=_("Letters, digits and . _ - @ only; it cannot be changed later."),
        max_length=150,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
    )
    role = forms.ChoiceField(label=_("Answers for a"), widget=forms.RadioSelect)
    unit = forms.CharField(
        label=_("Which one"),
        help_text=_(
            "The name or code of the unit; of an office its name; of a school or company the code on its poster."
        ),
        max_length=200,
        widget=SuggestingInput,
    )
    may_confirm = forms.BooleanField(
        label=_("May confirm cases and issue codes"),
        help_text=_("For health offices only: with a code a phone warns everybody it was near."),
        required=False,
    )
    may_read_health = forms.BooleanField(
        label=_("May read health data"),
        help_text=_(
            "And names and numbers, to call contacts and answer declarations; who may confirm cases has it anyway."
        ),
        required=False,
    )

    def __init__(
        self, *args: Any, own: Jurisdiction, today: dt.date, gives_right: bool, of: User | None = None, **kwargs: Any
    ) -> None:
        """Make the form: of a new account, or of that `of` an officer, whose login name stays."""
        super().__init__(*args, **kwargs)
        self._own, self._today = own, today
        roles = [(role.value, role_name(role.value)) for role in appointments.roles_below(own)]
        cast(forms.ChoiceField, self.fields["role"]).choices = roles
        self.fields["unit"].widget.suggestions = appointments.posts_to_choose(own, today)
        if of is not None:
            del self.fields["username"]
            self.initial["unit"] = of.place.rstrip("/").rsplit("/", 1)[-1]
        if not gives_right:
            for right in RIGHTS:
                del self.fields[right]

    @property
    def rights(self) -> dict[str, bool]:
        """Return the rights that were ticked or not, by name; nothing where the officer may not give them."""
        return {right: self.cleaned_data[right] for right in RIGHTS if right in self.fields}

    def clean(self) -> dict[str, Any]:
        """Find the `place` of the post; refuse rights for the head of a unit."""
        values = super().clean() or {}
        for right, may_hold in zip(RIGHTS, (confirming.may_hold, confirming.may_hold_reading), strict=True):
            if values.get(right) and values.get("role") and not may_hold(values["role"]):
                self.add_error(right, gettext("The head of a school or company cannot have this right."))
        if "role" in values and "unit" in values:
            try:
                role = Role(values["role"])
                values["place"] = appointments.place_of_post(self._own, role, values["unit"], self._today)
            except AppointmentError as error:
                self.add_error(error.field, sentence_of(error))
            except (GeographyError, JurisdictionError) as error:
                self.add_error("unit", sentence_of(error))
        return values


class OfficerFilters(Filters):
    """Filter officers by name."""

    q = forms.CharField(label=_("Name"), max_length=80, required=False, widget=forms.TextInput({"type": "search"}))

    def by_q(self, rows: QuerySet[User], text: str) -> QuerySet[User]:
        return rows.filter(Q(username__icontains=text) | Q(full_name__icontains=text))


class ChangeFilters(Filters):
    """Filter entries of the audit log by the kind of what was changed."""

    kind = forms.ChoiceField(label=_("Changes of"), required=False)

    def prepare(self) -> None:
        kinds = [(model, each.name) for model, each in audit_log.kinds().items()]
        cast(forms.ChoiceField, self.fields["kind"]).choices = [("", _("everything")), *kinds]

    def by_kind(self, rows: QuerySet[LogEntry], kind: str) -> QuerySet[LogEntry]:
        return rows.filter(content_type__model=kind)


class SetupForm(_SetPasswordForm):
    """Ask for the own password, twice. The page says what it must be, in place of Django's list of rules."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.help_text = ""


class ApiKeyForm(forms.Form):
    """Ask what a key is for, whose it is and how long it is good. Only what the officer may give is offered.

    `form_id` is drawn when the form is shown: a form sent twice, by a page reloaded, makes one key.
    """

    form_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    role = forms.ChoiceField(label=_("What it does"), widget=forms.RadioSelect, initial=ApiKey.Role.ADMIN)
    place = forms.ChoiceField(
        label=_("Office"),
        help_text=_("Its right to confirm cases, its quota. Offices where somebody may confirm cases are listed."),
        widget=forms.Select,
    )
    label = forms.CharField(
        label=_("Used by"),
        help_text=_("The machine or program, as you will look for it: “laboratory of the provincial CDC”."),
        max_length=80,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    days = forms.TypedChoiceField(label=_("Good until"), coerce=int, initial=365, widget=forms.Select)

    def __init__(self, *args: Any, own: Jurisdiction, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today
        self._with_right = confirming.offices_with_right(own)
        places = sorted({own.place, *self._with_right})
        roles = [choice for choice in ApiKey.Role.choices if choice[0] != ApiKey.Role.DEVICE or own.place == NATION]
        cast(forms.ChoiceField, self.fields["role"]).choices = roles
        cast(forms.ChoiceField, self.fields["place"]).choices = [(place, office_name(place, today)) for place in places]
        cast(forms.ChoiceField, self.fields["days"]).choices = [(days, _life(days, today)) for days in (0, *_LIVES)]

    def clean(self) -> dict[str, Any]:
        """Refuse a key that issues codes for an office where nobody may; an app's key belongs to the ministry."""
        values = super().clean() or {}
        if values.get("role") == ApiKey.Role.DEVICE:
            values["place"] = NATION
        elif values.get("role") == ApiKey.Role.ADMIN and values.get("place") not in (None, *self._with_right):
            text = gettext("Nobody of this office may confirm cases. Give an officer there the right first.")
            self.add_error("place", text)
        return values

    @property
    def expires_on(self) -> dt.date | None:
        """Return the last day that was chosen."""
        days = self.cleaned_data["days"]
        return self._today + dt.timedelta(days=days) if days else None


def _life(days: int, today: dt.date) -> str:
    if not days:
        return gettext("no end date: until it is revoked")
    day = date_format(today + dt.timedelta(days=days), "SHORT_DATE_FORMAT")
    return gettext("%(day)s (%(days)s days)") % {"day": day, "days": days}


class LaboratoryForm(forms.Form):
    """Ask for a laboratory's name and province."""

    full_name = forms.CharField(
        label=_("Name of the laboratory"), max_length=120, widget=forms.TextInput({"autocomplete": "off"})
    )
    username = forms.CharField(
        label=_("Short name"),
        help_text=_("Letters, digits and . _ - @ only; it cannot be changed later."),
        max_length=150,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
    )
    place = forms.ChoiceField(
        label=_("Province"), help_text=_("Its cases belong to the province’s health office."), widget=forms.Select
    )

    def __init__(self, *args: Any, own: Jurisdiction, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        provinces = [place_of(unit.code) for unit in catalogue.provinces().of_level(Level.PROVINCE, today)]
        names = {place: place_name(place, today) for place in provinces if own.may_appoint(Role.LAB, place)}
        cast(forms.ChoiceField, self.fields["place"]).choices = sorted(names.items(), key=itemgetter(1))


class LifeForm(forms.Form):
    """Ask how long a new token is good."""

    days = forms.TypedChoiceField(label=_("Good until"), coerce=int, initial=365, widget=forms.Select)

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["days"]).choices = [
            (days, date_format(today + dt.timedelta(days=days), "SHORT_DATE_FORMAT")) for days in _LIVES
        ]


class LetterheadForm(RecordModelForm):
    """Ask for a letterhead, a line of print a line of text."""

    class Meta:
        model = OfficeLetterhead
        fields = ("above", "body", "number", "written_at", "signs_for", "signer", "recipients", "hotline")
        labels: ClassVar = {
            "above": _("Body above"),
            "body": _("Issuing body"),
            "number": _("Number"),
            "written_at": _("Place"),
            "signs_for": _("Signed on behalf of"),
            "signer": _("Office of who signs"),
            "recipients": _("To"),
            "hotline": _("Number for questions"),
        }
        help_texts: ClassVar = {
            "above": _("The body that yours belongs to; empty where it is the head of the place."),
            "body": _("As it is printed, line by line."),
            "number": _("What stands before the slash is written by the clerk."),
            "written_at": _("It stands before the date."),
            "signs_for": _("Empty where the head signs without it."),
            "signer": _("The name is written by hand."),
            "recipients": _("A recipient a line."),
            "hotline": _("Stands on posters."),
        }
        widgets: ClassVar = {
            name: forms.Textarea({"rows": rows}) for name, rows in (("above", 2), ("body", 3), ("recipients", 6))
        }

    def clean_hotline(self) -> str:
        """Refuse what cannot be dialled."""
        text: str = self.cleaned_data["hotline"].strip()
        if not _HOTLINE.fullmatch(text):
            raise forms.ValidationError(gettext("Write a telephone number, as 1900 9095."))
        return text

    def clean_above(self) -> str:
        return self._printed("above", _MOST_LINES)

    def clean_body(self) -> str:
        return self._printed("body", _MOST_LINES)

    def clean_recipients(self) -> str:
        return self._printed("recipients", MOST_RECIPIENTS)

    def _printed(self, name: str, most: int) -> str:
        """Return a field's lines without empty ones. Raises ValidationError for more or longer ones than there is
        room."""
        lines = [line.strip() for line in self.cleaned_data[name].splitlines() if line.strip()]
        if len(lines) > most:
            raise forms.ValidationError(gettext("At most %(most)s lines.") % {"most": most})
        if any(len(line) > LINE_LENGTH for line in lines):
            raise forms.ValidationError(gettext("At most %(most)s letters a line.") % {"most": LINE_LENGTH})
        return "\n".join(lines)
