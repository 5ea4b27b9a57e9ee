"""Turn sightings and published keys into exposure windows and into risk, by a named policy. Pure."""
