"""Read text from strangers, JSON documents and base64, so that garbage can only end in a ProtocolError."""

from __future__ import annotations

import base64
import datetime as dt
import json
import re
from typing import Any, NoReturn

from bluezone.protocol.errors import ProtocolError

#: as the reference server's jsonutil.maxBodyBytes
MAX_MESSAGE_BYTES = 64_000

_BASE64 = re.compile(r"[A-Za-z0-9+/_-]*", re.ASCII)
_SURROGATE = re.compile("[\ud800-\udfff]")
_TO_STANDARD = str.maketrans("-_", "+/")


class MessageTooLargeError(ProtocolError):
    """Report a message above its size limit (HTTP would say 413)."""


def base64_text(data: bytes) -> str:
    """Encode as standard base64 (RFC 4648, section 4) with padding."""
    return base64.b64encode(data).decode("ascii")


def base64_bytes(text: str, what: str) -> bytes:
    """Decode base64 of either alphabet, padded or not, as the reference server does.

    `what` names the field in the ProtocolError that anything else raises.
    """
    bare = text.rstrip("=")
    if not _BASE64.fullmatch(bare) or len(bare) % 4 == 1:
        raise ProtocolError(f"{what} is not base64")
    return base64.b64decode(bare.translate(_TO_STANDARD) + "=" * (-len(bare) % 4))


def json_object(data: bytes | str, what: str, max_bytes: int = MAX_MESSAGE_BYTES) -> dict[str, Any]:
    """Read the JSON object in `data`. Raises ProtocolError on anything else, MessageTooLargeError above `max_bytes`."""
    if len(data) > max_bytes:
        raise MessageTooLargeError(f"{what}: {len(data)} bytes, more than the {max_bytes} allowed")
    document = json_document(data, what)
    if not isinstance(document, dict):
        raise ProtocolError(f"{what}: not a JSON object")
    return document


def json_document(data: bytes | str, what: str) -> Any:
    """Read any JSON document; the caller has seen to its size. Raises ProtocolError on anything else."""
    try:
        text = data.decode("utf-8") if isinstance(data, bytes) else data
        return json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        raise ProtocolError(f"{what}: nested too deeply") from None
    except UnicodeDecodeError:
        raise ProtocolError(f"{what}: not UTF-8 text") from None
    except json.JSONDecodeError as error:
        raise ProtocolError(f"{what}: not JSON ({error.msg} at character {error.pos})") from None
    except ValueError as error:  # NaN, or a number of thousands of digits
        raise ProtocolError(f"{what}: not JSON ({error})") from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def is_whole(value: object, low: int, high: int) -> bool:
    """Return whether `value` is a whole number within low..high; true and false are not numbers."""
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def is_clean(value: object) -> bool:
    """Return whether `value` is text that every store can keep: no lone surrogate, no NUL."""
    if not isinstance(value, str) or "\0" in value:
        return False
    return value.isascii() or not _SURROGATE.search(value)


def is_text(value: object, longest: int) -> bool:
    """Return whether `value` is clean text of 1 to `longest` characters that are not all blank."""
    return isinstance(value, str) and is_clean(value) and value.strip() != "" and len(value) <= longest


def day_in(text: str) -> dt.date | None:
    """Return the day that a text writes as YYYY-MM-DD, None for any other text: 20200816 and 2020-W33-7 too."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None
