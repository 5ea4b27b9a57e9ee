"""Load the authority's code, as each of its processes begins."""

from __future__ import annotations

import gc
import os


def load(*, needs_database: bool = False) -> None:
    """Load settings, applications and models, where that is not done.

    Meanwhile the collector of garbage rests, and never looks at what was loaded: it would do so again and again, for a
    sixth of the CPU time that a command takes to begin, and find nothing. What `needs_database` is refused before the
    settings make the secrets of a new installation.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bluezone.authority.project.settings")
    import django
    from django.apps import apps

    if apps.ready:
        return
    if needs_database:
        from bluezone.authority.site.configuration import check_installed

        check_installed()
    gc.disable()
    try:
        django.setup()
    finally:
        gc.freeze()
        gc.enable()
