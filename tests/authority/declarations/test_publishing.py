"""Publish forms: a newer version is offered, what was declared keeps its own, and nothing is published half."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from tests.authority.declarations.conftest import DAY, MORNING
from tests.forms.broken import Document, changed, field

from bluezone.authority.declarations import known_forms, publishing, services
from bluezone.authority.declarations.models import PublishedForm
from bluezone.authority.declarations.publishing import NotPublishedError
from bluezone.forms.errors import FormError

pytestmark = pytest.mark.django_db


def second(found: Document) -> None:
    """Make the second version: an address of 100 letters."""
    found["version"] = 2
    field(found, "address")["most"] = 100


def test_a_newer_version_is_offered_and_a_declaration_keeps_its_own(client, declared):
    row = declared()
    done = publishing.publish(changed(second).encode(), None, MORNING)
    assert [(each.name, each.change) for each in done.differences] == [("address", "changed")]
    offered = {each.form: each.version for each in known_forms.offered(DAY)}
    assert (offered["population"], offered["entry"]) == (2, 1)
    assert 'name="_version" value="2"' in client.get("/declare/population").content.decode()
    assert services.of_receipt(row.words).form.version == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [(lambda f: f.update(retention_days=9), "is not above 1"), (lambda f: f.update(version=2), "says the same")],
)
def test_a_version_that_is_not_newer_or_says_the_same_is_refused(change, sentence):
    with pytest.raises(NotPublishedError, match=sentence):
        publishing.publish(changed(change).encode(), None, MORNING)
    assert not PublishedForm.objects.exists()


def test_a_form_that_asks_what_nobody_needs_is_not_published():
    with pytest.raises(FormError, match="names no rule of triage"):
        publishing.publish(changed(lambda f: (second(f), field(f, "signs").pop("needed_by"))).encode(), None, MORNING)
    assert not PublishedForm.objects.exists()


def test_the_command_says_what_differs_and_publishes(tmp_path, morning):
    from bluezone.cli.authority.forms import forms_command

    file = tmp_path / "form.json"
    file.write_text(changed(second), encoding="utf-8")
    tried = CliRunner().invoke(forms_command, ["publish", str(file), "--dry-run"], catch_exceptions=False)
    assert "would publish population 2 for VN" in tried.output
    assert "field address: changed" in tried.output
    assert not PublishedForm.objects.exists()
    done = CliRunner().invoke(forms_command, ["publish", str(file), "--json"], catch_exceptions=False)
    assert json.loads(done.output)["before"] == 1
    assert PublishedForm.objects.get().version == 2
    listed = CliRunner().invoke(forms_command, ["list"], catch_exceptions=False)
    assert "population 2 VN (offered)" in listed.output
