"""Run the notebooks of docs/examples from above to below, and keep what their cells print and draw.

    python tools/notebooks.py            # or `make notebooks`, after a change of a notebook or of what it calls

Each runs in an empty folder. What is kept is text and SVG: the site shows it, and a test holds it to the code.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
import tempfile
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "examples"
#: those that need nothing but the package; the others read a file of the reader's
NAMES = ("what-30-percent-buys", "judge-a-policy", "a-forecast-with-its-errors")


def read(name: str) -> dict[str, Any]:
    """Return a notebook as it is kept."""
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.ipynb").read_text("utf-8"))
    return found


def executed(notebook: dict[str, Any]) -> dict[str, Any]:
    """Return a notebook with the outputs that its cells give now, in the folder it is run in."""
    known: dict[str, Any] = {"__name__": "__notebook__"}
    cells, number = [], 0
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            number += 1
            cell = cell | {"execution_count": number, "outputs": _outputs("".join(cell["source"]), known, number)}
        cells.append(cell)
    return notebook | {"cells": cells}


def _outputs(source: str, known: dict[str, Any], number: int) -> list[dict[str, Any]]:
    """Run a cell; return what it prints, and its last expression."""
    tree, said, value = ast.parse(source), io.StringIO(), None
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    with contextlib.redirect_stdout(said):
        exec(compile(tree, f"cell {number}", "exec"), known)  # noqa: S102 (our own pages)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), f"cell {number}", "eval"), known)  # noqa: S307
    outputs: list[dict[str, Any]] = []
    if text := said.getvalue():
        outputs.append({"output_type": "stream", "name": "stdout", "text": text.splitlines(keepends=True)})
    if value is not None:
        drawn = getattr(value, "_repr_svg_", None)
        data = {"image/svg+xml": [drawn()]} if drawn else {"text/plain": repr(value).splitlines(keepends=True)}
        outputs.append({"output_type": "execute_result", "execution_count": number, "metadata": {}, "data": data})
    return outputs


def main() -> None:
    """Run all, and write them."""
    for name in NAMES:
        notebook = read(name)
        with tempfile.TemporaryDirectory(prefix="bluezone-notebook-") as work:
            here = Path.cwd()
            os.chdir(work)
            try:
                notebook = executed(notebook)
            finally:
                os.chdir(here)
        text = json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"
        (FOLDER / f"{name}.ipynb").write_text(text, "utf-8")
        print(FOLDER / f"{name}.ipynb")


if __name__ == "__main__":
    main()
