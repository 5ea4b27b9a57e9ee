"""See that the server may hold as many connections as it means to: each is an open file."""

from __future__ import annotations

import resource

from bluezone.authority.errors import AuthorityError

#: of a process, for the database, files, Python itself
RESERVED = 256
#: fewer open files than this serve nobody
_LEAST = 1_024
#: connections of a worker: more would only take memory (some 10 kB each)
MOST_CONNECTIONS = 20_000


def connections_within(open_files: int) -> int:
    """Return how many connections a worker may hold that may open so many files.

    Raises AuthorityError where they are too few to serve. At the limit itself a server cannot even refuse: so it stops
    taking connections before.
    """
    if open_files < _LEAST:
        raise AuthorityError(
            f"this process may open {open_files} files and needs {_LEAST}; raise the limit (`ulimit -n`, or "
            "LimitNOFILE= of systemd), then start again"
        )
    return min(open_files - RESERVED, MOST_CONNECTIONS)


def raise_limit() -> int:
    """Raise this process's limit of open files, and that of those it starts, as far as allowed; return it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + RESERVED if hard == resource.RLIM_INFINITY else min(hard, MOST_CONNECTIONS + RESERVED)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        return wanted
    return wanted if soft == resource.RLIM_INFINITY else soft
