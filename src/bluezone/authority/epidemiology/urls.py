"""List the addresses of the figures of an outbreak, its line list and its graph of contacts."""

from __future__ import annotations

from django.urls import path

from bluezone.authority.epidemiology import graph_views
from bluezone.authority.epidemiology.line_list import PARQUET

app_name = "epidemiology"
urlpatterns = [
    path("contacts/graph", graph_views.graph_page, name="graph"),
    path("contacts/line-list.csv", graph_views.LineList.as_view(), name="line-list"),
    path("contacts/line-list.parquet", graph_views.LineList.as_view(content_type=PARQUET), name="line-list-parquet"),
]
