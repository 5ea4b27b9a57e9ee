"""List the addresses of the figures of an outbreak, its line list and its graph of contacts; public ones of what
tracing achieves."""

from __future__ import annotations

from django.urls import path

from bluezone.authority.epidemiology import effect_views, graph_views, views
from bluezone.authority.epidemiology.line_list import PARQUET

app_name = "epidemiology"
urlpatterns = [
    path("contacts/graph", graph_views.GraphPage.as_view(), name="graph"),
    path("contacts/line-list.csv", views.LineList.as_view(), name="line-list"),
    path("contacts/line-list.parquet", views.LineList.as_view(content_type=PARQUET), name="line-list-parquet"),
    path("epidemiology/", views.FiguresPage.as_view(), name="figures"),
    path("epidemiology/<slug:figure>.csv", views.FigureFile.as_view(), name="file"),
    path("epidemiology/<slug:figure>.svg", views.Drawing.as_view(), name="drawing"),
    path("epidemiology/line-list", views.LineListPage.as_view(), name="lines"),
    path("epidemiology/line-list/views", views.SaveView.as_view(), name="save-view"),
    path("epidemiology/line-list/views/<int:view_id>/delete", views.DeleteView.as_view(), name="delete-view"),
]
public = (
    [
        path("", effect_views.page, name="page"),
        path("effect.csv", effect_views.table, name="table"),
    ],
    "effect",
)
