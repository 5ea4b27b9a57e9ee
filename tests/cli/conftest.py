"""Running the command in the test's own process."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import NamedTuple

import pytest

from bluezone.cli.main import main


class Ended(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def run_bluezone(monkeypatch, capsys) -> Callable[..., Ended]:
    """Runs `bluezone ARGUMENTS`; gives exit code, stdout and stderr."""

    def run(*arguments: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["bluezone", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        code = ended.value.code
        return Ended(code if isinstance(code, int) else int(code is not None), *capsys.readouterr())

    return run
