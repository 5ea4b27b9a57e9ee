"""The epidemic simulator. Pure."""
