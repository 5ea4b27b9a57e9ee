"""Run the fast core of the tests on each Python that the classifiers name, and say why one is left out.

A Python is taken from this machine (Debian's, pyenv's) or, where uv can, downloaded. Environments are kept in
.cache/pythons. The Python of this environment is left to `make test`. Exit code 1 if a test failed on any.

    python tools/pythons.py            # each version
    python tools/pythons.py --newest   # the newest that can be had: what CI runs, for each takes two minutes of CPU
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
CACHE = REPOSITORY / ".cache" / "pythons"
CORE = (
    "protocol", "geography", "i18n", "exposure/policies", "exposure/test_plain_functions.py",
    "exposure/test_windows.py", "phone/matching", "phone/stores", "cli/test_ids.py", "cli/test_export.py",
)  # fmt: skip
UV = (sys.executable, "-m", "uv", "--system-certs")
TEST_TOOLS = (
    "pytest", "pytest-xdist", "pytest-timeout", "hypothesis", "cbor2", "cwt", "openpyxl", "phonenumbers", "ziglang",
)  # fmt: skip
_DOWNLOAD_S = 300


class LeftOutError(Exception):
    """Say why a Python is not tested."""


def main(arguments: Sequence[str] = ()) -> int:
    """Test every version, newest last, or with `--newest` the newest that can be had; return 1 if one failed."""
    failed, only_newest = False, "--newest" in arguments
    for version in reversed(versions()) if only_newest else versions():
        try:
            passed = run_core(version)
        except LeftOutError as reason:
            print(f"Python {version}: left out: {reason}", flush=True)
            continue
        print(f"Python {version}: {'passed' if passed else 'FAILED'}", flush=True)
        failed = failed or not passed
        if only_newest:
            break
    return int(failed)


def versions() -> list[str]:
    """Return the versions that pyproject.toml names, such as 3.12."""
    classifiers = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]["classifiers"]
    return [
        found[1] for each in classifiers if (found := re.fullmatch(r"Programming Language :: Python :: (3\.\d+)", each))
    ]


def run_core(version: str) -> bool:
    """Return whether the core passes on a version. Raises LeftOutError where it cannot be tried."""
    if version == f"{sys.version_info.major}.{sys.version_info.minor}":
        raise LeftOutError("`make test` runs on it")
    python = environment(version, interpreter(version))
    tests = [REPOSITORY / "tests" / part for part in CORE]
    which = ["-m", "not thorough and not browser", "-p", "no:cacheprovider"]
    command = [python, "-m", "pytest", "-n", "auto", *which, *tests]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BLUEZONE_", "PYTHON"))}
    return subprocess.run(command, cwd=REPOSITORY, env=kept, check=False).returncode == 0


def interpreter(version: str) -> str:
    """Return the path of a Python of the version: one that is here, or else one that uv downloads."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for installed in sorted(pyenv.glob(f"{version}.*/bin/python")):
        return str(installed)
    for ask in (["find", "--no-python-downloads", version], ["install", version], ["find", version]):
        try:
            got = subprocess.run(
                [*UV, "python", *ask], capture_output=True, text=True, check=False, timeout=_DOWNLOAD_S
            )
        except subprocess.TimeoutExpired:
            raise LeftOutError(f"uv did not bring it in {_DOWNLOAD_S} s") from None
        if got.returncode == 0 and ask[0] == "find":
            return got.stdout.strip()
        if got.returncode and ask[0] == "install":
            raise LeftOutError(f"it is not on this machine, and uv cannot bring it ({last_line(got.stderr)})")
    raise LeftOutError("uv cannot find what it brought")


def environment(version: str, python: str) -> Path:
    """Return the Python of an environment with what the core needs, at the versions tested, and the test tools.

    uv installs them, or pip where uv cannot: it does not read pip's settings, which may name another index. Raises
    LeftOutError with pip's reason.
    """
    folder = CACHE / version
    made = folder / "bin" / "python"
    if not made.exists():
        subprocess.run([python, "-m", "venv", folder], check=True)
    ours, constraints = f"{REPOSITORY}[phone,bumble,crypto,evaluation]", REPOSITORY / "constraints.txt"
    wanted = [ours, *TEST_TOOLS, "--constraint", str(constraints), "--quiet"]
    for installer in (
        [*UV, "pip", "install", "--python", made, "--reinstall-package", "bluezone"],
        [made, "-m", "pip", "install", "--disable-pip-version-check"],
    ):
        got = subprocess.run([*installer, *wanted], capture_output=True, text=True, check=False)
        if got.returncode == 0:
            return made
    raise LeftOutError(f"its packages cannot be installed ({last_line(got.stderr)})")


def last_line(text: str) -> str:
    """Return the last line of what a program said."""
    return (text.strip().splitlines() or ["it said nothing"])[-1].strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
