"""Build the Android app, signed, from package registries: no Gradle, no Android SDK, no NDK.

    python tools/apk.py               # writes build/bluezone.apk (make apk)
    python tools/apk.py --twice       # builds it twice, in two folders, and compares the bytes
    python tools/apk.py --settings F  # for one deployment: its authority, keys and links (make apk SETTINGS=F)

What goes in stands in `mobile/inputs.toml`, by coordinate and checksum. What is fetched is kept in a cache. The key
that signs is the builder's own: made at the first build, outside the repository, or named by `--key`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import tomllib
from pathlib import Path

from apk_parts import android_part, archives, deployment, inputs, native_part, python_part, signing
from apk_parts.deployment import Deployment
from apk_parts.inputs import ApkError, Inputs

REPOSITORY = Path(__file__).resolve().parents[1]
TABLE = REPOSITORY / "mobile" / "inputs.toml"
OUTPUT = REPOSITORY / "build" / "bluezone.apk"

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
        unsigned = Path(folder) / "unsigned.apk"
        archives.write(unsigned, _entries(brought, Path(folder), deployed), align=_ALIGNED_BYTES)
        signing.sign(brought["apksigner"], unsigned, key, output)


def build_bundle(brought: Inputs, key: signing.Key, output: Path, deployed: Deployment = NOBODY) -> None:
    """Build and sign the same as an Android App Bundle, of which a store makes the app of each kind of telephone."""
    with tempfile.TemporaryDirectory(prefix="bluezone-aab-") as folder:
        module = Path(folder) / "base.zip"
        archives.write(module, map(android_part.in_a_bundle, _entries(brought, Path(folder), deployed, proto=True)))
        unsigned = Path(folder) / "unsigned.aab"
        android_part.bundle(brought, "build-bundle", f"--modules={module}", f"--output={unsigned}")
        signing.sign_bundle(brought["apksigner"], unsigned, key, output)


def _entries(brought: Inputs, work: Path, deployed: Deployment, *, proto: bool = False) -> list[archives.Entry]:
    android = REPOSITORY / "mobile" / "android"
    entries = android_part.make(brought, android, version(), work, deployed.link_host, proto=proto)
    entries += python_part.lay_out(brought, REPOSITORY, work, deployed.settings)
    return entries + native_part.make(brought, REPOSITORY, work)


def arguments() -> argparse.ArgumentParser:
    """Return what the command line takes."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--output", type=Path, default=OUTPUT, help=f"the app (default: {OUTPUT})")
    parser.add_argument("--cache", type=Path, default=default_cache(), help="folder of what was fetched")
    parser.add_argument(
        "--key", type=Path, help="key store (PKCS #12, alias bluezone); its password beside it, .password"
    )
    parser.add_argument("--settings", type=Path, help="settings.json of a deployment (bluezone phone init writes one)")
    parser.add_argument("--bundle", action="store_true", help="write the bundle for a store beside it, too (.aab)")
    parser.add_argument("--twice", action="store_true", help="build twice and compare; write only what was the same")
    return parser


def make(asked: argparse.Namespace) -> Inputs:
    """Build what the command line asks for; return what it was made of. Raises ApkError where that fails."""
    deployed = NOBODY if asked.settings is None else deployment.read(asked.settings)
    key = signing.find_key(asked.key, REPOSITORY)
    brought = inputs.bring(inputs.read_table(TABLE), asked.cache)
    with tempfile.TemporaryDirectory(prefix="bluezone-apk-") as folder:
        built = [Path(folder, f"{number}.apk") for number in range(2 if asked.twice else 1)]
        for path in built:
            build(brought, key, path, deployed)
        if built[0].read_bytes() != built[-1].read_bytes():
            raise ApkError("two builds differ: nothing was written")
        asked.output.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(built[0], asked.output)
    if asked.bundle:
        build_bundle(brought, key, asked.output.with_suffix(".aab"), deployed)
    return brought


def main() -> None:
    """Build what the command line asks for, and say what came of it."""
    asked = arguments().parse_args()
    try:
        brought = make(asked)
        signed_by = signing.fingerprint(brought["apksigner"], asked.output)
    except ApkError as error:
        sys.exit(f"Error: {error}")
    print(f"{asked.output}: {asked.output.stat().st_size:,} bytes, SHA-256 {inputs.digest(asked.output)}")
    if asked.bundle:
        bundle = asked.output.with_suffix(".aab")
        print(f"{bundle}: {bundle.stat().st_size:,} bytes")
    print(f"for links, tell the authority: BLUEZONE_ANDROID_APPS={android_part.PACKAGE}={signed_by}")


if __name__ == "__main__":
    main()
