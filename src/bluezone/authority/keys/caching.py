"""Hold how long export files may be cached: one text for our own answers and for a bucket's."""

from __future__ import annotations

INDEX_MAX_AGE_S = 60
INDEX_CACHING = f"public, max-age={INDEX_MAX_AGE_S}"
#: a file never changes under its name, and is gone after 14 days
FILE_CACHING = f"public, max-age={14 * 86_400}, immutable"
