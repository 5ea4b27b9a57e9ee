"""The command `bluezone`, one module a subject."""
