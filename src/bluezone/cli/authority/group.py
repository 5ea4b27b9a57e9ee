"""Define the group `bluezone authority`, which each module beside adds its commands to."""

from __future__ import annotations

import click

from bluezone.authority.errors import ConfigurationError
from bluezone.cli.authority.common import utc

#: in a context: whether all that is asked for is a help
_HELP = f"{__name__}.help"
#: makes the installation, or prints an example that needs none
_WITHOUT_INSTALLATION = ("install", "uninstall", "guidance", "protocols", "backup-key", "verify-backup", "restore")
#: says by itself what is missing
_SAYS_PROBLEMS = ("status", "check")


class _Commands(click.Group):
    def invoke(self, ctx: click.Context) -> object:
        ctx.meta[_HELP] = ctx.args[-1:] and ctx.args[-1] in ctx.help_option_names
        try:
            return super().invoke(ctx)
        except ConfigurationError as error:
            for problem in error.problems:
                click.echo(f"bluezone: {problem}", err=True)
            raise click.exceptions.Exit(2) from None
        except Exception as error:
            if type(error).__module__ == "django.db.utils":  # Django is imported by now
                from bluezone.authority.project.database import check_migrated, check_working

                # Both say what is wrong where it is the database; anything else is a bug of ours.
                check_working(error)
                check_migrated()
            raise


@click.group("authority", cls=_Commands)
@click.pass_context
def authority(ctx: click.Context) -> None:
    """Set up, run and maintain the authority's server: cases, codes, published keys, the roll-out."""
    if ctx.meta[_HELP]:
        return  # a help needs no settings, and is there where they are wrong
    from bluezone.authority.project.processes import load

    load()
    from bluezone.authority.project import whole
    from bluezone.authority.site import clock

    if ctx.invoked_subcommand in (*_WITHOUT_INSTALLATION, *_SAYS_PROBLEMS):
        whole.take_in_secrets()
        if whole.installation() is None and ctx.invoked_subcommand in _SAYS_PROBLEMS:
            raise whole.nothing_installed()
    else:
        whole.check_secrets()
    if clock.rehearsing():
        click.echo(f"REHEARSAL: the clock is a file and says {utc(clock.now())}. This is no real server.", err=True)
