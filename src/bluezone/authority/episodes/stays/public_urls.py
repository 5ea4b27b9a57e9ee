"""List the address at which everybody confirms a letter."""

from __future__ import annotations

from django.urls import path

from bluezone.authority.episodes.stays import letter_views

urlpatterns = [
    path("letter/<str:code>", letter_views.confirm, name="letter"),
]
