"""A citizen's phone: radio, logbook, beacon, listener, sync, checks."""
