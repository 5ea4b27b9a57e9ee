"""Hand out the messages of `export.proto` and `check_ins.proto`. Protobuf makes their classes when the first is asked
for: a phone starts without, in 3 MB less."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bluezone.protocol.check_ins_pb2 import *  # noqa: F403 (for mypy alone)
    from bluezone.protocol.export_pb2 import *  # noqa: F403


def __getattr__(name: str) -> Any:
    from bluezone.protocol import check_ins_pb2, export_pb2

    for module in (check_ins_pb2, export_pb2):
        if name in module.DESCRIPTOR.message_types_by_name:
            return globals().setdefault(name, getattr(module, name))
    raise AttributeError(f"no message {name} is declared")
