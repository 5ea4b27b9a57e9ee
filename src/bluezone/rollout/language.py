"""Keep the old names of `bluezone.i18n` and `rollout.texts` until the authority calls the new ones (issue 10)."""

from __future__ import annotations

from collections.abc import Callable

from bluezone.i18n import Language, formatter
from bluezone.i18n import format_change as say_change
from bluezone.i18n import format_date as say_date
from bluezone.i18n import format_number as say_number
from bluezone.i18n import format_points as say_points
from bluezone.i18n import format_share as say_share
from bluezone.rollout import texts
from bluezone.rollout.texts import unit_name as say_unit
from bluezone.rollout.texts import unit_name_in_sentence as say_unit_in_sentence

__all__ = ["Language", "say_change", "say_date", "say_number", "say_points", "say_share", "say_unit",
           "say_unit_in_sentence", "speaker", "translator"]  # fmt: skip

speaker = formatter


def translator(language: Language) -> Callable[[str], str]:
    return texts.translator(language).gettext
