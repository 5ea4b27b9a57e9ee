"""Build the Android app, signed, from package registries: no Gradle, no Android SDK, no NDK.

    python tools/apk.py               # writes build/bluezone.apk (make apk)
    python tools/apk.py --twice       # builds it twice, in two folders, and compares the bytes
    python tools/apk.py --settings F  # for one deployment: its authority, keys and links (make apk SETTINGS=F)

What goes in stands in `mobile/inputs.toml`, by coordinate and checksum. What is fetched is kept in a cache. The key
that signs is the builder's own: made at the first build, outside the repository, or named by `--key`.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import sys
import tempfile
import tomllib
from pathlib import Path

import kernel
from apk_parts import android_part, archives, deployment, inputs, python_part, signing
from apk_parts.deployment import Deployment
from apk_parts.inputs import ApkError, Inputs

REPOSITORY = Path(__file__).resolve().parents[1]
TABLE = REPOSITORY / "mobile" / "inputs.toml"
#: where the bridge's native side is kept beside a checkout, for where Maven has none
BESIDE = REPOSITORY.parent / "shared" / "tools" / "android" / "runtime"
OUTPUT = REPOSITORY / "build" / "bluezone.apk"

#: what `bluezone.phone.matching.native` asks Android's linker for
MATCHING = "libbluezone_match.so"
#: what Android maps into memory begins at a multiple of this
_ALIGNED_BYTES = 4
#: without settings: it sends and listens, and has nobody to ask
NOBODY = Deployment(b"", "")


def default_cache() -> Path:
    """Return the folder in which fetched inputs are kept."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "bluezone" / "android"


def version() -> str:
    """Return the project's version, which is the app's."""
    return str(tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]["version"])


def build(brought: Inputs, key: signing.Key, output: Path, deployed: Deployment = NOBODY) -> None:
    """Build and sign the app of a deployment. Raises ApkError where that fails."""
    with tempfile.TemporaryDirectory(prefix="bluezone-apk-") as folder:
        work = Path(folder)
        entries = android_part.make(brought, REPOSITORY / "mobile" / "android", version(), work, deployed.link_host)
        entries += python_part.lay_out(brought, REPOSITORY, work, deployed.settings)
        entries.append(archives.Entry(f"lib/{brought.abi}/{MATCHING}", _matching(work)))
        unsigned = work / "unsigned.apk"
        archives.write(unsigned, entries, align=_ALIGNED_BYTES)
        signing.sign(brought["apksigner"], unsigned, key, output)


def _matching(work: Path) -> bytes:
    if importlib.util.find_spec("ziglang") is None:
        raise ApkError("the compiler of the matching is missing: pip install ziglang (extra dev)")
    library = work / MATCHING
    try:
        kernel.compile_for("aarch64", library, *kernel.LIBRARY, kernel.SOURCE)
    except RuntimeError as error:
        raise ApkError(f"compiling the matching failed: {error}") from error
    return library.read_bytes()


def arguments() -> argparse.ArgumentParser:
    """Return what the command line takes."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--output", type=Path, default=OUTPUT, help=f"the app (default: {OUTPUT})")
    parser.add_argument("--cache", type=Path, default=default_cache(), help="folder of what was fetched")
    parser.add_argument(
        "--key", type=Path, help="key store (PKCS #12, alias bluezone); its password beside it, .password"
    )
    parser.add_argument("--runtime", type=Path, help="folder with the bridge's native side (default: Maven's)")
    parser.add_argument("--settings", type=Path, help="settings.json of a deployment (bluezone phone init writes one)")
    parser.add_argument("--twice", action="store_true", help="build twice and compare; write only what was the same")
    return parser


def make(asked: argparse.Namespace) -> Inputs:
    """Build what the command line asks for; return what it was made of. Raises ApkError where that fails."""
    deployed = NOBODY if asked.settings is None else deployment.read(asked.settings)
    key = signing.find_key(asked.key, REPOSITORY)
    brought = inputs.bring(inputs.read_table(TABLE), asked.cache, asked.runtime, BESIDE)
    with tempfile.TemporaryDirectory(prefix="bluezone-apk-") as folder:
        built = [Path(folder, f"{number}.apk") for number in range(2 if asked.twice else 1)]
        for path in built:
            build(brought, key, path, deployed)
        if built[0].read_bytes() != built[-1].read_bytes():
            raise ApkError("two builds differ: nothing was written")
        asked.output.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(built[0], asked.output)
    return brought


def main() -> None:
    """Build what the command line asks for, and say what came of it."""
    asked = arguments().parse_args()
    try:
        brought = make(asked)
        signed_by = signing.fingerprint(brought["apksigner"], asked.output)
    except ApkError as error:
        sys.exit(f"Error: {error}")
    for note in brought.notes:
        print(f"Note: {note}", file=sys.stderr)
    print(f"{asked.output}: {asked.output.stat().st_size:,} bytes, SHA-256 {inputs.digest(asked.output)}")
    print(f"for links, tell the authority: BLUEZONE_ANDROID_APPS={android_part.PACKAGE}={signed_by}")


if __name__ == "__main__":
    main()
