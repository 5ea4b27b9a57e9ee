"""Hold what `authority public-keys` prints of a country to what `phone init` takes over."""

from __future__ import annotations

import pytest

from bluezone.authority.signing import services
from bluezone.geography.country import CODES, chosen, read
from bluezone.phone.app.config import facts_of_country


@pytest.mark.parametrize("code", CODES)
@pytest.mark.usefixtures("phone")
def test_phones_take_over_the_country_that_an_authority_names(code, monkeypatch):
    of = read(chosen(code))
    monkeypatch.setattr(services, "country", lambda: of)
    facts = facts_of_country(services.public_material()["country"], "public-keys.json")
    assert facts["hotline"] == of.telephone.hotline.replace(" ", "")  # as one dials it
    assert (facts["iso"], facts["language"]) == (of.iso, of.languages[0])
