"""The Python of the pages and notebooks is typed, runs as it stands, and gives what is shown."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.docs.conftest import REPOSITORY, read_page
from tests.docs.test_fences import _write_encounters

import notebooks

EXAMPLES = [fence.text for fence in read_page(REPOSITORY / "docs/how-to/python.md").fences]
ROOMS = ("exposure", "epidemic", "rollout")
pytestmark = pytest.mark.thorough


@pytest.mark.parametrize(("room", "text"), list(zip(ROOMS, EXAMPLES, strict=True)), ids=ROOMS)
def test_an_example_of_a_room_leads_from_data_to_a_figure(room: str, text: str, tmp_path: Path) -> None:
    assert f"bluezone.{room}" in text
    _write_encounters(tmp_path / "encounters")
    (tmp_path / "example.py").write_text(text, "utf-8")
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY / "src")}
    subprocess.run([sys.executable, "example.py"], cwd=tmp_path, env=environment, check=True)
    (figure,) = tmp_path.glob("*.svg")
    assert figure.read_text("utf-8").startswith("<svg ")


def test_the_examples_pass_the_strict_type_checker(tmp_path: Path) -> None:
    for room, text in zip(ROOMS, EXAMPLES, strict=True):
        (tmp_path / f"of_{room}.py").write_text(text, "utf-8")
    options = ("--config-file", REPOSITORY / "pyproject.toml", "--cache-dir", REPOSITORY / ".mypy_cache")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *options, *sorted(tmp_path.glob("of_*.py"))],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", notebooks.NAMES)
def test_a_notebook_gives_what_it_shows(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ENCOUNTERS", raising=False)
    kept = notebooks.read(name)
    assert _said(notebooks.executed(kept)) == _said(kept), "run `make notebooks`"


def _said(notebook: dict[str, Any]) -> list[str]:
    """Return what the cells print; of a picture, only that there is one."""
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", ())]
    return ["".join(output.get("text", output.get("data", {}).get("text/plain", "a picture"))) for output in outputs]
