"""The radio port and its implementations."""
