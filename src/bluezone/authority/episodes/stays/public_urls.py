"""List the addresses at which people in isolation declare, and everybody confirms a letter."""

from __future__ import annotations

from django.urls import path

from bluezone.authority.episodes.stays import letter_views, reminders, web_views

urlpatterns = [
    path(reminders.PAGE_PATH, web_views.declare, name="isolation-web"),
    path("letter/<str:code>", letter_views.confirm, name="letter"),
]
