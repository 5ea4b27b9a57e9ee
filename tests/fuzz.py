"""Feed every reader of `protocol`, and of files that officers bring, with bytes that coverage leads (atheris).

    python -m tests.fuzz cbor -max_total_time=600 FOLDER    # libFuzzer's options; FOLDER collects what reached new code
    python -m tests.fuzz cbor -merge=1 tests/corpora/cbor FOLDER    # keeps of it what reaches more than what is kept

A reader may refuse by its room's error and by nothing else; what it writes again it must read again. `all` feeds all
of them in turn. Each begins with what is kept. Cases that failed once are tests of their rooms.
"""

from __future__ import annotations

import contextlib
import importlib
import pkgutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["bluezone.protocol", "bluezone.spreadsheets"]):
    import bluezone.protocol
    from bluezone.errors import BluezoneError
    from bluezone.protocol import (
        advertisements,
        base45,
        cbor,
        check_ins,
        cose,
        documents,
        exports,
        health_declarations,
        letters,
        one_time_codes,
        passes,
        place_warnings,
    )
    from bluezone.protocol.crypto.keys import verifying_key
    from bluezone.protocol.exposure_notification import Metadata
    from bluezone.protocol.fields import Message
    from bluezone.protocol.messages import PublishRequest
    from bluezone.spreadsheets.opening import load_of, open_book

    for each in pkgutil.walk_packages(bluezone.protocol.__path__, "bluezone.protocol."):
        importlib.import_module(each.name)

Read = Callable[[bytes], object]


def _text(read: Callable[[str], object]) -> Read:
    return lambda data: read(data.decode("utf-8", "replace"))


def _messages(kind: type[Message]) -> list[type[Message]]:
    return [kind, *(found for each in kind.__subclasses__() for found in _messages(each))]


#: each once: of a class with slots there may be a draft without them
MESSAGES = sorted(
    {each for each in _messages(Message) if hasattr(each, "what") and "__slots__" in vars(each)},
    key=lambda each: each.__name__,
)


def _message(data: bytes) -> None:
    """Read one of the messages, chosen by the first byte; what it writes is the same message."""
    kind = MESSAGES[(data[0] if data else 0) % len(MESSAGES)]
    read = kind.from_json(data[1:])
    again = kind.from_json(read.to_json())
    if isinstance(read, PublishRequest) and isinstance(again, PublishRequest):  # keys that are bad are not written
        again = replace(again, indices=read.indices, rejected=read.rejected, submitted=read.submitted)
    assert again == read, kind


def _cbor(data: bytes) -> None:
    value = cbor.loads(data)
    assert cbor.loads(cbor.dumps(value)) == value


def _place(data: bytes) -> None:
    check_ins.read_payload(data[1:], has_kind=bool(data[:1] > b"\x7f"))


def _spreadsheet(data: bytes) -> None:
    load_of(data)
    open_book(data, "a")


TARGETS: dict[str, Read] = {
    "message": _message,
    "cbor": _cbor,
    "cose": cose.read,
    "base45": _text(base45.decode),
    "pass": _text(lambda text: passes.read_pass(text, [])),
    "export": exports.read_export,
    "document": lambda data: documents.verified_text(data, "text", 100_000, []),
    "place-warnings": lambda data: place_warnings.open_package(data, [], "452"),
    "place": _place,
    "place-address": _text(check_ins.read_place_address),
    "declaration-link": _text(health_declarations.read_link),
    "code": _text(one_time_codes.read_code),
    "code-link": _text(one_time_codes.read_link),
    "unit-code": _text(letters.read_unit_code),
    "advertisement": lambda data: (advertisements.parse_en(data), advertisements.parse_bluezone_v1(data)),
    "metadata": Metadata.from_bytes,
    "public-key": verifying_key,
    "spreadsheet": _spreadsheet,
}


def _feeding(reads: Sequence[Read]) -> Callable[[bytes], None]:
    def feed(data: bytes) -> None:
        for read in reads:
            with contextlib.suppress(BluezoneError):
                read(data)

    return feed


#: a folder a target, of small inputs that reach all that was ever reached
CORPORA = Path(__file__).with_name("corpora")


def main(arguments: Sequence[str]) -> None:
    """Feed the named reader until an option ends it, or what it raised does."""
    name, *options = arguments
    reads, kept = (list(TARGETS.values()), CORPORA) if name == "all" else ([TARGETS[name]], CORPORA / name)
    if not any(Path(each).is_file() for each in options):  # a file is an input that is played alone
        options.append(str(kept))
    # For each part of a merge libFuzzer has a shell call what stands first.
    atheris.Setup([f"{sys.executable} -m tests.fuzz {name}", *options], _feeding(reads))
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1:])
