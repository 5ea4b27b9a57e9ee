"""Load the authority's code, as each of its processes begins."""

from __future__ import annotations

import gc
import os


def load() -> None:
    """Load settings, applications and models, where that is not done.

    Meanwhile the collector of garbage rests, and never looks at what was loaded: it would do so again and again, for a
    sixth of the CPU time that a command takes to begin, and find nothing.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bluezone.authority.project.settings")
    import django
    from django.apps import apps

    if apps.ready:
        return
    gc.disable()
    try:
        django.setup()
    finally:
        gc.freeze()
        gc.enable()
