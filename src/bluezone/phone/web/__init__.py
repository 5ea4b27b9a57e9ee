"""Serve the app's screens to this machine alone."""
