"""The record of processing is complete: each model, rule of retention and test that it names, and none left out."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db.models import BinaryField, EmailField, ForeignObject, GenericIPAddressField

from bluezone.authority.officers.models import User
from bluezone.authority.privacy import report, services
from bluezone.authority.privacy.record import ACTIVITIES, NO_PERSON, RULES_WITHOUT_PERSON
from bluezone.authority.site import registries

ROOT = Path(__file__).parents[3]
PERSONAL = {label for activity in ACTIVITIES for label in activity.models}
OTHERS = [label for labels in NO_PERSON.values() for label in labels]
#: bytes that are no encrypted text about somebody: an identifier of a made-up case, the payload of a door's code
BYTES_OF_NOBODY = {"keys.Probe.identifier", "places.Entrance.payload"}
_TELLING = re.compile(r"telephone|(^|_)number_digest|full_name|birth|address$|remote_addr|pseudonym|onset|symptom")
TELLS_OF_NO_PERSON = {"places.Place.address", "keys.PublishNote.onset_days"}


def test_each_model_belongs_to_a_processing_or_holds_no_person() -> None:
    assert {model._meta.label for model in apps.get_models()} - PERSONAL - set(OTHERS) == set()
    labels = [*(label for activity in ACTIVITIES for label in activity.models), *OTHERS]
    assert sorted(set(labels)) == sorted(labels)
    assert [label for label in labels if apps.get_model(label) is None] == []


@pytest.mark.parametrize("label", OTHERS)
def test_a_model_without_a_person_has_no_field_that_could_be_about_one(label: str) -> None:
    wrong = []
    for field in apps.get_model(label)._meta.local_fields:
        name = f"{label}.{field.name}"
        if isinstance(field, ForeignObject):
            to = field.remote_field.model
            told = to is not User and to._meta.label in PERSONAL and to._meta.label != "officers.ApiKey"
        else:
            kinds = (BinaryField, EmailField, GenericIPAddressField)
            told = isinstance(field, kinds) or bool(_TELLING.search(field.name))
        if told and name not in BYTES_OF_NOBODY | TELLS_OF_NO_PERSON:
            wrong.append(name)
    assert not wrong


def test_each_rule_of_retention_ends_a_processing_or_deletes_nothing_of_a_person() -> None:
    known = [*(end for activity in ACTIVITIES for end in activity.ends), *RULES_WITHOUT_PERSON]
    assert [rule.what for rule in registries.retention if not rule.what.startswith(tuple(known))] == []
    assert [end for end in known if sum(rule.what.startswith(end) for rule in registries.retention) != 1] == []


@cache
def all_tests() -> str:
    return "\n".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))


def test_each_test_that_is_named_exists() -> None:
    named = [name for activity in ACTIVITIES for name in activity.tests]
    missing = [name for name in named if "/" in name and not ((ROOT / name).exists() or (ROOT / f"{name}.py").exists())]
    missing += [name for name in named if "/" not in name and f"def {name}(" not in all_tests()]
    assert missing == []


def test_models_are_deleted_before_what_they_refer_to() -> None:
    order = services.personal_models()
    for model in order:
        later = order[order.index(model) + 1 :]
        assert [other for other in later if model in services.refers_to(other)] == [], model


def test_the_record_says_the_fields_the_deleting_function_and_the_pages(environment: Any, now: Any, db: None) -> None:
    text = report.record(environment(institution="Sở Y tế Hậu Giang"), now)
    assert "Sở Y tế Hậu Giang" in text
    assert "| `persons.Person` | pseudonym, place, sealed, telephone_digest" in text
    assert "`bluezone.authority.persons.retention._persons`" in text
    assert "`/officer/persons/requests` | `reading_health` | `_of_the_office`" in text
    assert "test_who_a_case_is_stands_apart_and_a_pseudonym_in_its_place" in text


@pytest.mark.parametrize(
    ("changes", "said", "unsaid"),
    [
        ({}, ("**OFF**", "BLUEZONE_INSTITUTION", "to be filled in by the operator"), ()),
        (
            {"sms": "https://gateway.example/send", "tls": True, "trusted_proxies": 1},
            ("gateway.example", "(TLS): on"),
            ("(TLS): **OFF**",),
        ),
        (
            {"institution": "Sở Y tế", "privacy_contact": "Phòng IT", "hosted_at": "Cần Thơ"},
            ("Sở Y tế", "Phòng IT", "Cần Thơ"),
            ("BLUEZONE_INSTITUTION", "to be filled in"),
        ),
    ],
)
def test_the_assessment_is_of_this_installation(
    environment: Any, now: Any, db: None, changes: dict[str, Any], said: tuple[str, ...], unsaid: tuple[str, ...]
) -> None:
    from django.utils import translation

    with translation.override("en"):
        text = report.assessment(environment(**changes), now)
    review = now + dt.timedelta(days=182)
    assert [each for each in (*said, f"again by {review:%Y-%m-%d}") if each not in text] == []
    assert [each for each in unsaid if each in text] == []
