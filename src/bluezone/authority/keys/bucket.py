"""Say of an object in S3 what a CDN needs to know. Imported where a bucket is set: it needs the extra `s3`."""

from __future__ import annotations

from typing import Any

from storages.backends.s3 import S3Storage

from bluezone.authority.keys.caching import FILE_CACHING, INDEX_CACHING


class ExportBucket(S3Storage):  # type: ignore[misc]
    """Keep export files in a bucket, each by one request that replaces what was there."""

    def get_object_parameters(self, name: str) -> dict[str, Any]:
        """Return the headers under which a CDN serves the object: those of our own answers."""
        is_index = name.endswith("/index.txt")
        return {
            "CacheControl": INDEX_CACHING if is_index else FILE_CACHING,
            "ContentType": "text/plain; charset=utf-8" if is_index else "application/zip",
        }
