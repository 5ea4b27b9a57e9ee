"""Each public page that collects says who answers for it, what for, until when, and what rights people have."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from tests.authority.project.addresses import addresses, path_of

#: a field that somebody fills in; hidden ones and buttons are none
_FIELD = re.compile(r"<(?:textarea|select|input(?! type=\"(?:hidden|submit|search)\"))[^>]*>")
#: public addresses whose fields take nothing about a person, and why
TAKES_NOTHING = {
    "places/register/receipt": "a receipt, to see what was sent",
    "declare/receipt": "a receipt, to see what was sent",
    "rollout/": "chooses what is shown",
    "rollout/compare": "chooses what is shown",
    "rollout/<str:code>": "chooses what is shown",
    "tracing/": "chooses what is shown",
    "officer/login": "the name of an account",
}
FORMS = {"declare/<slug:name>": "/declare/population"}


def test_every_public_page_that_collects_has_the_notice(things: dict[str, str]) -> None:
    found = {}
    for route in addresses():
        if route.startswith("officer/") and route != "officer/login":
            continue
        answer = Client().get(FORMS.get(route) or path_of(route, things))
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            text = answer.content.decode()
            if _FIELD.search(text):
                found[route] = 'class="privacy"' in text
        answer.close()
    assert {route for route, notice in found.items() if not notice} <= set(TAKES_NOTHING)
    assert {"declare/<slug:name>", "places/register", "door/", "my-data"} <= {route for route in found if found[route]}


@pytest.mark.parametrize(("language", "said"), [("vi", "Người chịu trách nhiệm"), ("en", "Who answers for it")])
def test_the_notice_of_a_declaration_is_in_the_language_of_the_form(db, set_clock, now, language, said):
    set_clock.now = now
    page = Client().get("/declare/population", {"lang": language}).content.decode()
    assert said in page
    assert "/my-data" in page
