"""Who runs the server stands on every page, set in one place; a rehearsal says on every page that it is one."""

from __future__ import annotations

import pytest

from bluezone.authority.site.environment import Environment

PAGES = ["/rollout/", "/declare/", "/door/", "/my-data", "/places/register", "/about", "/officer/login", "/status"]


@pytest.fixture
def named(settings, tmp_path):
    emblem, clock = tmp_path / "emblem.svg", tmp_path / "clock"
    emblem.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", encoding="ascii")
    clock.write_text("1597891200", encoding="ascii")
    said = {"institution": "Sở Y tế A", "contact": "0293 000 000", "responsible": "Bà B", "emblem": emblem}
    settings.BLUEZONE = settings.BLUEZONE.model_copy(update={**said, "rehearsal_clock": clock})


@pytest.mark.usefixtures("named", "db")
@pytest.mark.parametrize("page", PAGES)
def test_every_page_names_the_institution_its_duties_and_the_rehearsal(client, page):
    text = client.get(page, headers={"accept-language": "en"}).content.decode()
    for part in ("Sở Y tế A", "0293 000 000", "#contact", "#privacy", "#accessibility", "#imprint", "/about/emblem"):
        assert part in text
    assert 'class="rehearsal"' in text


@pytest.mark.usefixtures("named", "db")
def test_the_imprint_names_who_answers_and_the_emblem_is_sent(client):
    assert "Bà B" in client.get("/about").content.decode()
    answer = client.get("/about/emblem")
    assert (answer["Content-Type"], b"".join(answer.streaming_content)[:4]) == ("image/svg+xml", b"<svg")


def test_an_institution_that_is_not_named_is_said_so_with_a_placeholder(client, db):
    text = client.get("/about", headers={"accept-language": "en"}).content.decode()
    assert "The institution is not named" in text
    assert '<svg class="emblem"' in text
    assert client.get("/about/emblem").status_code == 404


@pytest.mark.parametrize(("name", "size"), [("emblem.exe", 1), ("emblem.png", 100_001), ("none.svg", None)])
def test_an_emblem_that_cannot_be_one_is_refused_at_the_start(tmp_path, name, size):
    if size is not None:
        (tmp_path / name).write_bytes(b"x" * size)
    with pytest.raises(ValueError, match="SVG or PNG"):
        Environment(BLUEZONE_EMBLEM=str(tmp_path / name))
