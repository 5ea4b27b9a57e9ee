"""Sightings and published keys -> exposure windows -> risk, by a named policy. Pure."""
