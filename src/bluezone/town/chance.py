"""Draw what a phone of the rehearsal leaves to chance, from a seed, by the standard library: as a real phone has it.

The town around the phones (people, ways, radio waves) is a simulation over arrays, and draws by numpy's generators.
"""

from __future__ import annotations

from random import Random  # noqa: TID251 (made from a seed, nowhere else)

from bluezone.phone.chance import Chance
from bluezone.protocol.schemes import Entropy


def of_phone(*numbers: int) -> tuple[Entropy, Chance]:
    """Return a phone's key material and its chance; `numbers`: the seed, and what tells this phone from all others."""
    return seeded(*numbers, 0).randbytes, seeded(*numbers, 1)


def seeded(*numbers: int) -> Random:
    """Return a generator of its own for these numbers; the same on every machine."""
    return Random(" ".join(map(str, numbers)))  # noqa: S311 (a rehearsal: nobody's secrets)
