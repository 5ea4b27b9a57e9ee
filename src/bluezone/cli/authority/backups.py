"""Back up an installation, look whether a backup is whole, and restore it."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Annotated

import click

from bluezone.cli.answers import Answer
from bluezone.cli.authority.common import now
from bluezone.cli.authority.group import authority
from bluezone.cli.errors import CommandError
from bluezone.cli.options import Arg, Opt, command

Key = Annotated[Path, Opt("The file of the private key, as `backup-key` writes it.")]
File = Annotated[Path, Arg()]


@command("backup-key", authority)
def backup_key_command(*, file: Annotated[Path, Arg(type=click.Path(path_type=Path))]) -> Answer:
    """Write a private key for backups to FILE, and print its public half. Keep FILE elsewhere."""
    from bluezone.authority.project import backup

    public = backup.make_key(file)
    return Answer({"recipient": public}, public)


@command("backup", authority)
def backup_command(
    *,
    file: Annotated[Path, Arg(type=click.Path(path_type=Path))],
    to: Annotated[str, Opt("The public key that `backup-key` printed.")],
    keep: Annotated[int, Opt("Of a folder: so many backups stay.", limits=(1, 10_000))] = 14,
    days: Annotated[int, Opt("Of a folder: older ones are deleted, but the newest.", limits=(1, 10_000))] = 14,
    then: Annotated[str, Opt("A program that copies it elsewhere; it gets the file's path.")] = "",
) -> Answer:
    """Write database, files and secrets of this moment, encrypted, to FILE, or under the time's name into a folder."""
    from bluezone.authority.project import backup
    from bluezone.authority.site import clock_guard

    moment = now()
    folder = file if file.is_dir() else None
    target = file / backup.file_name(moment) if folder else file
    backup.backup(target, to, moment)
    gone = []
    if folder and clock_guard.look(moment).is_believed:  # by a wrong clock all would be old
        gone = backup.expired([path.name for path in folder.iterdir()], moment, keep, days)
        for name in gone:
            (folder / name).unlink()
    copied = not then or _succeeds(then, target)
    backup.note_run(moment, copied=copied)
    if not copied:
        raise CommandError(f"{target} is written, but `{then}` failed: it is not copied elsewhere")
    facts = {"file": str(target), "bytes": target.stat().st_size, "deleted": gone}
    return Answer(facts, f"{target}: {facts['bytes']} bytes" + (f"; {len(gone)} older ones deleted" if gone else ""))


def _succeeds(program: str, target: Path) -> bool:
    try:
        return subprocess.run([program, str(target)], check=False).returncode == 0
    except OSError as error:
        click.echo(f"{program}: {error.strerror}", err=True)
        return False


@command("verify-backup", authority)
def verify_backup_command(*, file: File, key: Key) -> Answer:
    """Read a backup to its end, and say whether its parts are whole and belong together."""
    from bluezone.authority.project import backup

    manifest = backup.verify(file, key)
    return Answer(manifest, f"{file}: whole, of {manifest['at']}")


@command("restore", authority)
def restore_command(*, file: File, key: Key) -> Answer:
    """Restore a backup onto an empty machine; delete what ended since, and publish what waited."""
    from bluezone.authority.project import backup

    done = backup.restore(file, key, now())
    at = done.manifest["at"]
    found = f"{done.keys_from_files} keys published since were found in export files, and are known again"
    lost = "else what was accepted since is lost: keys that waited, codes, cases; patients and officers send it again"
    facts = done.manifest | {"lost_since": at, "keys_from_files": done.keys_from_files}
    return Answer(facts, f"restored, as of {at}; {found}; {lost}")
