"""Build all that a version is given out as, twice, and sign it; or check what was given out, as a receiver would.

    python tools/release.py                      # writes build/release (make release), then checks it
    python tools/release.py --without android    # leave out a part, here for want of a tool
    python tools/release.py --verify FOLDER      # only check: signature, digests, an installation from the wheel

Built is what is committed, from two copies in two folders; a part whose bytes differ is refused. The wheel and the
packages carry the compiled matching for x86-64 and arm64 where `ziglang` is installed (extra dev); without it the wheel
is made all the same, and it is said that phones match slowly.

SHA256SUMS names every file. SHA256SUMS.sig is its Ed25519 signature, release-key.pem the public key that `openssl
pkeyutl` takes. The private key is the releaser's own: made at the first release outside the repository, or named by
`--key`.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

REPOSITORY = Path(__file__).resolve().parents[1]
SUMS, SIGNATURE, PUBLIC_KEY = "SHA256SUMS", "SHA256SUMS.sig", "release-key.pem"
#: machines whose compiled matching the wheel carries
KERNELS = ("aarch64", "x86_64")


class ReleaseError(Exception):
    """Say in one sentence why nothing was released, or what of a release is wrong."""


def run(command: Sequence[str | Path], doing: str, folder: Path = REPOSITORY, **environment: str) -> str:
    """Run a program and return what it prints. Raises ReleaseError with its last line where it fails."""
    done = subprocess.run(
        command, cwd=folder, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        raise ReleaseError(f"{doing} failed: {said[-1] if said else 'no word of why'}")
    return done.stdout


# --- parts: each is built in a copy of the source and puts its files into a folder ------------------------


def _sdist(source: Path, folder: Path) -> None:
    run([sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", folder], "building the sdist", source)


def _wheel(source: Path, folder: Path) -> None:
    run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], "building the wheel", source)


def _debian(source: Path, folder: Path) -> None:
    run([sys.executable, source / "tools/deb.py", "--output", folder], "building the Debian packages", source)


def _android(source: Path, folder: Path) -> None:
    app = folder / f"bluezone-{version()}.apk"
    run([sys.executable, source / "tools/apk.py", "--bundle", "--output", app], "building the Android app", source)


def _site(source: Path, folder: Path) -> None:
    run([sys.executable, "-m", "mkdocs", "build", "--quiet"], "building the site", source, NO_MKDOCS_2_WARNING="1")
    with (
        (folder / f"bluezone-site-{version()}.tar.gz").open("wb") as raw,
        gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w") as archive,
    ):
        for path in sorted((source / "build/site").rglob("*")):
            facts = archive.gettarinfo(path, f"bluezone-site-{version()}/{path.relative_to(source / 'build/site')}")
            facts.uid = facts.gid = facts.mtime = 0
            facts.uname = facts.gname = ""
            facts.mode = 0o755 if path.is_dir() else 0o644
            if path.is_dir():
                archive.addfile(facts)
            else:
                with path.open("rb") as content:
                    archive.addfile(facts, content)


def _bill(source: Path, folder: Path) -> None:
    run([sys.executable, source / "tools/sbom.py", folder / f"bluezone-{version()}.cdx.json"], "listing packages")


#: name -> what builds it
PARTS: dict[str, Callable[[Path, Path], None]] = {
    "sdist": _sdist,
    "wheel": _wheel,
    "debian": _debian,
    "android": _android,
    "site": _site,
    "sbom": _bill,
}


def version() -> str:
    """Return the version; pyproject.toml is its one home."""
    return str(tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]["version"])


# --- building -----------------------------------------------------------------------------------------


def build(folder: Path, parts: Iterable[str], key: Ed25519PrivateKey) -> None:
    """Write the parts, their digests and the signature into a folder that holds nothing else.

    Raises ReleaseError where a part cannot be built, or is not the same twice; then the folder stays as it was.
    """
    chosen = list(parts)
    os.environ["SOURCE_DATE_EPOCH"] = run(
        ["git", "log", "-1", "--format=%ct"], "asking git for the commit's time"
    ).strip()
    with tempfile.TemporaryDirectory(prefix="bluezone-release-") as work:
        # of two lengths, so that a path that is written into a file shows
        sources = [_copy_source(Path(work, name)) for name in ("one", "another")]
        made = [Path(work, name) for name in ("first", "second")]
        for target in made:
            target.mkdir()
        for name in chosen:
            for source, target in zip(sources, made, strict=True):
                PARTS[name](source, target)
            print(f"{name}: built twice", flush=True)
        for path in sorted(made[0].iterdir()):
            if path.read_bytes() != (made[1] / path.name).read_bytes():
                raise ReleaseError(f"{path.name} differs between two builds: nothing was written")
        sign(made[0], key)
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(made[0], folder)


def _copy_source(folder: Path) -> Path:
    """Write what is committed into a new folder, with the compiled matching where it can be made."""
    folder.mkdir()
    archive = folder.with_suffix(".tar")
    run(["git", "archive", "--output", archive, "HEAD"], "reading the commit")
    with tarfile.open(archive) as packed:
        packed.extraction_filter = getattr(tarfile, "data_filter", None)  # 3.11.2 has none
        packed.extractall(folder)  # noqa: S202 (what git has just written)
    if importlib.util.find_spec("ziglang"):
        run([sys.executable, folder / "tools/kernel.py"], "compiling the matching", folder)
    return folder


def sign(folder: Path, key: Ed25519PrivateKey) -> None:
    """Write the digests of a folder's files, their signature, and the public key."""
    sums = "".join(f"{_digest(path)}  {path.name}\n" for path in sorted(folder.iterdir()))
    (folder / SUMS).write_text(sums, "ascii")
    (folder / SIGNATURE).write_bytes(key.sign(sums.encode()))
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )  # fmt: skip
    (folder / PUBLIC_KEY).write_bytes(public)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def find_key(given: Path | None) -> Ed25519PrivateKey:
    """Return the key named, or the releaser's own, made where there is none. Raises ReleaseError."""
    data = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    path = given or Path(data) / "bluezone" / "release-key.pem"
    if path.resolve().is_relative_to(REPOSITORY):
        raise ReleaseError(f"the key {path} lies in the repository, where it could be committed: keep it elsewhere")
    if not path.exists():
        if given is not None:
            raise ReleaseError(f"there is no key at {path}; without --key the releaser's own is taken, or made")
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(Ed25519PrivateKey.generate().private_bytes(*form))
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ReleaseError(f"{path} is not a private key that can be read: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ReleaseError(f"{path} is not an Ed25519 key")
    return key


# --- checking, as whoever gets it would -----------------------------------------------------------------


def verify(folder: Path, known_key: Path | None = None) -> list[str]:
    """Check a release by the programs of any Debian machine; return a sentence for each thing found right.

    known_key: the public key as it was got another way; that beside the files otherwise, which shows damage, and
        nothing of who made them.
    Raises ReleaseError with the first thing that is wrong.
    """
    found = [_check_signature(folder, known_key), _check_sums(folder)]
    for path in sorted(folder.iterdir()):
        if path.suffix == ".whl":
            found.append(_check_wheel(path))
        elif path.suffix == ".deb":
            said = run(["dpkg-deb", "--field", path, "Version"], f"reading {path.name}").strip()
            _expect(said in path.name, f"{path.name} says that it is version {said}")
            found.append(f"{path.name}: a Debian package of version {said}")
        elif path.suffix in (".apk", ".aab"):
            with zipfile.ZipFile(path) as archive:
                _expect(archive.testzip() is None, f"{path.name} is damaged")
                names = set(archive.namelist())
            manifest = "AndroidManifest.xml" if path.suffix == ".apk" else "base/manifest/AndroidManifest.xml"
            _expect(manifest in names, f"{path.name} holds no app")
            found.append(f"{path.name}: whole, {len(names)} files")
    return found


def _expect(condition: bool, sentence: str) -> None:
    if not condition:
        raise ReleaseError(sentence)


def _check_signature(folder: Path, known_key: Path | None) -> str:
    key = known_key or folder / PUBLIC_KEY
    for path in (folder / SUMS, folder / SIGNATURE, key):
        _expect(path.is_file(), f"{path} is missing")
    options = ("-pubin", "-inkey", key, "-rawin", "-in", folder / SUMS, "-sigfile", folder / SIGNATURE)
    run(["openssl", "pkeyutl", "-verify", *options], f"verifying the signature of {SUMS}")
    der = run(["openssl", "pkey", "-pubin", "-in", key, "-noout", "-text"], "reading the public key")
    fingerprint = "".join(line.strip() for line in der.splitlines()[2:])
    return f"{SUMS}: signed by the Ed25519 key {fingerprint}"


def _check_sums(folder: Path) -> str:
    run(["sha256sum", "--check", "--strict", "--quiet", SUMS], "checking the digests", folder)
    listed = {line.split("  ", 1)[1] for line in (folder / SUMS).read_text("ascii").splitlines()}
    present = {path.name for path in folder.iterdir()} - {SUMS, SIGNATURE, PUBLIC_KEY}
    _expect(listed == present, f"{SUMS} does not name {', '.join(sorted(present - listed))}")
    return f"{len(listed)} files have the digests that {SUMS} names"


def _check_wheel(wheel: Path) -> str:
    """Install into an environment with nothing in it, from the package index, and ask for the version."""
    with tempfile.TemporaryDirectory(prefix="bluezone-received-") as work:
        run([sys.executable, "-m", "venv", work], "making an empty environment")
        python, kept = Path(work, "bin/python"), {"PYTHONPATH": "", "PYTHONNOUSERSITE": "1"}
        run([python, "-m", "pip", "install", "--quiet", wheel], f"installing {wheel.name}", Path(work), **kept)
        said = run([Path(work, "bin/bluezone"), "--version"], "asking for the version", Path(work), **kept).strip()
    _expect(said.split()[-1] == wheel.name.split("-")[1], f"{wheel.name} says: {said}")
    with zipfile.ZipFile(wheel) as archive:
        folder = "bluezone/phone/matching/kernel"
        carried = [each for each in KERNELS if f"{folder}/match-{each}.so" in archive.namelist()]
    matching = f"matching compiled for {' and '.join(carried)}" if carried else "no compiled matching: phones are slow"
    return f"{wheel.name}: installed, says {said!r}; {matching}"


def _whole_path(given: str) -> Path:
    """Return a path that means the same to the programs that run in another folder."""
    return Path(given).resolve()


def main() -> None:
    """Build and check, or check only."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    output = REPOSITORY / "build/release"
    parser.add_argument("--output", type=_whole_path, default=output, help="folder, written anew")
    parser.add_argument("--without", nargs="+", default=[], choices=PARTS, help="parts to leave out")
    parser.add_argument("--key", type=Path, help="private key that signs (PEM); with --verify, the public key known")
    parser.add_argument("--verify", type=_whole_path, metavar="FOLDER", help="build nothing, check what lies there")
    asked = parser.parse_args()
    try:
        if asked.verify is None:
            build(asked.output, [name for name in PARTS if name not in asked.without], find_key(asked.key))
        for sentence in verify(asked.verify or asked.output, asked.key if asked.verify else None):
            print(sentence)
    except ReleaseError as error:
        sys.exit(f"Error: {error}")
    if asked.verify is None:
        left_out = f", without {', '.join(asked.without)}" if asked.without else ""
        print(f"{asked.output}: version {version()}{left_out}")


if __name__ == "__main__":
    main()
