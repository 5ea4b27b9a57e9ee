"""The app's screens, served to this machine alone."""
