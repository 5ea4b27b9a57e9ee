from __future__ import annotations

from typing import ClassVar

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _


class LoginForm(AuthenticationForm):
    """Says the same of a wrong name, a wrong password and an account that was closed."""

    error_messages: ClassVar = {
        "invalid_login": _("The name or the password is wrong."),
        "inactive": _("The name or the password is wrong."),
    }


class TokenForm(forms.Form):
    """Six digits of the phone, or a recovery code."""

    token = forms.CharField(
        label=_("Code"),
        max_length=16,
        widget=forms.TextInput({"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}),
    )

    def refuse(self) -> None:
        """Say that the code was wrong; of several wrong ones, that waiting helps."""
        self.add_error("token", _("The code is wrong or was used already. After several wrong ones, wait a while."))
