"""Take entries of guests without the app at a door: encrypted there, counted by hour, opened by two officers of the
province."""
