"""Publish forms: a newer version is offered, what was declared keeps its own, and nothing is published half."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.authority.declarations.conftest import DAY, MORNING
from tests.authority.documents.fetched import fetched, refreshed
from tests.forms.broken import Document, changed, field
from tests.forms.samples import GIVEN

from bluezone.authority.declarations import known_forms, publishing, services
from bluezone.authority.declarations.models import PublishedForm
from bluezone.authority.declarations.publishing import NotPublishedError
from bluezone.authority.signing import services as signing
from bluezone.cli.errors import CommandError
from bluezone.forms import shipped
from bluezone.forms.errors import FormError
from bluezone.forms.reading import read_form
from bluezone.protocol import kinds
from bluezone.protocol.kinds import FORMS

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def signing_key(db: None) -> None:
    signing.ensure(MORNING)


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
    from bluezone.cli.authority.documents import forms_command

    file = tmp_path / "form.json"
    file.write_text(changed(second), encoding="utf-8")
    tried = CliRunner().invoke(forms_command, ["publish", str(file), "--dry-run"], catch_exceptions=False)
    assert "would publish population 2 for the country" in tried.output
    assert "field address: changed" in tried.output
    assert not PublishedForm.objects.exists()
    done = CliRunner().invoke(forms_command, ["publish", str(file), "--json"], catch_exceptions=False)
    assert json.loads(done.output)["before"] == 1
    assert PublishedForm.objects.get().version == 2
    listed = CliRunner().invoke(forms_command, ["list"], catch_exceptions=False)
    assert "population 2 the country (offered)" in listed.output


def test_the_commands_write_a_form_and_answers_for_fhir_and_read_both_back(tmp_path, morning):
    from bluezone.cli.authority.documents import forms_command

    def run(name: str, *words: object) -> Path:
        done = CliRunner().invoke(forms_command, [name, *map(str, words)], catch_exceptions=False)
        target = tmp_path / f"{len([*tmp_path.iterdir()])}.json"
        target.write_text(done.stdout, encoding="utf-8")
        return target

    form, answers = tmp_path / "form.json", tmp_path / "D-7.json"
    form.write_text(shipped.document("population"), encoding="utf-8")
    answers.write_text(json.dumps(GIVEN), encoding="utf-8")
    questionnaire, response = run("to-fhir", form), run("to-fhir", form, "--answers", answers)
    assert json.loads(response.read_bytes())["identifier"]["value"] == "D-7"
    assert json.loads(run("from-fhir", questionnaire).read_bytes()) == json.loads(form.read_bytes())
    assert json.loads(run("from-fhir", response, "--form", form).read_bytes())["full_name"] == GIVEN["full_name"][0]
    for wrong, sentence in (({"shoe": "43"}, "does not ask: shoe"), (GIVEN | {"signs": ["green"]}, "signs: ")):
        answers.write_text(json.dumps(wrong), encoding="utf-8")
        with pytest.raises(CommandError, match=sentence):
            run("to-fhir", form, "--answers", answers)


def of_province(found: Document) -> None:
    """Make a version that Cần Thơ has of its own."""
    second(found)
    found["area"] = "34:92"


def test_phones_fetch_what_is_in_force_signed_and_a_new_version_at_once(morning):
    refreshed(FORMS, MORNING)
    first = fetched(FORMS, MORNING)
    assert [read_form(text) for text in first.content] == list(shipped.forms())
    publishing.publish(changed(second).encode(), None, MORNING)
    then = fetched(FORMS, MORNING, newer_than=first.serial)
    assert {read_form(text).form: read_form(text).version for text in then.content}["population"] == 2


def test_a_province_has_a_document_of_its_own_forms(client, morning):
    assert client.get(FORMS.address("452", "34:92")).status_code == 404
    publishing.publish(changed(of_province).encode(), None, MORNING)
    assert [read_form(text).version for text in fetched(FORMS, MORNING, "34:92").content] == [2]
    assert known_forms.offered(DAY)[0].version == 1


def test_a_document_is_signed_anew_when_it_is_old_and_not_before(morning):
    refreshed(FORMS, MORNING)
    assert refreshed(FORMS, MORNING + dt.timedelta(hours=23)) == ""
    assert refreshed(FORMS, MORNING + dt.timedelta(hours=25)) == "forms of the country (serial 2"


def test_forms_that_are_more_than_phones_take_are_not_published(morning, monkeypatch):
    refreshed(FORMS, MORNING)
    monkeypatch.setattr(kinds, "MAX_FORMS", 5)
    with pytest.raises(NotPublishedError, match="more than phones take"):
        publishing.publish(changed(lambda f: f.update(form="another")).encode(), None, MORNING)
    assert not PublishedForm.objects.exists()
