"""A database that an earlier version filled: `migrate` brings it up to date, and nothing in it is lost.

`tools/released_database.py` made each file of this folder, one a release. They are never made again.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
HERE = Path(__file__).parent
AUTHORITY = HERE.parents[2] / "src/bluezone/authority"
FILES = sorted(HERE.glob("*.json.gz"))
#: noon on 18 August 2020, when the files were filled, and the secret of the installation they are of
NOON_S, SECRET = 1_597_752_000, "of the released fixture, and of nothing else"
#: prints what a later version finds in the database, by its own models and pages
_LOOK = """
import json, sys
import django
django.setup()
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client

settings.ALLOWED_HOSTS = ["testserver"]
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
pages = {}
for name, paths in json.loads(sys.argv[1]).items():
    client = Client(headers={"Accept-Language": "vi"})
    if name:
        client.force_login(get_user_model().objects.get(username=name), "django.contrib.auth.backends.ModelBackend")
    for path in paths:
        answer = client.get(path)
        pages[f"{name} {path}"] = [answer.status_code, answer.content.decode()]
from bluezone.authority.diagnosis.models import Case
cases = sorted(Case.objects.values_list("report_type", "status", "place", "created_by__username"), key=str)
rows = {model._meta.label_lower: model._base_manager.count() for model in apps.get_models()}
print(json.dumps({"pages": pages, "rows": rows, "cases": cases}))
"""
#: ends with an exit status of 1 where a model has changed
_CHECK_MIGRATIONS = """
import django
django.setup()
from django.core.management import call_command
call_command("makemigrations", check_changes=True, dry_run=True)
"""
PAGES = {
    "": ["/rollout/", "/rollout/63:93?date=2020-08-17", "/policies/452.json"],
    "province": ["/officer/rollout/", "/officer/rollout/figures/of/63:93", "/officer/directives/", "/officer/units/",
                 "/officer/cases/", "/officer/news/", "/officer/simulations/", "/officer/bulletins/",
                 "/officer/changes", "/officer/officers"],
    "unit-head": ["/officer/rollout/"],
}  # fmt: skip


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "sqlite":
        yield ""
    else:
        with request.getfixturevalue("own_database")() as url:
            yield url


def test_there_is_a_file_of_each_release():
    assert [path.name for path in FILES] == ["0.1.json.gz"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_migration_that_was_released_is_never_changed(path):
    released = json.loads(gzip.decompress(path.read_bytes()))["sources"]
    assert {name: hashlib.sha256((AUTHORITY / name).read_bytes()).hexdigest() for name in released} == released


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_database_of_an_earlier_release_is_brought_up_to_date_and_loses_nothing(
    path, database, tmp_path, installation_at
):
    installation = installation_at(tmp_path, database)
    installation.settings |= {"BLUEZONE_SECRET_KEY": SECRET, "BLUEZONE_SECOND_FACTOR": "off"}
    installation.set_clock(NOON_S + 86_400)
    (tmp_path / "static").mkdir()
    installation.python((HERE / "lay.py").read_text("utf-8"), os.fspath(path))
    done = installation.run("migrate")
    assert done.returncode == 0, done.stderr
    found = json.loads(installation.python(_LOOK, json.dumps(PAGES)))
    assert {page: status for page, (status, _) in found["pages"].items() if status != 200} == {}
    assert "60.000" in found["pages"][" /rollout/63:93?date=2020-08-17"][1]
    assert "Rửa tay" in found["pages"]["province /officer/news/"][1]
    statuses = {"clinical": "suspected", "confirmed": "confirmed", "negative": "withdrawn", "self": "suspected"}
    assert found["cases"] == [[report, status, "/63:93/", "province"] for report, status in statuses.items()]
    released = json.loads(gzip.decompress(path.read_bytes()))["rows"]
    lost = {name: len(rows) for name, rows in released.items() if found["rows"].get(name, 0) < len(rows)}
    assert lost == {}


def test_the_models_have_no_change_without_a_migration(installation_at, tmp_path):
    installation_at(tmp_path).python(_CHECK_MIGRATIONS)
