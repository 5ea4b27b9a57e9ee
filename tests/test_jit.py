from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("numba")

from bluezone import jit


def test_constants_and_widths_of_integers_share_machine_code(tmp_path: Path) -> None:
    def twice(x: int) -> int:
        return 2 * x

    inner: Any = jit.compiled(twice, str(tmp_path))

    def outer(numbers: Any) -> int:
        total = inner(1) + inner(2)
        for number in numbers:
            total += inner(number)
        return int(total)

    door: Any = jit.compiled(outer, str(tmp_path))
    for kind in (np.int16, np.uint8, np.int64):
        assert door(np.array([3, 4], dtype=kind)) == 20
    assert len(inner.signatures) == 1


def test_a_function_without_an_entry_for_python_refuses_it_and_serves_compiled_code(tmp_path: Path) -> None:
    def twice(x: int) -> int:
        return 2 * x

    inner: Any = jit.compiled(twice, str(tmp_path), from_python=False)
    door: Any = jit.compiled(lambda x: inner(x), str(tmp_path))
    for _ in range(2):  # before and after it is machine code
        with pytest.raises(TypeError, match="twice is called by compiled code only"):
            inner(1)
        assert door(4) == 8
