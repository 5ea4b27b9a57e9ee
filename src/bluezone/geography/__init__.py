"""Hold provinces, districts and communes by date; populations with their sources. Pure."""
