"""Speak with the app's Java as `protocol.json` declares: a line of JSON a message, over a socket of this telephone."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import socket
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLateError
from contextlib import suppress
from importlib import resources
from itertools import count
from typing import Any

from bluezone.phone.errors import PhoneError

_log = logging.getLogger(__name__)

PROTOCOL: dict[str, Any] = json.loads(resources.files("bluezone_mobile").joinpath("protocol.json").read_bytes())
VERSION: int = PROTOCOL["version"]
LIMITS: dict[str, int] = PROTOCOL["limits"]

Handler = Callable[..., None]
_TYPES: dict[str, Callable[[object], bool]] = {
    "text": lambda value: isinstance(value, str),
    "number": lambda value: type(value) is int,
    "truth": lambda value: isinstance(value, bool),
    "texts": lambda value: isinstance(value, list) and all(isinstance(each, str) for each in value),
    "hexadecimal": lambda value: isinstance(value, str) and _is_hexadecimal(value),
}


class LinkError(PhoneError):
    """Say that Java did not do, or not answer, what it was asked."""


class BrokenPeerError(LinkError):
    """Say that a line was none of the protocol."""


class Link:
    """Hold the connection to the app. Every method may be called from any thread; `wait` in any loop."""

    def __init__(self, stream: socket.socket, handlers: Mapping[str, Handler], ended: Callable[[], None]) -> None:
        """`handlers`: what is called with the fields of an event, on the thread that reads; `ended`: called once, when
        the app is gone or broken."""
        self._stream, self.handlers, self._ended = stream, dict(handlers), ended
        self._numbers, self._asked = count(1), dict[int, tuple[str, Future[dict[str, Any]]]]()
        self._sending = threading.Lock()

    @classmethod
    def connect(cls, address: tuple[str, int], token: str, handlers: Mapping[str, Handler], ended: Handler) -> Link:
        """Connect to the app, prove to be its engine, and have it prove to be the app. Raises LinkError."""
        half = len(token) // 2
        try:
            link = cls(socket.create_connection(address, LIMITS["hello_s"]), handlers, ended)
            link._stream.settimeout(None)
        except OSError as error:
            raise LinkError(f"the app does not answer: {error.strerror or error}") from error
        threading.Thread(target=link._read, name="bluezone-link", daemon=True).start()
        said = link.ask("hello", version=VERSION, token=token[:half])["token"]
        if not hmac.compare_digest(said.encode(), token[half:].encode()):
            link.close()
            raise LinkError("what answers is not the app that started this engine")
        return link

    def close(self) -> None:
        """End the connection, and with it the thread that reads."""
        with suppress(OSError):  # the other side was first
            self._stream.shutdown(socket.SHUT_RDWR)
        self._stream.close()

    # --- to the app -----------------------------------------------------------------------------------

    def tell(self, name: str, **fields: object) -> None:
        """Send an event; where the app is gone, nobody hears it."""
        with suppress(OSError):
            self._send({"tell": name, **fields})

    def ask(self, name: str, **fields: object) -> dict[str, Any]:
        """Return the app's answer. Raises LinkError where it says no, or nothing in time."""
        try:
            return self._ask(name, fields).result(LIMITS["answer_s"])
        except TooLateError as error:
            raise LinkError(f"the app did not answer: {name}") from error

    async def wait(self, name: str, **fields: object) -> dict[str, Any]:
        """Return the app's answer as `ask` does, with the loop going on meanwhile."""
        return await asyncio.to_thread(self.ask, name, **fields)  # its seconds are real ones, also in a rehearsal

    def _ask(self, name: str, fields: Mapping[str, object]) -> Future[dict[str, Any]]:
        future: Future[dict[str, Any]] = Future()
        with self._sending:  # numbers ascend on the wire
            number = next(self._numbers)
            self._asked[number] = (name, future)
            try:
                self._stream.sendall(line_of({"ask": name, "id": number, **fields}))
            except OSError as error:
                raise LinkError("the app is gone") from error
        return future

    def _send(self, message: Mapping[str, object]) -> None:
        with self._sending:
            self._stream.sendall(line_of(message))

    # --- from the app ---------------------------------------------------------------------------------

    def _read(self) -> None:
        most = LIMITS["line_bytes"]
        try:
            with self._stream.makefile("rb") as lines:
                while (line := lines.readline(most + 1)).endswith(b"\n"):
                    self._take(message_of(line, "app"))
        except (OSError, ValueError, BrokenPeerError) as error:
            _log.debug("the link to the app has ended: %s", error)
        self.close()
        for _, future in list(self._asked.values()):
            if future.set_running_or_notify_cancel():
                future.set_exception(LinkError("the app is gone"))
        self._ended()

    def _take(self, message: dict[str, Any]) -> None:
        if "ask" in message:
            self._send({"to": message["id"], "no": "unknown"})  # the app of this version asks nothing
        elif "tell" in message:
            name, fields = message.pop("tell"), message
            if name in self.handlers and name in PROTOCOL["app"]:
                self.handlers[name](**{field: fields[field] for field in PROTOCOL["app"][name]["fields"]})
        else:
            name, future = self._asked.pop(message["to"], ("", None))
            if future is None or not future.set_running_or_notify_cancel():
                return  # late, or doubled
            if "no" in message:
                future.set_exception(LinkError(str(message["no"])))
                return
            try:
                future.set_result(check(message["is"], PROTOCOL["engine"][name]["answer"]))
            except BrokenPeerError as error:
                future.set_exception(error)
                raise


def line_of(message: Mapping[str, object]) -> bytes:
    """Return a message as it goes over the wire."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def message_of(line: bytes, sender: str) -> dict[str, Any]:
    """Return the message of a line of a sender, `app` or `engine`, with its fields checked where it is known.

    Raises BrokenPeerError for what is no line of the protocol.
    """
    if len(line) > LIMITS["line_bytes"]:
        raise BrokenPeerError("longer than a line may be")
    try:
        message: dict[str, Any] = json.loads(line)  # or something else: the next line sees to that
    except (ValueError, RecursionError) as error:
        raise BrokenPeerError("not JSON") from error
    kinds = [kind for kind in ("ask", "tell", "to") if isinstance(message, dict) and kind in message]
    if len(kinds) != 1:
        raise BrokenPeerError("neither a question nor an answer nor an event")
    if kinds == ["to"]:
        if type(message["to"]) is not int or ("is" in message) == ("no" in message):
            raise BrokenPeerError("an answer to nothing, or none")
        return message
    name = message[kinds[0]]
    if not isinstance(name, str) or (kinds == ["ask"] and type(message.get("id")) is not int):
        raise BrokenPeerError("without a name or a number")
    declared = PROTOCOL[sender].get(name)
    if declared is not None and ("answer" in declared) == (kinds == ["ask"]):
        check(message, declared["fields"])
    return message


def check(values: object, declared: Mapping[str, str]) -> dict[str, Any]:
    """Return values that have each declared field, of its type. Raises BrokenPeerError."""
    if not isinstance(values, dict):
        raise BrokenPeerError("no fields")
    for name, kind in declared.items():
        if name not in values or not _TYPES[kind](values[name]):
            raise BrokenPeerError(f"{name} is missing, or no {kind}")
    return values


def _is_hexadecimal(text: str) -> bool:
    return len(text) % 2 == 0 and all(digit in "0123456789abcdef" for digit in text)
