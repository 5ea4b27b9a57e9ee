"""Check a form as a whole: names, conditions, what each kind of field needs, and that every health fact is needed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from bluezone.forms.conditions import AtLeast, Below, Condition, Is, fields_of, leaves
from bluezone.forms.definition import NEEDING_A_RULE, Field, Form, Kind, Telephone, Use
from bluezone.forms.errors import FormError

_CHOSEN = frozenset({Kind.YES_NO, Kind.CHOICE, Kind.CHOICES})
_KIND_OF_USE = {
    Use.NAME: Kind.NAME,
    Use.BIRTH_YEAR: Kind.YEAR,
    Use.NATIONALITY: Kind.COUNTRY,
    Use.DOCUMENT: Kind.DOCUMENT,
    Use.TELEPHONE: Kind.TELEPHONE,
    Use.EMAIL: Kind.EMAIL,
    Use.COMMUNE: Kind.COMMUNE,
    Use.MEANS: Kind.CHOICE,
    Use.VEHICLE: Kind.TEXT,
    Use.SEAT: Kind.TEXT,
    Use.DEPARTURE: Kind.DATE,
}
#: the longest text of any field
MOST_LETTERS = 500
#: the answers to a form, at their longest, in bytes of JSON: phones fill every declaration up to one size
MOST_ANSWER_BYTES = 30_000
_LETTER_BYTES, _SHORT_BYTES, _AROUND_BYTES = 4, 130, 6


def check(form: Form) -> None:
    """Check a form. Raises FormError for the first fault."""
    if form.valid_until is not None and form.valid_until < form.valid_from:
        raise FormError("form_never_valid", until=form.valid_until.isoformat(), since=form.valid_from.isoformat())
    _once((field.name for field in form.fields), "form_twice")
    _once((rule.name for rule in form.triage), "form_rule_twice")
    _once((field.use.value for field in form.fields if field.use is not None), "form_use_twice")
    for field in form.fields:
        _check_field(field)
    _check_length(form)
    _check_uses(form)
    _check_conditions(form)
    _check_needs(form)


def _once(names: Iterable[str], word: str) -> None:
    for name, count in Counter(names).items():
        if count > 1:
            raise FormError(word, name=name)


def _check_field(field: Field) -> None:
    has_options = bool(field.options)
    if has_options is not (field.kind in _CHOSEN):
        raise FormError("form_options", name=field.name)
    _once((option.value for option in field.options), "form_option_twice")
    if field.none is not None and (
        field.kind is not Kind.CHOICES or field.none not in {option.value for option in field.options}
    ):
        raise FormError("form_none", name=field.name)
    if field.kind in {Kind.TEXT, Kind.NAME} and not 1 <= (field.most or 0) <= MOST_LETTERS:
        raise FormError("form_most", name=field.name, most=MOST_LETTERS)
    if field.kind is Kind.NUMBER and (field.least is None or field.most is None or field.least > field.most):
        raise FormError("form_limits", name=field.name)
    if field.use is not None and field.kind is not _KIND_OF_USE.get(field.use, field.kind):
        raise FormError("form_use", name=field.name, use=field.use.value, kind=_KIND_OF_USE[field.use].value)


def _check_length(form: Form) -> None:
    longest = sum(len(field.name) + _AROUND_BYTES + _longest(field) for field in form.fields)
    if longest > MOST_ANSWER_BYTES:
        raise FormError("form_answers_long", bytes=longest, most=MOST_ANSWER_BYTES)


def _longest(field: Field) -> int:
    if field.kind in {Kind.TEXT, Kind.NAME}:
        return _LETTER_BYTES * (field.most or 0)
    if field.options:
        return sum(len(option.value) + _AROUND_BYTES for option in field.options)
    return _SHORT_BYTES


def _check_uses(form: Form) -> None:
    commune = form.used(Use.COMMUNE)
    if commune is None or not commune.required or commune.when is not None:
        raise FormError("form_commune")
    telephone = form.used(Use.TELEPHONE)
    if form.telephone is not Telephone.NONE and (
        telephone is None or not telephone.required or telephone.when is not None
    ):
        raise FormError("form_telephone")


def _check_conditions(form: Form) -> None:
    fields = {field.name: field for field in form.fields}
    for field in form.fields:
        if field.when is not None:
            _check_condition(field.when, f"{field.name}.when", fields)
    for rule in form.triage:
        _check_condition(rule.when, f"{rule.name}.when", fields)
    asks = {field.name: sorted(fields_of(field.when)) if field.when else [] for field in form.fields}
    for name in asks:
        _check_no_loop(name, asks)
    seen: set[str] = set()
    for field in form.fields:
        for name in asks[field.name]:
            if name not in seen:
                raise FormError("form_later", name=field.name, other=name)
        seen.add(field.name)


def _check_no_loop(start: str, asks: Mapping[str, list[str]]) -> None:
    way, seen = list(asks[start]), set()
    while way:
        name = way.pop()
        if name == start:
            raise FormError("form_loop", name=start)
        if name not in seen:
            seen.add(name)
            way += asks[name]


def _check_condition(condition: Condition, where: str, fields: Mapping[str, Field]) -> None:
    for leaf in leaves(condition):
        field = fields.get(leaf.field)
        if field is None:
            raise FormError("form_no_field", where=where, name=leaf.field[:40])
        counted = {Kind.NUMBER, Kind.CHOICES} if isinstance(leaf, AtLeast) else {Kind.NUMBER}
        if not isinstance(leaf, Is) and field.kind not in counted:
            raise FormError("form_no_number", where=where, name=leaf.field)
        if isinstance(leaf, Is):
            _check_values(leaf, where, field)


def _check_values(leaf: Is, where: str, field: Field) -> None:
    if field.kind not in _CHOSEN:
        raise FormError("form_no_choice", where=where, name=field.name)
    for value in leaf.values:
        if value not in {option.value for option in field.options}:
            raise FormError("form_no_value", where=where, name=field.name, value=value[:40])


def _check_needs(form: Form) -> None:
    """Refuse a fact of health or contact that no rule of triage needs, down to each answer that can be ticked."""
    rules = {rule.name: rule for rule in form.triage}
    for field in form.fields:
        for name in field.needed_by:
            if name not in rules:
                raise FormError("form_no_rule", name=field.name, rule=name)
            if field.name not in fields_of(rules[name].when):
                raise FormError("form_not_in_rule", name=field.name, rule=name)
        if field.about in NEEDING_A_RULE:
            if not field.needed_by:
                raise FormError("form_not_needed", name=field.name)
            _check_options_needed(field, [rules[name].when for name in field.needed_by])


def _check_options_needed(field: Field, conditions: list[Condition]) -> None:
    if field.kind not in {Kind.CHOICE, Kind.CHOICES}:
        return
    about = [leaf for condition in conditions for leaf in leaves(condition) if leaf.field == field.name]
    if any(isinstance(leaf, AtLeast | Below) for leaf in about):
        return  # every one of them counts
    named = {value for leaf in about if isinstance(leaf, Is) for value in leaf.values}
    for option in field.options:
        if option.value not in named and option.value != field.none and field.kind is Kind.CHOICES:
            raise FormError("form_option_not_needed", name=field.name, value=option.value)
