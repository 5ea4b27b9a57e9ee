"""Fill a form in again: with what is known of a person, with a draft made by another version, with a declaration that
is corrected. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from bluezone.forms.answers import Edge, Given, read_answers
from bluezone.forms.conditions import Answers
from bluezone.forms.definition import PERSONAL, About, Form, Kind, Use
from bluezone.forms.rendering import SHOWN, given_of, masked

#: what is known of a person, by use; a commune as its code
Known = Mapping[Use, str]

#: what people of one household have in common
SHARED = frozenset({Use.NATIONALITY, Use.TELEPHONE, Use.EMAIL, Use.COMMUNE, Use.ADDRESS})


def known_of(form: Form, answers: Answers) -> dict[Use, str]:
    """Return what the answers say of the person, by use: to be offered again in any form."""
    found = {}
    for field in form.fields:
        answer = answers.get(field.name)
        if field.use in PERSONAL and isinstance(answer, str):
            assert field.use is not None
            found[field.use] = answer
    return found


def given_from(form: Form, known: Known, uses: Collection[Use] = tuple(Use)) -> dict[str, list[str]]:
    """Return what is known of a person as the form asks for it; of `uses` alone."""
    fields = {field.use: field.name for field in form.fields if field.use in uses}
    return {fields[use]: [value] for use, value in known.items() if use in fields and value}


def remembered_fields(form: Form) -> dict[str, str]:
    """Return by use the fields that somebody's own browser may keep, to offer them in any form: no number of a
    document."""
    kept = PERSONAL - {Use.DOCUMENT, Use.INSURANCE}
    return {field.use.value: field.name for field in form.fields if field.use is not None and field.use in kept}


def health_only(form: Form) -> Form:
    """Return a form for somebody whom the health station knows: its questions on health, of which none depends on
    another question."""
    sections = (
        replace(each, fields=tuple(field for field in each.fields if field.about is About.HEALTH and not field.when))
        for each in form.sections
    )
    return replace(form, sections=tuple(each for each in sections if each.fields), for_another=False)


@dataclass(frozen=True, slots=True)
class Carried:
    """Hold what fits into another version, and the names of what did not."""

    given: dict[str, list[str]]
    left_out: tuple[str, ...] = ()


def carried_over(form: Form, given: Given, edge: Edge) -> Carried:
    """Return what was given to another version of a form as this version takes it: a value that it asks for and can
    read stays, everything else is left out."""
    names = {field.name for field in form.fields}
    filled = {name: [*values] for name, values in given.items() if name != SHOWN and any(values)}
    faults = read_answers(form, filled, edge).faults
    kept = {name: values for name, values in filled.items() if name in names and name not in faults}
    return Carried(kept, tuple(name for name in filled if name not in kept))


def with_masked_documents(form: Form, given: Given) -> dict[str, list[str]]:
    """Return what was given as a page may show it: of an identity document its last signs only."""
    shown = {name: [*values] for name, values in given.items()}
    for name in _documents(form):
        if shown.get(name):
            shown[name] = [masked(value) for value in shown[name]]
    return shown


def with_whole_documents(form: Form, given: Given, answers: Answers) -> dict[str, list[str]]:
    """Undo `with_masked_documents` for what a page sent back unchanged: `answers` hold the whole numbers."""
    found = {name: [*values] for name, values in given.items()}
    for name in _documents(form):
        whole = given_of({name: answers[name]}).get(name, [""])[0] if name in answers else ""
        if whole and found.get(name) == [masked(whole)]:
            found[name] = [whole]
    return found


def _documents(form: Form) -> list[str]:
    return [field.name for field in form.fields if field.kind is Kind.DOCUMENT]
