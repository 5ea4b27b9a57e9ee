"""The next version is installed under load: a made-up migration, two versions side by side, not one refused
publication; the old version refuses the new database."""

from __future__ import annotations

import contextlib
import itertools
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.authority.test_flow import Uploader

pytestmark = pytest.mark.thorough
SOURCE = Path(__file__).parents[3] / "src"
#: what the next version would bring: a column of the table that publications fill, an index, a table
MADE_UP = """
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("keys", "0001_initial")]
    operations = [
        migrations.AddField("publishedkey", "made_up_note", models.CharField(max_length=8, null=True)),
        migrations.AddIndex("publishedkey", models.Index(fields=["made_up_note"], name="made_up_index")),
        migrations.CreateModel("MadeUp", [("id", models.BigAutoField(primary_key=True))]),
    ]
"""
COUNT = """
import django
django.setup()
from bluezone.authority.keys.models import PublishedKey
print(PublishedKey.objects.filter(made_up=False).count())
"""


class Publishing(threading.Thread):
    """Phones that publish one after the other, at the servers there are, and what each was answered."""

    def __init__(self, installation: Any) -> None:
        super().__init__()
        self.installation, self.urls, self.over = installation, [installation.url], threading.Event()
        self.taken, self.refused = 0, []

    def run(self) -> None:
        for number in itertools.count():
            if self.over.is_set():
                return
            try:
                with httpx.Client(base_url=self.urls[number % len(self.urls)], timeout=30) as client:
                    phone = Uploader(client)
                    phone.certify(self.installation.code(client))
                    self.taken += phone.publish().inserted_exposures
            except Exception as error:  # noqa: BLE001 (each is what the test looks for)
                self.refused.append(repr(error))

    def more(self, count: int) -> None:
        """Wait until so many more keys were taken."""
        until = self.taken + count
        while self.taken < until and not self.refused:
            self.over.wait(0.05)


@contextlib.contextmanager
def serving(command: list[str], environment: dict[str, str]) -> Iterator[str]:
    with subprocess.Popen([*command, "serve", "--port", "0", "--json"], env=environment, stdout=subprocess.PIPE) as one:
        assert one.stdout is not None
        yield json.loads(one.stdout.readline())["url"]
        one.terminate()


def test_the_next_version_comes_without_a_refused_publication_and_none_goes_back(running: Any, tmp_path: Path) -> None:
    source = Path(shutil.copytree(SOURCE, tmp_path / "next", ignore=shutil.ignore_patterns("__pycache__")))
    (source / "bluezone/authority/keys/migrations/0002_made_up.py").write_text(MADE_UP)
    environment = running.environment() | {"PYTHONPATH": str(source)}
    command = [sys.executable, "-m", "bluezone", "authority"]
    early = subprocess.run([*command, "serve"], env=environment, capture_output=True, text=True, check=False)
    assert (early.returncode, "lacks 1 migrations" in early.stderr) == (2, True)

    phones = Publishing(running)
    phones.start()
    try:
        phones.more(140)
        made = subprocess.run([*command, "migrate"], env=environment, capture_output=True, text=True, check=False)
        assert made.returncode == 0, made.stderr
        phones.more(140)
        with serving(command, environment) as url:
            phones.urls.append(url)
            phones.more(280)  # side by side
            phones.urls.remove(running.url)
            phones.more(140)
            assert running.stop() == 0
            phones.more(140)
            phones.over.set()
            phones.join()
    finally:
        phones.over.set()
        phones.join()
    assert phones.refused == []
    assert int(running.python(COUNT)) == phones.taken

    for arguments in (("serve",), ("migrate",), ("publish",)):
        old = running.run(*arguments)
        assert old.returncode == 2
        assert "brought up to date by a newer version (keys 0002_made_up), and none goes back" in old.stderr
