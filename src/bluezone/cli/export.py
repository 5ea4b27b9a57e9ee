"""Define `bluezone export`: make, show and verify key export files."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, TypeVar

import click

from bluezone.cli import keyfile
from bluezone.cli.answers import Answer
from bluezone.cli.errors import CommandError
from bluezone.cli.options import Arg, Opt, command
from bluezone.cli.parameters import moment, read_at_most, utc_text
from bluezone.protocol.crypto.keys import signing_key, verifying_key
from bluezone.protocol.crypto.port import CryptoError, SigningKey, VerifyingKey
from bluezone.protocol.export_archive import DEFAULT_LIMITS
from bluezone.protocol.exports import (
    Export,
    ExportSigner,
    SignatureInfo,
    SignedExport,
    TrustedKey,
    build_export,
    pad_keys,
    read_export,
    verify_export,
)
from bluezone.protocol.intervals import DAY_S

_PEM_BYTES = 64 * 2**10
Key = TypeVar("Key", SigningKey, VerifyingKey)


@click.group("export")
def export_group() -> None:
    """Make, show and verify key export files (the zip of export.bin and export.sig that phones download)."""


@command("make", export_group, epilog=keyfile.HELP)
def make(
    *,
    keys: Annotated[Path, Arg()],
    signing_keys: Annotated[
        tuple[Path, ...],
        Opt("Private P-256 key (PEM). Give it again for a second signature, as in a rotation.", "--signing-key"),
    ],
    key_id: Annotated[str, Opt("Name of the signing key: the mobile country code.")] = "452",
    key_versions: Annotated[
        tuple[str, ...],
        Opt("Version of the signing key; one for each --signing-key. [default: v1, v2, ...]", "--key-version"),
    ] = (),
    region: Annotated[str, Opt("Region of the keys: a mobile country code, 452 for Vietnam.")],
    start: Annotated[int | None, Opt("When the first key came in. [default: a day before --end]", read=moment)] = None,
    end: Annotated[int | None, Opt("When the last key came in. [default: now]", read=moment)] = None,
    batch_num: Annotated[int, Opt("Which file of its batch this is.")] = 1,
    batch_size: Annotated[int, Opt("How many files the batch has.")] = 1,
    pad_to: Annotated[int, Opt("Add made-up keys up to N.", show_default=False, metavar="N", limits=(0,))] = 0,
    out: Annotated[Path, Opt("The zip to write.", type=click.Path(dir_okay=False, writable=True, path_type=Path))],
) -> None:
    """Make an export file of the keys in KEYS, a JSON file.

    Times are Unix seconds, or ISO 8601 dates or times (UTC where they name no zone).
    """
    versions = key_versions or tuple(f"v{number}" for number in range(1, len(signing_keys) + 1))
    if len(versions) != len(signing_keys):
        raise click.UsageError(
            f"{len(signing_keys)} --signing-key but {len(versions)} --key-version: give one for each."
        )
    signers = [
        ExportSigner(_key(signing_key, path), key_id, version)
        for path, version in zip(signing_keys, versions, strict=True)
    ]
    published, revised = keyfile.read(keys)
    end_s = int(time.time()) if end is None else end  # noqa: TID251 (a person's clock, where --end is not given)
    export = Export(
        region=region,
        start_s=max(end_s - DAY_S, 0) if start is None else start,
        end_s=end_s,
        batch_num=batch_num,
        batch_size=batch_size,
        keys=pad_keys(published, pad_to, secrets.token_bytes),
        revised=revised,
    )
    out.write_bytes(build_export(export, signers))
    click.echo(f"{out}: {_summary(export)}; signed as {_names(signer.info for signer in signers)}")


@command("show", export_group)
def show(*, file: Annotated[Path, Arg()]) -> Answer:
    """Print what FILE says. Does not ask who signed it: `bluezone export verify` does."""
    signed = read_export(read_at_most(file, DEFAULT_LIMITS.file_bytes))
    return Answer(_document(signed), _text(signed))


@command("verify", export_group)
def verify(
    *,
    file: Annotated[Path, Arg()],
    public_keys: Annotated[tuple[Path, ...], Opt("Trusted P-256 key (PEM); repeatable.", "--public-key")],
    key_id: Annotated[str | None, Opt("Take only signatures of this name. [default: any]")] = None,
    key_version: Annotated[str | None, Opt("Take only signatures of this version. [default: any]")] = None,
) -> Answer:
    """Check that FILE is whole and signed by one of the public keys: exit code 0 if so, 2 if not."""
    trusted = [TrustedKey(_key(verifying_key, path), key_id, key_version) for path in public_keys]
    data = read_at_most(file, DEFAULT_LIMITS.file_bytes)
    export = verify_export(data, trusted)
    facts = {"verified": True, **_document(read_export(data))}
    return Answer(facts, f"{file}: the signature is good; {_summary(export)}")


# --- keys in PEM ------------------------------------------------------------------------------------------------------


def _key(read: Callable[[bytes], Key], path: Path) -> Key:
    """Read a key of a PEM file. Raises CommandError naming the file."""
    try:
        return read(read_at_most(path, _PEM_BYTES))
    except CryptoError as error:
        raise CommandError(f"{path}: {error}") from None


# --- what is printed --------------------------------------------------------------------------------------------------


def _names(infos: Any) -> str:
    return ", ".join(f"{info.key_id} {info.key_version}" for info in infos)


def _summary(export: Export) -> str:
    revised = f" and {len(export.revised)} revised" if export.revised else ""
    span = f"{utc_text(export.start_s)} to {utc_text(export.end_s)}"
    return f"{len(export.keys)} keys{revised}, region {export.region}, {span}"


def _info(info: SignatureInfo) -> dict[str, Any]:
    return {
        "verification_key_id": info.key_id,
        "verification_key_version": info.key_version,
        "signature_algorithm": info.algorithm,
    }


def _document(signed: SignedExport) -> dict[str, Any]:
    export = signed.export
    return {
        "region": export.region,
        "start_timestamp": export.start_s,
        "end_timestamp": export.end_s,
        "batch_num": export.batch_num,
        "batch_size": export.batch_size,
        "signature_infos": [_info(info) for info in signed.signature_infos],
        "keys": [keyfile.row(key) for key in export.keys],
        "revised_keys": [keyfile.row(key) for key in export.revised],
        "signatures": [
            _info(entry.info)
            | {"batch_num": entry.batch_num, "batch_size": entry.batch_size, "signature": entry.signature.hex()}
            for entry in signed.signatures
        ],
    }


def _text(signed: SignedExport) -> Iterator[str]:
    export = signed.export
    yield f"region    {export.region}"
    yield f"span      {utc_text(export.start_s)} to {utc_text(export.end_s)}"
    yield f"batch     {export.batch_num} of {export.batch_size}"
    yield f"signed by {_names(entry.info for entry in signed.signatures) or 'nobody'} (not verified here)"
    for title, keys in (("keys", export.keys), ("revised keys", export.revised)):
        yield f"\n{len(keys)} {title}"
        for key in keys:
            days = "" if key.days_since_onset is None else f", day {key.days_since_onset:+d} of symptoms"
            yield (
                f"{key.key.hex()}  {utc_text(key.daily().start_s)}  {key.rolling_period:3d} intervals  "
                f"risk {key.transmission_risk}  {key.report_type.name.lower()}{days}"
            )
