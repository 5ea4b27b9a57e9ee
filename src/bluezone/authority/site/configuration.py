"""Read the settings of an installation, and say in one sentence each what is wrong with them."""

from __future__ import annotations

import difflib
import os
from collections.abc import Collection, Iterable

from annotated_types import Ge
from django.conf import settings as django_settings
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bluezone.authority.errors import ConfigurationError
from bluezone.authority.site.environment import Environment
from bluezone.disease.package import Disease
from bluezone.disease.reading import read as read_disease
from bluezone.disease.shipped import CODES, shipped
from bluezone.packages import PackageError, files_of

#: of tokens, codes, sessions; of identities alone (`persons.vault`)
SECRETS = ("secret_key", "persons_key")
_PREFIX = "BLUEZONE_"
#: how alike two names are of which one is the other misspelt, 0 to 1: one sign in five may be wrong or out of place
_ALIKE = 0.8


def read_environment() -> Environment:
    """Read the settings from the environment.

    Raises ConfigurationError with a problem for each wrong or misspelt variable, all of them at once. The value of a
    secret is never repeated.
    """
    problems = misspelt(os.environ)
    settings = None
    try:
        settings = Environment()
    except ValidationError as error:
        problems += [_problem(each) for each in error.errors(include_url=False, include_context=True)]
    if settings is None or problems:
        raise ConfigurationError(*problems)  # outside the handler: pydantic's error holds the values
    return settings


def secret(conf: Environment, name: str) -> str:
    """Return the secret of a name as its variable gives it, else as its file does; nothing where neither is."""
    given = getattr(conf, name)
    if given:
        return str(given)
    try:
        return (conf.secrets_folder / name).read_text("utf-8", errors="replace").strip()
    except FileNotFoundError:
        return ""


def fallbacks(conf: Environment, name: str) -> tuple[str, ...]:
    """Return the earlier secrets of a name, in the same way."""
    given: tuple[str, ...] = getattr(conf, f"{name}_fallbacks")
    try:
        return given or tuple((conf.secrets_folder / f"{name}_fallbacks").read_text("utf-8").split())
    except FileNotFoundError:
        return ()


def disease() -> Disease:
    """Return the disease of this installation. Views, services and queries hand it, or a part of it, to the rules."""
    found: Disease = django_settings.DISEASE
    return found


def read_disease_of(conf: Environment) -> Disease:
    """Read the package that an installation chose: one that ships, or one that was added. Raises
    ConfigurationError."""
    if conf.disease in CODES:
        return shipped(conf.disease)
    folder = conf.diseases / conf.disease
    if not folder.is_dir():
        there = sorted(each.name for each in conf.diseases.iterdir()) if conf.diseases.is_dir() else []
        names = ", ".join((*CODES, *there))
        added = "add another by `bluezone authority disease add FOLDER`"
        raise ConfigurationError(f"BLUEZONE_DISEASE={conf.disease!r}: there are {names}; {added}")
    try:
        return read_disease(files_of(folder))
    except PackageError as error:
        raise ConfigurationError(*(f"disease {conf.disease}: {each}" for each in error.problems)) from error


def misspelt(names: Iterable[str]) -> list[str]:
    """Return a sentence for each name that is almost a setting's, in order: ignored, `BLUEZONE_TSL=on` would leave a
    server without TLS. Names far from any setting belong to other programs."""
    settings = {str(field.validation_alias) for field in Environment.model_fields.values()}
    mine = (name for name in sorted(names) if name.startswith(_PREFIX) and name not in settings)
    meant = ((name, _meant_by(name, settings)) for name in mine)
    return [f"{name}: there is no such setting; {each} is meant" for name, each in meant if each]


def _meant_by(name: str, settings: Collection[str]) -> str | None:
    bare = name.removeprefix(_PREFIX)
    if bare in settings:  # one without our prefix
        return bare
    own = {each.removeprefix(_PREFIX): each for each in settings if each.startswith(_PREFIX)}
    swapped = [each for each in own if sorted(each) == sorted(bare)]
    close = swapped or difflib.get_close_matches(bare, own, n=1, cutoff=_ALIKE)
    return own[close[0]] if close else None


def _problem(error: ErrorDetails) -> str:
    """Say in one sentence which variable is wrong and what is meant."""
    variable, kind = str(error["loc"][0]), error["type"]
    field = next(each for each in Environment.model_fields.values() if each.validation_alias == variable)
    least = next((each.ge for each in field.metadata if isinstance(each, Ge)), None)
    if kind == "value_error":
        meant = str(error["ctx"]["error"])
    elif kind.startswith("bool"):
        meant = "say on or off"
    elif kind == "too_short":
        meant = "at least one is needed"
    else:
        meant = error["msg"] if least is None else f"a whole number of {least} or more is meant"
    shown = f"={str(error['input']).strip()!r}" if field.repr else ""
    return f"{variable}{shown}: {meant}"
