"""Serve the authority: a Django project, one app a package."""
