"""The layers of the authority hold for what import-linter cannot see: dotted names in strings, labels of models, and
names of addresses in code and templates."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "bluezone" / "authority"
_DOTTED = re.compile(r"bluezone\.authority(?:\.\w+)+")
_MIGRATION = re.compile(r"[0-9]{4}_")
_MODEL = re.compile(r"([a-z_]+)\.[A-Za-z]+")
_ADDRESS = re.compile(r"([a-z]+):[a-z-]+")
_TEMPLATE_ADDRESS = re.compile(r"{%\s*url\s+'([a-z]+):")
_TEMPLATE = re.compile(r"{%\s*(?:include|extends)\s+\"([a-z]+)/")
_CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]


def layers(name: str) -> list[str]:
    """The layers of a contract, the lowest first."""
    listed = next(each["layers"] for each in _CONTRACTS if each["name"] == name)
    return [part.strip() for layer in reversed(listed) for part in layer.split("|")]


ORDER = layers("the authority's packages are layers")
CAMPAIGN = layers("the campaign's packages are layers")


def room_of(dotted: str) -> str:
    """The package of a dotted name below `bluezone.authority`; of the campaign its part: `campaign.orders`."""
    parts = dotted.split(".")[2:]
    if parts[:1] == ["campaign"] and len(parts) > 1 and parts[1] in CAMPAIGN:
        return f"campaign.{parts[1]}"
    return parts[0] if parts else ""


def rank(room: str) -> tuple[int, int]:
    """How high a room lies."""
    package, _, part = room.partition(".")
    return ORDER.index(package), CAMPAIGN.index(part) if part else len(CAMPAIGN)


def namespaces(source: Path) -> dict[str, str]:
    """Names of addresses (`app_name`) and folders of templates, with the room each belongs to."""
    found = {}
    for urls in source.rglob("urls.py"):
        for name in re.findall(r'^app_name = "(\w+)"', urls.read_text(), re.MULTILINE):
            found[name] = room_of(dotted_name(urls, source))
    return found


def dotted_name(path: Path, source: Path) -> str:
    return ".".join(("bluezone", "authority", *path.relative_to(source).with_suffix("").parts))


def room_of_template(path: Path, names: dict[str, str]) -> str:
    """A template belongs to the room whose addresses have the name of its folder, else to its app."""
    return names.get(path.parent.name) or path.parts[path.parts.index("templates") - 1]


def references(path: Path, names: dict[str, str]) -> Iterator[str]:
    """The rooms that a module's imports and strings name."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            dotted = [f"{node.module}.{each.name}" for each in node.names]
        elif isinstance(node, ast.Import):
            dotted = [each.name for each in node.names]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            dotted = [node.value] if _DOTTED.fullmatch(node.value) else []
            if (model := _MODEL.fullmatch(node.value)) and model[1] in ORDER:
                yield model[1]
            if (address := _ADDRESS.fullmatch(node.value)) and address[1] in names:
                yield names[address[1]]
        elif isinstance(node, ast.Tuple) and "migrations" in path.parts:
            dotted = []
            match node.elts:  # what a migration depends on; a name alone may be a sector's key
                case [ast.Constant(value=str(app)), ast.Constant(value=str(name))] if _MIGRATION.match(name):
                    yield from {app} & {*ORDER}
        else:
            continue
        yield from (room_of(each) for each in dotted if each.startswith("bluezone.authority."))


def upward(source: Path) -> list[str]:
    """Every reference from a room to one that lies above it."""
    names = namespaces(source)
    found = []
    for path in sorted(source.rglob("*.py")):
        room = room_of(dotted_name(path, source))
        for other in references(path, names):
            if other and room and room != other and not _same_app(room, other) and rank(other) > rank(room):
                found.append(f"{path.relative_to(source)}: {room} names {other}")
    for path in sorted(source.rglob("templates/**/*.html")):
        text = path.read_text()
        room = room_of_template(path, names)
        used = {names[each] for each in _TEMPLATE_ADDRESS.findall(text) + _TEMPLATE.findall(text) if each in names}
        found += [f"{path.relative_to(source)}: {room} names {each}" for each in used if rank(each) > rank(room)]
    return found


def _same_app(room: str, other: str) -> bool:
    """A model's label says its app, not the part of it: parts of one app may name it."""
    return other == room.partition(".")[0]


def test_nothing_names_what_lies_above_it():
    assert upward(SOURCE) == []


def test_the_order_is_that_of_the_packages():
    folders = {path.name for path in SOURCE.iterdir() if (path / "__init__.py").exists()}
    assert folders == set(ORDER) - {"errors"}


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("keys/batches.py", "from bluezone.authority.campaign.orders import queries"),
        ("keys/batches.py", "def late():\n    import bluezone.authority.project.settings"),
        ("site/clock.py", "CALLABLE = 'bluezone.authority.device_api.callers.client_address'"),
        (
            "units/urls.py",
            "from django.urls import include\nPATHS = [include('bluezone.authority.campaign.orders.urls')]",
        ),
        ("campaign/figures/models.py", "from bluezone.authority.campaign.orders.models import Target"),
        ("officers/models.py", "sender = 'units.Organisation'"),
        ("units/migrations/0001_initial.py", "dependencies = [('campaign', '0001_initial')]"),
        ("officers/views.py", "redirect('orders:list')"),
        ("officers/templates/officers/list.html", "{% url 'orders:list' %}"),
        ("campaign/templates/figures/list.html", '{% include "orders/rows.html" %}'),
    ],
)
def test_a_name_of_what_lies_above_is_found(tmp_path, file, text):
    urls = tmp_path / "campaign" / "orders" / "urls.py"
    figures = tmp_path / "campaign" / "figures" / "urls.py"
    for path, content in ((urls, 'app_name = "orders"'), (figures, 'app_name = "figures"'), (tmp_path / file, text)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    assert len(upward(tmp_path)) == 1


def test_a_name_of_what_lies_below_is_no_fault(tmp_path):
    path = tmp_path / "campaign" / "orders" / "views.py"
    path.parent.mkdir(parents=True)
    path.write_text("from bluezone.authority.campaign.figures import models\nUSER = 'officers.User'")
    assert upward(tmp_path) == []
