"""Define `bluezone authority`: set up, run and maintain the server."""

from __future__ import annotations

import click

from bluezone.authority.errors import AuthorityError, ConfigurationError
from bluezone.cli.authority.backups import (
    backup_command,
    backup_key_command,
    restore_command,
    verify_backup_command,
)
from bluezone.cli.authority.common import utc
from bluezone.cli.authority.documents import (
    disease_command,
    forms_command,
    guidance_command,
    policy_command,
    protocols_command,
)
from bluezone.cli.authority.figures import (
    import_figures_command,
    import_populations_command,
    load_example_command,
    load_history_command,
    national_table_command,
)
from bluezone.cli.authority.installing import install_command, migrate_command, uninstall_command
from bluezone.cli.authority.keys import federation_command, keys_command, public_keys_command, second_order_command
from bluezone.cli.authority.law import law_command, sunset_command
from bluezone.cli.authority.people import (
    case_command,
    code_quota_command,
    create_officer_command,
    forget_number_command,
    line_list_command,
    officer_token_command,
    reset_second_factor_command,
)
from bluezone.cli.authority.running import (
    accept_clock_command,
    bring_back_keys_command,
    check_command,
    issue_bulletins_command,
    judge_reports_command,
    places_command,
    publish_command,
    purge_command,
    roll_up_command,
    serve_command,
    simulate_command,
    status_command,
    worker_command,
)
from bluezone.cli.authority.uploads import import_cases_command, import_contacts_command

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
def command(ctx: click.Context) -> None:
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
            raise AuthorityError(whole.NOTHING_INSTALLED)
    else:
        whole.check_secrets()
    if clock.rehearsing():
        click.echo(f"REHEARSAL: the clock is a file and says {utc(clock.now())}. This is no real server.", err=True)


for _each in (
    install_command,
    migrate_command,
    serve_command,
    worker_command,
    status_command,
    check_command,
    uninstall_command,
    accept_clock_command,
    backup_key_command,
    backup_command,
    verify_backup_command,
    restore_command,
    bring_back_keys_command,
    create_officer_command,
    officer_token_command,
    reset_second_factor_command,
    case_command,
    code_quota_command,
    forget_number_command,
    line_list_command,
    disease_command,
    policy_command,
    forms_command,
    guidance_command,
    protocols_command,
    keys_command,
    public_keys_command,
    federation_command,
    second_order_command,
    issue_bulletins_command,
    judge_reports_command,
    places_command,
    publish_command,
    purge_command,
    roll_up_command,
    simulate_command,
    law_command,
    sunset_command,
    import_figures_command,
    national_table_command,
    import_populations_command,
    import_cases_command,
    import_contacts_command,
    load_example_command,
    load_history_command,
):
    command.add_command(_each)
