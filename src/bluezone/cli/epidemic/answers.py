"""Tell the parts of an answer as they end: on the terminal, and in a document that is written anew after each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bluezone.cli.answers import bold, json_text, show, table
from bluezone.epidemic import figures
from bluezone.epidemic.presenter import Part
from bluezone.epidemic.words import translator
from bluezone.i18n import Language, Translator

if TYPE_CHECKING:
    from rich.table import Table

    from bluezone.vega import Spec

#: Writes a part in a language.
Written = Callable[[Translator], Part]


class Told:
    """Hold the document of an answer, which has each part in both languages under `said`, and show what is new.

    out: its folder, where `answer.json` is written after each part, so that nothing told is lost. shown: whether parts
    are printed, in `language`.
    """

    def __init__(self, facts: dict[str, Any], out: Path | None, language: Language, *, shown: bool) -> None:
        self.document: dict[str, Any] = {**facts, "said": {each.value: [] for each in Language}}
        self._out, self._language, self._shown = out, language, shown

    def put(self, written: Written, *, shown: bool = True, **facts: Any) -> None:
        """Add a part, or put it in place of an earlier one of its kind, with facts for programs."""
        self.document |= facts
        for language in Language:
            said, part = self.document["said"][language.value], written(translator(language))
            at = next((k for k, each in enumerate(said) if each.kind == part.kind), len(said))
            said[at : at + 1] = [part]
            if language is self._language and shown and self._shown:
                show(*text_of(part))
            if language is self._language and self._out is not None and part.figure is not None:
                draw(self._out, part.kind, part.figure, part.sentences[0])
        if self._out is not None:
            self._out.mkdir(parents=True, exist_ok=True)
            new = self._out / "answer.json.new"
            new.write_text(json_text(self.document, indent=1) + "\n", "utf-8")
            new.replace(self._out / "answer.json")


def text_of(part: Part) -> Iterator[str | Table]:
    """Yield a part as a terminal shows it: its first sentence stands out."""
    for number, sentence in enumerate(part.sentences):
        yield sentence if number else bold(sentence)
    for each in part.tables:
        yield ""
        yield table(each.headings, each.rows, left=each.left, title=each.title)
    yield from part.notes
    yield ""


def draw(folder: Path, name: str, figure: Spec, title: str) -> None:
    """Write a figure into a folder, which is made where it is not there, as SVG and as PNG."""
    folder.mkdir(parents=True, exist_ok=True)
    for ending in ("svg", "png"):
        figures.save(figure, title, folder / f"{name}.{ending}")
