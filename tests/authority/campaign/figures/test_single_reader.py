"""The tables of figures are named by the modules that read and write them, and by nothing else."""

from __future__ import annotations

import ast
from pathlib import Path

import bluezone
from bluezone.authority.campaign.figures.models import DailyCount, Population

SOURCE = Path(bluezone.__file__).parent
FIGURES = SOURCE / "authority/campaign/figures"
#: define, read, write; re-export for Django; name all tables in the record of processing
ALLOWED = {FIGURES / name for name in ("models.py", "reader.py", "store.py")} | {
    SOURCE / "authority/campaign/models.py",
    SOURCE / "authority/privacy/record.py",
}
#: pages name the model in annotations of rows that the reader gave them
MAY_ANNOTATE = {FIGURES / "entry_views.py"}
MODELS = {DailyCount.__name__, Population.__name__}
TABLES = {DailyCount._meta.db_table, Population._meta.db_table}


def uses(file: Path) -> list[str]:
    """List where a file queries a model, or names a table in a text (SQL), or asks Django for the model by name."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    annotations = {
        id(node)
        for each in ast.walk(tree)
        for annotation in (getattr(each, "annotation", None), getattr(each, "returns", None))
        if annotation is not None
        for node in ast.walk(annotation)
    }
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in MODELS and id(node) not in annotations:
            found.append(f"{file.name}:{node.lineno} {node.id}")
        if isinstance(node, ast.ImportFrom) and file not in MAY_ANNOTATE:
            found += [f"{file.name}:{node.lineno} import {each.name}" for each in node.names if each.name in MODELS]
        if isinstance(node, ast.Attribute) and node.attr in MODELS:
            found.append(f"{file.name}:{node.lineno} .{node.attr}")
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            named = TABLES | {f"campaign.{name}" for name in MODELS}
            found += [f"{file.name}:{node.lineno} “{name}”" for name in named if name.lower() in node.value.lower()]
    return found


def test_nothing_but_the_reader_and_the_store_queries_the_tables_of_figures() -> None:
    rooms = ("authority", "cli")  # `epidemic` has a Population of its own, and knows no database
    files = [
        file
        for room in rooms
        for file in (SOURCE / room).rglob("*.py")
        if file not in ALLOWED and "migrations" not in file.parts
    ]
    assert len(files) > 150
    assert [each for file in files for each in uses(file)] == []


def test_the_search_finds_each_way_to_query_a_table(tmp_path: Path) -> None:
    ways = (
        "from x import DailyCount\n",
        "rows = models.DailyCount.objects.all()\n",
        "def f(x: int) -> int:\n    return DailyCount.objects.count()\n",
        "SQL = 'SELECT 1 FROM campaign_dailycount'\n",
        "SQL = f'SELECT {x} FROM campaign_population'\n",
        "model = apps.get_model('campaign.DailyCount')\n",
    )
    for number, text in enumerate(ways):
        file = tmp_path / f"way{number}.py"
        file.write_text(text, encoding="utf-8")
        assert uses(file), text
    harmless = tmp_path / "page.py"
    harmless.write_text("def rows(page: list[DailyCount]) -> DailyCount: ...\n", encoding="utf-8")
    assert uses(harmless) == []
