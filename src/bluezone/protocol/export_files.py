"""Make what surrounds export files: padding that hides how few cases there are, and the index phones fetch first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bluezone.protocol.export_archive import ExportError
from bluezone.protocol.keys import TemporaryExposureKey
from bluezone.protocol.schemes import Entropy

#: more lines than 14 days of a file every five minutes
MAX_INDEX_LINES = 5_000

_INDEX_PATH = re.compile(r"(?:[A-Za-z0-9_-][A-Za-z0-9_.-]*/)*[A-Za-z0-9_-][A-Za-z0-9_.-]*\.zip", re.ASCII)


def pad_keys(
    keys: Sequence[TemporaryExposureKey], minimum: int, entropy: Entropy, jitter: int = 0, maximum: int | None = None
) -> tuple[TemporaryExposureKey, ...]:
    """Return `keys` followed by made-up keys, until there are `minimum` plus a random 0..`jitter` of them.

    A file of fourteen keys would say "one patient". Made-up keys are random, with start, period, risk, report type
    and days of the real ones in turn, so nothing tells them apart; never more than `maximum` in all. No keys stay no
    keys: such a file is not published. As google/exposure-notifications-server (ensureMinNumExposures) does. The caller
    keeps the made-up ones (`result[len(keys):]`) like real ones, lest a second export of the same span tell them apart.
    """
    if minimum < 0 or jitter < 0:
        raise ExportError(f"export: padding to {minimum} plus up to {jitter} keys")
    if not keys:
        return ()
    target = minimum + _below(jitter + 1, entropy)
    if maximum is not None:
        target = min(target, maximum)
    made_up = (replace(keys[at % len(keys)], key=entropy(16)) for at in range(target - len(keys)))
    return (*keys, *made_up)


def _below(bound: int, entropy: Entropy) -> int:
    """A uniform whole number in 0..bound-1."""
    width = (bound.bit_length() + 7) // 8 + 1
    fair = 256**width - 256**width % bound
    while True:
        drawn = int.from_bytes(entropy(width), "big")
        if drawn < fair:
            return drawn % bound


def index_to_text(names: Iterable[str]) -> str:
    """Write `index.txt`: the paths of all current files, one a line, sorted, each once."""
    ordered = sorted(set(names))
    for name in ordered:
        if not _INDEX_PATH.fullmatch(name):
            raise ExportError(f"index: {name!r} is not a path of letters, digits, - _ . that ends in .zip")
    return "\n".join(ordered)


def index_from_text(text: str, prefix: str = "") -> tuple[str, ...]:
    """Read the paths of an `index.txt`, each once, in its order.

    `prefix` is what every path must start with (`452/`). A line that would lead elsewhere (another host, `..`, another
    folder) makes the whole index refused with ExportError.
    """
    lines = text.splitlines()
    if len(lines) > MAX_INDEX_LINES:
        raise ExportError(f"index: {len(lines)} lines, more than {MAX_INDEX_LINES}")
    names = [line.strip() for line in lines]
    for number, name in enumerate(names, start=1):
        if name and not (_INDEX_PATH.fullmatch(name) and name.startswith(prefix)):
            raise ExportError(f"index, line {number}: {name[:80]!a} is not a path of an export under {prefix!r}")
    return tuple(dict.fromkeys(name for name in names if name))
