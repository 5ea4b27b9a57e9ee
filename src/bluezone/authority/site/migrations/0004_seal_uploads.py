from __future__ import annotations

from typing import Any

from django.db import migrations


def seal(apps: Any, schema_editor: Any) -> None:  # noqa: ARG001
    """Encrypt the files that wait for a decision while the server is brought up to date."""
    from bluezone.authority.site.uploads import keeping

    for upload in apps.get_model("site", "Upload").objects.exclude(data=b"").iterator(chunk_size=1):
        upload.data = keeping.seal(bytes(upload.data), upload.pk)
        if upload.opened:
            upload.opened = keeping.seal(bytes(upload.opened), upload.pk)
        upload.save(update_fields=["data", "opened"])


class Migration(migrations.Migration):
    dependencies = [("site", "0003_clock")]
    operations = [migrations.RunPython(seal, migrations.RunPython.noop)]
