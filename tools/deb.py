"""Build the Debian package of the phone for a desktop, without root: `make deb` writes build/bluezone_VERSION_ARCH.deb.

    python tools/deb.py [--output FOLDER]

It holds the phone with its screens, the radio through bluetoothd, a service of the owner's session, a desktop entry
and notices of the desktop. Its Python packages, in the versions of `constraints.txt`, lie in a folder of their own:
Debian's are older than those that everything here is tested with. Python itself is Debian's: it fits one release.
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
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
DESKTOP = REPOSITORY / "desktop"

#: Bumble drives controllers of its own, and brings ten packages; a desktop shares bluetoothd's
LEFT_OUT = frozenset({"bumble"})
#: 1980, for what has no time of its own: the same package each time
EPOCH = "315532800"

_PYTHON = "usr/lib/bluezone/python"
#: what pip and uv note of themselves and of the folder they built in
_OF_INSTALLERS = ("INSTALLER", "RECORD", "REQUESTED", "direct_url.json", "uv_build.json", "uv_cache.json")
_CONTROL = """\
Package: bluezone
Version: {version}
Architecture: {architecture}
Maintainer: The Bluezone authors <bluezone@bluezone.example>
Installed-Size: {size}
Depends: python3.11, libssl3, ca-certificates, xdg-utils, default-dbus-session-bus | dbus-session-bus
Recommends: bluez, systemd
Section: net
Priority: optional
Description: contact tracing over Bluetooth, the phone of a desktop
 Notices which phones were near, keeps that on this machine alone, and warns its owner when the health authority
 publishes the keys of a patient who was near for long enough.
"""


class DebError(Exception):
    """Say in one sentence why no package can be built."""


def requirements(project: dict[str, object]) -> list[str]:
    """Return what the phone of a desktop needs of PyPI, from the project's own file."""
    base, extras = project["dependencies"], project["optional-dependencies"]
    assert isinstance(base, list)
    assert isinstance(extras, dict)
    wanted = [*base, *extras["phone"], *extras["bluez"]]
    return sorted({one for one in wanted if re.match(r"[\w.-]+", one)[0] not in LEFT_OUT})  # type: ignore[index]


def build(folder: Path, *, level: int = 6) -> Path:
    """Write the package into a folder and return it. Raises DebError where that fails.

    level: of xz, from 0 (4 s of CPU) to 9 (half a minute and more, a smaller package).
    """
    if sys.version_info[:2] != (3, 11):
        raise DebError(
            f"this is Python {sys.version_info[0]}.{sys.version_info[1]}; Debian 12 has 3.11: build with that"
        )
    dpkg = shutil.which("dpkg-deb")
    if dpkg is None:
        raise DebError("dpkg-deb is not installed: `apt-get install dpkg` brings it")
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
    architecture = _run(["dpkg", "--print-architecture"], "asking for the architecture").strip()
    folder.mkdir(parents=True, exist_ok=True)
    package = folder / f"bluezone_{project['version']}_{architecture}.deb"
    with tempfile.TemporaryDirectory(prefix="bluezone-deb-") as work:
        root = Path(work) / "root"
        _lay_out(root, requirements(project))
        size = sum(path.stat().st_size for path in root.rglob("*") if path.is_file()) // 1024
        (root / "DEBIAN").mkdir()
        control = _CONTROL.format(version=project["version"], architecture=architecture, size=size)
        (root / "DEBIAN" / "control").write_text(control, "utf-8")
        _even_out(root)
        options = ("--root-owner-group", "-Zxz", f"-z{level}", "--build", str(root), str(package))
        _run([dpkg, *options], "writing the package", SOURCE_DATE_EPOCH=EPOCH)
    return package


def _lay_out(root: Path, wanted: Sequence[str]) -> None:
    python = root / _PYTHON
    python.mkdir(parents=True)
    constraints = ("--only-binary", ":all:", "--constraint", str(REPOSITORY / "constraints.txt"))
    _install_packages(python, [*constraints, *wanted], "fetching from PyPI")
    _install_packages(python, ["--no-build-isolation", "--no-deps", str(REPOSITORY)], "building the wheel")
    for unwanted in ("bin", "share"):
        shutil.rmtree(python / unwanted, ignore_errors=True)
    for unwanted in (".lock", *(f"*.dist-info/{name}" for name in _OF_INSTALLERS)):
        for path in python.glob(unwanted):
            path.unlink()
    _install(DESKTOP / "bluezone", root / "usr" / "bin" / "bluezone", 0o755)
    _install(DESKTOP / "open", root / "usr" / "lib" / "bluezone" / "open", 0o755)
    _install(
        DESKTOP / "bluezone-screens.service", root / "usr" / "lib" / "systemd" / "user" / "bluezone-screens.service"
    )
    share = root / "usr" / "share"
    _install(DESKTOP / "bluezone.desktop", share / "applications" / "bluezone.desktop")
    icon = REPOSITORY / "src" / "bluezone" / "phone" / "web" / "static" / "icon.svg"
    _install(icon, share / "icons" / "hicolor" / "scalable" / "apps" / "bluezone.svg")
    _install(REPOSITORY / "LICENSE", share / "doc" / "bluezone" / "copyright")


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
        executable = path.is_dir() or path.parent.name == "bin" or path.name == "open"
        path.chmod(0o755 if executable else 0o644)
        os.utime(path, (int(EPOCH), int(EPOCH)))


def _run(command: Sequence[str], doing: str, **environment: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | environment)
    if done.returncode:
        said = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        raise DebError(f"{doing} failed: {said[-1] if said else 'no word of why'}")
    return done.stdout


def main() -> None:
    """Build what the command line names."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--output", type=Path, default=REPOSITORY / "build", help="folder (default: build)")
    try:
        print(build(parser.parse_args().output))
    except DebError as error:
        sys.exit(f"Error: {error}")


if __name__ == "__main__":
    main()
