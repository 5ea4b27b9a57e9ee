"""Define the command `bluezone`, one module a subject."""
