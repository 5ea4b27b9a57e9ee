from __future__ import annotations

from django.urls import path, re_path

from bluezone.authority.messages.guidance import views

app_name = "guidance"
urlpatterns = [
    path("officer/guidance/", views.guidance_list, name="list"),
    path("officer/guidance/new", views.new, name="new"),
    path("officer/guidance/<int:entry_id>/withdraw", views.withdraw, name="withdraw"),
    re_path(
        r"^v1/guidance/(?P<region>[A-Za-z0-9_]{1,16})(?:/(?P<area>[0-9]{2}-[0-9]{2}))?\.json$",
        views.document,
        name="document",
    ),
]
