"""Publish signed documents to phones, of every kind in one way (`protocol.documents`)."""
