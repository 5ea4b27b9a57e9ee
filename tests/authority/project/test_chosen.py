"""A database belongs to the country and the disease that it was filled for (BLUEZONE_COUNTRY, BLUEZONE_DISEASE)."""

from __future__ import annotations

import pytest

from bluezone.authority.diagnosis.models import Case
from bluezone.authority.errors import ConfigurationError
from bluezone.authority.officers.models import User
from bluezone.authority.project import whole
from bluezone.authority.site.models import Installation
from bluezone.disease.shipped import shipped
from bluezone.geography.country import chosen, read

LAOS, MEASLES = read(chosen("laos")), shipped("measles")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "other", "filled"),
    [
        pytest.param("country", LAOS, User, id="another country"),
        pytest.param("disease", MEASLES, Case, id="another disease"),
    ],
)
def test_another_is_noted_on_an_empty_database_and_refused_on_a_filled_one(
    monkeypatch: pytest.MonkeyPatch, name: str, other: object, filled: type
) -> None:
    found = Installation.objects.create(fingerprints={"country": "vietnam", "disease": "sars-cov-2"})
    whole.check_chosen(found)
    monkeypatch.setattr(whole, name, lambda: other)
    whole.check_chosen(found)
    found.refresh_from_db()
    assert found.fingerprints[name] == other.code  # type: ignore[attr-defined]
    monkeypatch.undo()
    monkeypatch.setattr(type(filled._default_manager.all()), "exists", lambda self: self.model is filled)  # type: ignore[attr-defined]
    with pytest.raises(
        ConfigurationError, match=f"this database is of the {name} {other.code}, and BLUEZONE_{name.upper()} says"
    ):  # type: ignore[attr-defined]
        whole.check_chosen(found)
