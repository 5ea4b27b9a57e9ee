"""Define `bluezone authority`: set up, run and maintain the server. Each module adds its commands to the group."""

from bluezone.cli.authority import (
    backups,
    documents,
    figures,
    installing,
    keys,
    law,
    people,
    running,
    uploads,
)
from bluezone.cli.authority.group import authority as command

__all__ = ["backups", "command", "documents", "figures", "installing", "keys", "law", "people", "running", "uploads"]
