"""List the address at which phones fetch signed documents."""

from __future__ import annotations

from django.urls import re_path

from bluezone.authority.documents import views

urlpatterns = [
    re_path(
        r"^v1/documents/(?P<kind>[a-z-]{1,32})/(?P<region>[A-Za-z0-9_]{1,16})(?:/(?P<area>[0-9]{2}-[0-9]{2}))?\.json$",
        views.document,
        name="document",
    )
]
