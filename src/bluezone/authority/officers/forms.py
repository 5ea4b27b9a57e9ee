from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib.auth.forms import AuthenticationForm, SetPasswordForm
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bluezone.authority.officers.confirming import may_hold
from bluezone.authority.site.records import RecordForm

if TYPE_CHECKING:
    from bluezone.authority.officers.models import User

    _SetPasswordForm = SetPasswordForm[User]
else:
    _SetPasswordForm = SetPasswordForm  # generic to the type checker only


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
        widget=forms.TextInput({"list": "units", "autocomplete": "off"}),
    )

    may_confirm = forms.BooleanField(
        label=_("May confirm cases and issue codes"),
        help_text=_("For health offices only: with a code a phone warns everybody it was near."),
        required=False,
    )

    def __init__(self, roles: list[tuple[str, str]], *args: Any, gives_right: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["role"]).choices = roles
        if not gives_right:
            del self.fields["may_confirm"]

    def clean(self) -> dict[str, Any]:
        """Refuse the right for the head of a unit."""
        values = super().clean() or {}
        if values.get("may_confirm") and values.get("role") and not may_hold(values["role"]):
            self.add_error("may_confirm", gettext("The head of a school or company cannot have this right."))
        return values


class SetupForm(_SetPasswordForm):
    """Ask for the own password, twice. The page says what it must be, in place of Django's list of rules."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.help_text = ""
