"""Read from the code what the record of processing only names: ends, deleting functions, fields, officers' pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Field, ForeignObject, Model
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.translation import gettext

from bluezone.authority.privacy.record import ACTIVITIES, CATEGORIES, GROUNDS, Activity
from bluezone.authority.site import registries
from bluezone.authority.site.registries import RetentionRule

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Described:
    """Hold a processing as it is shown: `ends` are what is deleted, and when."""

    of: Activity
    ground: StrOrPromise
    category: StrOrPromise
    ends: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class PageOf:
    """Describe an officers' page that shows rows of a model: its address, who may open it, how its rows are
    narrowed."""

    address: str
    access: str
    reach: str


def described() -> list[Described]:
    """Return the record, in the reader's language."""
    return [
        Described(
            each,
            GROUNDS[each.ground],
            CATEGORIES[each.category],
            [(gettext(rule.what), gettext(rule.kept)) for rule in rules_of(each)],
        )
        for each in ACTIVITIES
    ]


def rules_of(activity: Activity) -> list[RetentionRule]:
    """Return the rules of retention that end a processing."""
    return [rule for rule in registries.retention if rule.what.startswith(activity.ends)]


def models_of(activity: Activity) -> list[type[Model]]:
    """Return the models of a processing."""
    return [apps.get_model(label) for label in activity.models]


def personal_models() -> list[type[Model]]:
    """Return the models that hold personal data, each before those it refers to: so they are deleted."""
    waiting = [model for activity in ACTIVITIES for model in models_of(activity)]
    found: list[type[Model]] = []
    while waiting:
        free = [each for each in waiting if not any(each in refers_to(other) for other in waiting if other != each)]
        if not free:
            raise RuntimeError(f"models that refer to each other in a circle: {waiting}")
        found += free
        waiting = [each for each in waiting if each not in free]
    return found


def refers_to(model: type[Model]) -> list[type[Model]]:
    """Return the models to which a model's rows refer."""
    return [field.remote_field.model for field in model._meta.local_fields if isinstance(field, ForeignObject)]


def fields_of(model: type[Model]) -> list[str]:
    """Return a model's fields without its key: in a model about a person each of them is about the person."""
    fields: list[Field[Any, Any]] = [each for each in model._meta.local_fields if not each.primary_key]
    return [each.name for each in fields]


def deleting_function(rule: RetentionRule) -> str:
    """Return the dotted name of what deletes by a rule."""
    if rule.purge is None:
        return "a job of its package, as the rule says"
    return f"{rule.purge.__module__}.{getattr(rule.purge, '__qualname__', '')}"


def pages_of(model: type[Model]) -> list[PageOf]:
    """Return the officers' pages on rows of a model, with the right that opens them, as the classes state it."""
    found = []
    for address, view in _views(get_resolver().url_patterns):
        page: Any = getattr(view, "view_class", None)
        if getattr(page, "model", None) is model:
            reach = getattr(page.reach, "__name__", "its own")
            found.append(PageOf(f"/{address}", getattr(page.access, "__name__", "its own"), reach))
    return found


def _views(patterns: Sequence[URLPattern | URLResolver], above: str = "") -> Iterator[tuple[str, Any]]:
    for each in patterns:
        address = above + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _views(each.url_patterns, address)
        else:
            yield address, each.callback
