"""Guidance for who was warned: written by ministry and provinces, signed, fetched by phones (`protocol.guidance`)."""
