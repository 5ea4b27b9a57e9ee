from __future__ import annotations

from django.urls import path, re_path

from bluezone.authority.messages.news import views

app_name = "news"
urlpatterns = [
    path("officer/news/", views.news_list, name="list"),
    path("officer/news/new", views.new, name="new"),
    path("officer/news/<int:item_id>/withdraw", views.withdraw, name="withdraw"),
    re_path(
        r"^v1/news/(?P<region>[A-Za-z0-9_]{1,16})(?:/(?P<area>[0-9]{2}-[0-9]{2}))?\.json$",
        views.document,
        name="document",
    ),
]
