"""The authority's server: a Django project, one app a room."""
