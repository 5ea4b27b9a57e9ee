"""Decide who waits before a password is looked at: by address, and by name, also where nobody has that name.

Windows are short, so that a carrier's address, which thousands share, is never closed for long. They are of real time
also in a rehearsal: what is saved is a real processor.
"""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest

from bluezone.authority.device_api.callers import caller
from bluezone.authority.device_api.limits import seconds_to_wait
from bluezone.authority.site import secrets as keyed

#: of an address (IPv6: a /64): one a second is a third of a processor
BY_ADDRESS, ADDRESS_WINDOW_S = 10, 10
#: of a name from browsers that its officer has not used; axes counts wrong ones by name and address beside it
BY_NAME, NAME_WINDOW_S = 10, 60


def login_wait_s(request: HttpRequest, name: str, *, is_known_browser: bool) -> int:
    """Count a try to log in; return 0 where the password may be looked at, else the seconds to wait."""
    now = dt.datetime.now(dt.UTC)  # noqa: TID251 (see above)
    wait_s = seconds_to_wait("login", caller(request), now, BY_ADDRESS, ADDRESS_WINDOW_S)
    if wait_s or is_known_browser:
        return wait_s
    return seconds_to_wait("login name", keyed.digest("login name", name), now, BY_NAME, NAME_WINDOW_S)
