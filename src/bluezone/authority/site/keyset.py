"""Page through a list by where a page begins or ends, not by its number.

A page of a number makes the database count all rows and walk past those before it; a place in the order is found by an
index, and rows that come or go meanwhile neither repeat nor hide others. The place stands in the address: the values of
the order, nothing that the page does not show. What is no place of the order means the first page.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import models
from django.db.models import Model, QuerySet

_Row = TypeVar("_Row", bound=Model)
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_AFTER, _BEFORE = "after", "before"
_LONGEST = 200
#: of whole numbers in a database
_MOST = 2**63


@dataclass(frozen=True, slots=True)
class KeysetPage(Generic[_Row]):
    """Hold a page: its rows, and where the pages beside it begin (`newer`, `older`: for an address; empty: none)."""

    rows: Sequence[_Row]
    newer: str = ""
    older: str = ""

    def __iter__(self) -> Iterator[_Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def page(rows: QuerySet[_Row], order: Sequence[str], asked: str, size: int) -> KeysetPage[_Row]:
    """Return the page that an address asks for. `order`: fields that are never null, with "-" for descending, the last
    one unique."""
    direction, values = _read(rows.model, order, asked)
    if direction == _BEFORE and values is not None:
        turned = [name[1:] if name.startswith("-") else f"-{name}" for name in order]
        found = _from(rows, turned, values, size + 1)
        if len(found) >= size:
            found, more = list(reversed(found[:size])), len(found) > size
            return KeysetPage(found, _place(_BEFORE, found[0], order) if more else "", _place(_AFTER, found[-1], order))
        values = None  # the first page is the one that has fewer before it
    found = _from(rows, order, values, size + 1) if values is not None else list(rows.order_by(*order)[: size + 1])
    if not found and values is not None:  # all went meanwhile
        return page(rows, order, "", size)
    shown = found[:size]
    return KeysetPage(
        shown,
        _place(_BEFORE, shown[0], order) if values is not None else "",
        _place(_AFTER, shown[-1], order) if len(found) > size else "",
    )


def _from(rows: QuerySet[_Row], order: Sequence[str], values: Sequence[Any], most: int) -> list[_Row]:
    """Return the rows after a place of an order. Each query has one range of an index to read, which one condition with
    "or" would not: equal in all fields but the last, then in all but the last two, and so on."""
    found: list[_Row] = []
    for last in range(len(order) - 1, -1, -1):
        same = {name.lstrip("-"): value for name, value in zip(order[:last], values, strict=False)}
        name = order[last].lstrip("-")
        beyond = f"{name}__lt" if order[last].startswith("-") else f"{name}__gt"
        found += rows.filter(**same, **{beyond: values[last]}).order_by(*order)[: most - len(found)]
        if len(found) >= most:
            break
    return found


def _place(direction: str, row: Model, order: Sequence[str]) -> str:
    return "_".join((direction, *(_written(getattr(row, name.lstrip("-"))) for name in order)))


def _written(value: Any) -> str:
    if isinstance(value, dt.datetime):
        return str((value - _EPOCH) // dt.timedelta(microseconds=1))
    return value.hex if isinstance(value, uuid.UUID) else str(value)


def _read(model: type[Model], order: Sequence[str], asked: str) -> tuple[str, list[Any] | None]:
    """Return whether the rows after or before a place are asked for, and its values; None: it is none."""
    direction, *texts = asked[:_LONGEST].split("_")
    if direction not in (_AFTER, _BEFORE) or len(texts) != len(order):
        return _AFTER, None
    try:
        values = [_reader(model, name)(text) for name, text in zip(order, texts, strict=True)]
    except (ValueError, OverflowError):
        return _AFTER, None
    return direction, values


def _reader(model: type[Model], name: str) -> Callable[[str], Any]:
    field = model._meta.get_field(name.lstrip("-"))
    if isinstance(field, models.DateTimeField):
        return lambda text: _EPOCH + dt.timedelta(microseconds=_number(text))
    return uuid.UUID if isinstance(field, models.UUIDField) else _number


def _number(text: str) -> int:
    found = int(text) if text.isascii() and text.lstrip("-").isdecimal() else _MOST
    if not -_MOST < found < _MOST:
        raise ValueError(text)
    return found
