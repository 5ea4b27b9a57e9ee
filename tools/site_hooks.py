"""Bring into the site of the documentation what lies outside of docs/, show notebooks as pages, and say paths of the
source as paths.

MkDocs calls these functions by name (`hooks` in mkdocs.yml). Pages link to files of the repository; the site is read
where there is none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from posixpath import normpath, relpath
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[1]
#: pages that lie beside the documentation, by where the site has them
_BESIDE = {
    "README.md": "project/README.md",
    "CHANGELOG.md": "project/CHANGELOG.md",
    "CONTRIBUTING.md": "project/CONTRIBUTING.md",
    "GOVERNANCE.md": "project/GOVERNANCE.md",
    "CODE_OF_CONDUCT.md": "project/CODE_OF_CONDUCT.md",
    "SECURITY.md": "project/SECURITY.md",
    "mobile/README.md": "project/mobile.md",
}
_WORKER, _ELSEWHERE = "assets/worker.js", "https://unpkg.com/iframe-worker/shim"
_LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")


def on_files(files: Files, config: Any, **_: Any) -> Files:
    """Add the pages that lie beside the documentation, the icon, and the script of the search from a folder."""
    for source, page in _BESIDE.items():
        files.append(File.generated(config, page, content=(ROOT / source).read_text("utf-8")))
    icon = ROOT / "src/bluezone/authority/site/static/officer/icon.svg"
    files.append(File.generated(config, "figures/icon.svg", abs_src_path=str(icon)))
    files.append(File.generated(config, _WORKER, abs_src_path=str(ROOT / "tools/site_worker.js")))
    for notebook in sorted((ROOT / "docs/examples").glob("*.ipynb")):
        drawn: list[str] = []
        page = "\n\n".join(_shown(json.loads(notebook.read_text("utf-8")), notebook.stem, drawn))
        files.append(File.generated(config, f"examples/{notebook.stem}.md", content=page))
        for number, picture in enumerate(drawn, 1):
            files.append(File.generated(config, f"examples/{notebook.stem}-{number}.svg", content=picture))
    return files


def _shown(notebook: dict[str, Any], name: str, drawn: list[str]) -> Iterator[str]:
    """Yield a notebook's cells and what they gave, as Markdown; pictures are put into `drawn`."""
    for cell in notebook["cells"]:
        text = "".join(cell["source"])
        yield text if cell["cell_type"] == "markdown" else f"```python\n{text}\n```"
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if picture := data.get("image/svg+xml"):
                drawn.append("".join(picture))
                yield f"![What the cell above draws]({name}-{len(drawn)}.svg)"
            elif said := "".join(output.get("text", data.get("text/plain", ()))):
                yield f"```text\n{said.rstrip()}\n```"
    yield f"[The notebook itself]({name}.ipynb)"


def on_post_page(output: str, page: Any, **_: Any) -> str:
    """Ask nobody else for the script with which the search runs from a folder."""
    return output.replace(_ELSEWHERE, relpath(_WORKER, str(PurePosixPath(page.file.dest_uri).parent)))


def on_post_template(output_content: str, **_: Any) -> str:
    """Ask nobody else on the page of what is not found, either."""
    return output_content.replace(_ELSEWHERE, f"/{_WORKER}")


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Lead links between pages to where the site has them; a link to a file of the source becomes its path."""
    here = page.file.src_uri
    source = next((each for each, at in _BESIDE.items() if at == here), f"docs/{here}")

    def lead(found: re.Match[str]) -> str:
        picture, text, target = found.groups()
        path, mark, anchor = target.partition("#")
        if "://" in target or not path or target.startswith("mailto:"):
            return found[0]
        wanted = normpath(str(PurePosixPath(source).parent / path))
        if wanted.startswith("docs/"):
            at = wanted.removeprefix("docs/")
            if at.endswith(".ipynb") and not here.startswith("examples/"):
                at = f"{at.removesuffix('.ipynb')}.md"
        elif wanted in _BESIDE:
            at = _BESIDE[wanted]
        else:
            return text if "`" in text else f"{text} (`{wanted}`)"
        return f"{picture}[{text}]({relpath(at, str(PurePosixPath(here).parent))}{mark}{anchor})"

    return _LINK.sub(lead, markdown)
