"""Say of an object in S3 what a CDN needs to know. Imported where a bucket is set: it needs the extra `s3`."""

from __future__ import annotations

from typing import Any

from storages.backends.s3 import S3Storage

from bluezone.authority.keys.export_store import FILE_CACHING, INDEX_CACHING

#: seconds without a connection, or without a byte; with the second try they are over before the first deadline of the
#: job that publishes, so that it says which bucket did not answer in place of being ended
TIMEOUTS = {"connect_timeout": 4, "read_timeout": 8, "retries": {"total_max_attempts": 2, "mode": "standard"}}


class ExportBucket(S3Storage):  # type: ignore[misc]
    """Keep export files in a bucket, each by one request that replaces what was there."""

    client_config: Any

    def __init__(self, **settings: Any) -> None:
        from botocore.config import Config  # after storages, whose absence says which extra brings both

        super().__init__(**settings)
        self.client_config = self.client_config.merge(Config(**TIMEOUTS))

    def get_object_parameters(self, name: str) -> dict[str, Any]:
        """Return the headers under which a CDN serves the object: those of our own answers."""
        is_index = name.endswith("/index.txt")
        return {
            "CacheControl": INDEX_CACHING if is_index else FILE_CACHING,
            "ContentType": "text/plain; charset=utf-8" if is_index else "application/zip",
        }
