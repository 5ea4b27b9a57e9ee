"""Refuse docstrings that only their author understands (`make lint` and a test run this).

    python tools/docstrings.py

The first sentence of a docstring says by a verb what a module, a class or a function does, in the field's terms. It
does not lean on another docstring ("The same ...", "As `Phone.verify`") nor open with a noun's article, a name in code
style or a question word, which say neither what is done nor what comes back. Private names are free, and so are tests,
migrations and generated code.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1] / "src" / "bluezone"
REFUSED = re.compile(
    r"(?:The|An?|This|That|These|Those|One|Another|Every|Each|All|Some|Something)\b"
    r"|(?:Who(?:ever|se)?|What(?:ever)?|Whether|Which|How|Where|When|Why)\b"
    r"|As (?:`|\w+\.\w)|[^A-Z]"
)

Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def refused(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and first line of each public docstring that is refused."""
    for node in public(ast.parse(source)):
        text = ast.get_docstring(node)
        if text and REFUSED.match(text):
            yield node.body[0].lineno, text.splitlines()[0]


def public(node: Documented) -> Iterator[Documented]:
    """Yield a module or class and everything public in it that can have a docstring."""
    yield node
    for child in node.body:
        if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not child.name.startswith("_"):
            yield from public(child) if isinstance(child, ast.ClassDef) else (child,)


def files() -> Iterator[Path]:
    """Yield the source files that are checked."""
    for path in sorted(SOURCE.rglob("*.py")):
        if not path.name.endswith("_pb2.py") and "migrations" not in path.parts:
            yield path


def main() -> None:
    problems = [
        f"{path.relative_to(SOURCE.parents[1])}:{line}: {text}"
        for path in files()
        for line, text in refused(path.read_text("utf-8"))
    ]
    if problems:
        sys.exit("\n".join([*problems, "say by a verb, in the field's terms, what it does or returns"]))


if __name__ == "__main__":
    main()
