"""A form of one record that two change at once: what the second is told, and when nothing is asked."""

from __future__ import annotations

import pytest
from django import forms
from django.utils import translation

from bluezone.authority.site.records import READ, RecordForm


class _Form(RecordForm):
    name = forms.CharField(label="Name")
    people = forms.IntegerField(label="People", required=False)
    kind = forms.ChoiceField(label="Kind", choices=[("a", "Market"), ("b", "Station")], required=False)
    open_on_sunday = forms.BooleanField(label="Sunday", required=False)
    lines = forms.CharField(label="Lines", required=False)


STORED = {"name": "Chợ", "people": 1200, "kind": "a", "open_on_sunday": True, "lines": "một\nhai"}
SENT = {"name": "Chợ", "people": "1200", "kind": "a", "open_on_sunday": "on", "lines": "một\nhai"}


@pytest.mark.parametrize(
    ("stored_now", "sent", "told"),
    [
        ({}, {"name": "Chợ mới"}, None),  # nobody else has changed it
        ({"name": "Chợ A"}, {"name": "Chợ A"}, None),  # both wrote the same
        ({"name": "Chợ A"}, {"name": "Chợ B"}, "Name: Chợ A."),
        ({"people": None}, {}, "People: –."),
        ({"people": 3400, "name": "Chợ A"}, {}, "Name: Chợ A; People: 3,400."),
        ({"kind": "b"}, {}, "Kind: Station."),
        ({"open_on_sunday": False}, {}, "Sunday: no."),
        ({"lines": "ba\nbốn"}, {}, "Lines: ba; bốn."),
        ({"name": "Chợ A"}, {"name": "Chợ A", "lines": "một\r\nhai"}, None),  # a browser ends lines in its own way
        ({"name": "Chợ A"}, {"lines": "một\r\nhai"}, "Name: Chợ A."),
    ],
)
def test_the_second_is_told_what_is_stored_now_where_it_is_another(stored_now, sent, told):
    read = _Form(initial=STORED).reading
    with translation.override("en"):
        form = _Form(SENT | sent | {READ: read}, initial=STORED | stored_now)
        assert form.is_valid(), form.errors
        assert form.is_current() is (told is None)
        said = " ".join(form.non_field_errors())
    assert (told is None) == (not said)
    if told is not None:
        assert f"Stored now – {told}" in said.replace("\u00a0", " ")
        again = _Form(SENT | sent | {READ: form.reading}, initial=STORED | stored_now)
        assert again.is_valid()
        assert again.is_current(), "who has been told stores again"


def test_a_new_record_and_a_page_that_carries_nothing_are_asked_nothing():
    assert _Form().reading == ""
    form = _Form(SENT | {"name": "Chợ B"}, initial=STORED)
    assert form.is_valid()
    assert form.is_current()
