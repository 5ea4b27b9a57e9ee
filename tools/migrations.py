"""Write a migration of the authority's for a change of its models, so that a released database is brought up to date.

python tools/migrations.py          # or `make migrations`, after a change of a model
python tools/migrations.py --anew   # one an app, and the released files anew: only before 0.1.0 is given out
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from importlib import invalidate_caches
from pathlib import Path

AUTHORITY = Path(__file__).parents[1] / "src/bluezone/authority"


def main() -> None:
    """Write what is missing; with `--anew` every app's `0001_initial`, and what a version leaves on a disk."""
    anew = sys.argv[1:] == ["--anew"]
    for path in AUTHORITY.glob("*/migrations/0*.py") if anew else ():
        path.unlink()
    with tempfile.TemporaryDirectory(prefix="bluezone-migrations-") as var:
        os.environ["BLUEZONE_VAR"] = var
        from bluezone.authority.project.processes import load

        load()
        from django.apps import apps
        from django.conf import settings
        from django.core.management import call_command

        labels = [each.label for each in apps.get_app_configs() if each.name.startswith("bluezone.")]
        accounts = settings.AUTH_USER_MODEL.partition(".")[0]
        # One after the other in order of layers, accounts first: of all at once Django would cut each app in two.
        for label in sorted(labels, key=lambda each: each != accounts):
            call_command("makemigrations", label, include_header=False)
            invalidate_caches()
    for command in (["check", "--fix", "--quiet", "--select", "I"], ["format", "--quiet"]):
        subprocess.run([sys.executable, "-m", "ruff", *command, *AUTHORITY.glob("*/migrations")], check=True)
    if anew:
        subprocess.run([sys.executable, Path(__file__).with_name("released.py")], check=True)


if __name__ == "__main__":
    main()
