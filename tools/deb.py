"""Build the Debian packages, without root: `make deb` writes build/bluezone_VERSION_ARCH.deb, the phone for a desktop,
and build/bluezone-authority_VERSION_ARCH.deb, the server.

    python tools/deb.py [--output FOLDER] [--python 3.13] [PACKAGE ...]

The phone comes with its screens, the radio through bluetoothd, a service of the owner's session, a desktop entry and
notices of the desktop; the server with its units of systemd. Their Python packages, in the versions of
`constraints.txt`, lie in a folder of their own: Debian's are older than those that everything here is tested with.
Python itself is Debian's: a package fits one release, that of the Python that builds it, or that `--python` names.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
#: 1980, for what has no time of its own: the same package each time
EPOCH = "315532800"

#: Python of a Debian release -> the package that has its libcrypto
PYTHONS = {"3.11": "libssl3", "3.13": "libssl3t64"}

#: what pip and uv note of themselves and of the folder they built in
_OF_INSTALLERS = ("INSTALLER", "RECORD", "REQUESTED", "direct_url.json", "uv_build.json", "uv_cache.json")


@dataclass(frozen=True, slots=True)
class Product:
    """Describe a package: what it takes of PyPI, which files it brings (source in the repository, target, mode), and
    its part of the control file."""

    name: str
    extras: tuple[str, ...]
    files: tuple[tuple[str, str, int], ...]
    control: str
    left_out: frozenset[str] = frozenset()
    #: run by dpkg: source in the repository, name
    scripts: tuple[tuple[str, str], ...] = ()

    @property
    def python(self) -> str:
        """Return the folder of its Python packages."""
        return f"usr/lib/{self.name}/python"


_SHARE, _SYSTEM = "usr/share", "usr/lib/systemd/system"
PHONE = Product(
    "bluezone",
    ("phone", "bluez"),
    (
        ("desktop/bluezone", "usr/bin/bluezone", 0o755),
        ("desktop/open", "usr/lib/bluezone/open", 0o755),
        ("desktop/bluezone-screens.service", "usr/lib/systemd/user/bluezone-screens.service", 0o644),
        ("desktop/bluezone.desktop", f"{_SHARE}/applications/bluezone.desktop", 0o644),
        ("src/bluezone/phone/web/static/icon.svg", f"{_SHARE}/icons/hicolor/scalable/apps/bluezone.svg", 0o644),
    ),
    """\
Depends: python{python}, {libssl}, ca-certificates, xdg-utils, default-dbus-session-bus | dbus-session-bus
Recommends: bluez, systemd
Conflicts: bluezone-authority
Description: contact tracing over Bluetooth, the phone of a desktop
 Notices which phones were near, keeps that on this machine alone, and warns its owner when the health authority
 publishes the keys of a patient who was near for long enough.
""",
    # Bumble drives controllers of its own, and brings ten packages; a desktop shares bluetoothd's
    left_out=frozenset({"bumble"}),
)
AUTHORITY = Product(
    "bluezone-authority",
    ("authority", "rollout"),
    (
        ("deploy/debian/bluezone", "usr/bin/bluezone", 0o755),
        *(
            (f"deploy/systemd/bluezone-{unit}", f"{_SYSTEM}/bluezone-{unit}", 0o644)
            for unit in ("server.service", "worker.service", "backup.service", "backup.timer")
        ),
        *(
            (f"docs/operate/{page}.md", f"{_SHARE}/doc/bluezone-authority/{page}.md", 0o644)
            for page in ("authority", "machines", "backup", "alerts")
        ),
        ("deploy/prometheus/alerts.yml", f"{_SHARE}/doc/bluezone-authority/alerts.yml", 0o644),
        ("deploy/grafana/bluezone.json", f"{_SHARE}/doc/bluezone-authority/grafana.json", 0o644),
    ),
    """\
Depends: python{python}, ca-certificates, passwd, util-linux
Recommends: systemd, caddy | nginx, postgresql, postgresql-client
Conflicts: bluezone
Description: contact tracing, the server of a health authority
 Confirms cases, issues codes, publishes the signed keys of consenting patients, follows contacts, and says how many
 people have the app. `bluezone authority install --domain NAME` sets it up.
""",
    scripts=(("deploy/debian/postinst", "postinst"), ("deploy/debian/prerm", "prerm")),
)
PRODUCTS = {product.name: product for product in (PHONE, AUTHORITY)}
_CONTROL = """\
Package: {name}
Version: {version}
Architecture: {architecture}
Maintainer: The Bluezone authors <bluezone@bluezone.example>
Installed-Size: {size}
Section: net
Priority: optional
"""


#: files that are run, beside those in a folder `bin`
_EXECUTABLE = ("open", "postinst", "prerm")


class DebError(Exception):
    """Say in one sentence why no package can be built."""


def requirements(project: dict[str, object], product: Product) -> list[str]:
    """Return what a package needs of PyPI, from the project's own file."""
    base, extras = project["dependencies"], project["optional-dependencies"]
    assert isinstance(base, list)
    assert isinstance(extras, dict)
    wanted = [*base, *(one for extra in product.extras for one in extras[extra])]
    return sorted({one for one in wanted if re.match(r"[\w.-]+", one)[0] not in product.left_out})  # type: ignore[index]


def build(folder: Path, product: Product = PHONE, *, python: str = "", level: int = 6) -> Path:
    """Write a package into a folder and return it. Raises DebError where that fails.

    python: of the Debian that it is for; the one that runs, where none is named.
    level: of xz, from 0 (4 s of CPU) to 9 (half a minute and more, a smaller package).
    """
    python = python or "{}.{}".format(*sys.version_info[:2])
    if python not in PYTHONS:
        raise DebError(f"this is Python {python}; Debian 12 has 3.11 and Debian 13 has 3.13: name one by --python")
    dpkg = shutil.which("dpkg-deb")
    if dpkg is None:
        raise DebError("dpkg-deb is not installed: `apt-get install dpkg` brings it")
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
    architecture = _run(["dpkg", "--print-architecture"], "asking for the architecture").strip()
    folder.mkdir(parents=True, exist_ok=True)
    package = folder / f"{product.name}_{project['version']}_{architecture}.deb"
    with tempfile.TemporaryDirectory(prefix="bluezone-deb-") as work:
        root = Path(work) / "root"
        _lay_out(root, product, requirements(project, product), python)
        size = sum(path.stat().st_size for path in root.rglob("*") if path.is_file()) // 1024
        (root / "DEBIAN").mkdir()
        facts = {"version": project["version"], "architecture": architecture, "size": size}
        control = _CONTROL.format(name=product.name, **facts)
        control += product.control.format(python=python, libssl=PYTHONS[python])
        (root / "DEBIAN" / "control").write_text(control, "utf-8")
        for source, name in product.scripts:
            _install(REPOSITORY / source, root / "DEBIAN" / name)
        _even_out(root)
        options = ("--root-owner-group", "-Zxz", f"-z{level}", "--build", str(root), str(package))
        _run([dpkg, *options], "writing the package", SOURCE_DATE_EPOCH=EPOCH)
    return package


def _lay_out(root: Path, product: Product, wanted: Sequence[str], version: str) -> None:
    python = root / product.python
    python.mkdir(parents=True)
    constraints = ("--only-binary", ":all:", "--constraint", str(REPOSITORY / "constraints.txt"))
    _install_packages(python, ["--python-version", version, *constraints, *wanted], "fetching from PyPI")
    _install_packages(python, ["--no-build-isolation", "--no-deps", str(REPOSITORY)], "building the wheel")
    for unwanted in ("bin", "share"):
        shutil.rmtree(python / unwanted, ignore_errors=True)
    for unwanted in (".lock", *(f"*.dist-info/{name}" for name in _OF_INSTALLERS)):
        for path in python.glob(unwanted):
            path.unlink()
    for source, target, mode in product.files:
        _install(REPOSITORY / source, root / target, mode)
    command = root / "usr" / "bin" / "bluezone"
    command.write_text(command.read_text("utf-8").replace("python3.11", f"python{version}", 1), "utf-8")
    _install(REPOSITORY / "LICENSE", root / _SHARE / "doc" / product.name / "copyright")


def _install_packages(folder: Path, wanted: Sequence[str], doing: str) -> None:
    """Install packages into a folder, not compiled: by uv in a tenth of the time, or by pip where uv cannot: it does
    not read pip's settings, which may name another index."""
    uv = (sys.executable, "-m", "uv", "--system-certs", "pip", "install", "--python", sys.executable)
    pip = (sys.executable, "-m", "pip", "install", "--no-compile")
    options = ("--quiet", "--target", str(folder))
    try:
        # copies: the times of these files are changed, and what is linked is uv's own
        _run([*uv, "--link-mode", "copy", *options, *wanted], doing)
    except DebError:
        _run([*pip, *options, *wanted], doing)


def _install(source: Path, target: Path, mode: int = 0o644) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    target.chmod(mode)


def _even_out(root: Path) -> None:
    """Give everything the same time and the rights of a package, whoever builds it and with which mask."""
    for path in (root, *root.rglob("*")):
        executable = path.is_dir() or path.parent.name == "bin" or path.name in _EXECUTABLE
        path.chmod(0o755 if executable else 0o644)
        os.utime(path, (int(EPOCH), int(EPOCH)))


def _run(command: Sequence[str], doing: str, **environment: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | environment)
    if done.returncode:
        said = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        raise DebError(f"{doing} failed: {said[-1] if said else 'no word of why'}")
    return done.stdout


def main() -> None:
    """Build what the command line names, or all."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--output", type=Path, default=REPOSITORY / "build", help="folder (default: build)")
    parser.add_argument(
        "--python", default="", help="of the Debian it is for: 3.11 or 3.13 (default: the one that runs)"
    )
    parser.add_argument("packages", nargs="*", choices=[[], *PRODUCTS], metavar="PACKAGE", help=", ".join(PRODUCTS))
    asked = parser.parse_args()
    try:
        for name in asked.packages or PRODUCTS:
            print(build(asked.output, PRODUCTS[name], python=asked.python))
    except DebError as error:
        sys.exit(f"Error: {error}")


if __name__ == "__main__":
    main()
