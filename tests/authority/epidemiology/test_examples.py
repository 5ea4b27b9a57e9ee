"""Run the notebook of the documentation on an exported line list, and hold its numbers to the page's files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.authority.epidemiology.test_pages import SPAN, outbreak, table  # noqa: F401 (a fixture)

NOTEBOOK = Path(__file__).parents[3] / "docs" / "examples" / "epidemiology.ipynb"


@pytest.mark.thorough
def test_the_notebook_reckons_what_the_page_shows(outbreak, browser_of, tmp_path, monkeypatch, capsys):  # noqa: F811
    client = browser_of()
    path = tmp_path / "line-list.csv"
    path.write_bytes(client.get(f"/officer/contacts/line-list.csv?{SPAN}").content)
    monkeypatch.setenv("LINE_LIST", str(path))
    known: dict[str, Any] = {}
    for cell in json.loads(NOTEBOOK.read_text())["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), known)
    ours = {row["day"]: float(row["mean"]) for row in table(client, "reproduction")}
    assert {str(day): mean for day, mean in known["reproduction"].items()} == pytest.approx(ours, abs=5e-3)
    for row in table(client, "app"):
        assert known["medians"][row["found"]] == float(row["onset_to_isolation"])
        assert known["gained"][row["found"]] == float(row["gained"])
    onset = [row for row in table(client, "curve") if row["basis"] == "onset"]
    assert sum(known["curve"].values()) == sum(int(row["cases"]) for row in onset)
    kinds = {row["link"] for row in table(client, "links")} - {""}
    assert set(known["links"]) == kinds == {"known", "guessed"}
    assert known["chains"].most_common(1)[0][1] == max(int(row["cases"]) for row in table(client, "chains"))
