from __future__ import annotations

from django.urls import path

from bluezone.authority.campaign.public import compare, data, views

app_name = "public"
urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("data/", data.page, name="data"),
    path("data/dictionary.json", data.dictionary, name="dictionary"),
    path("data/<str:name>.<str:kind>", data.table, name="table"),
    path("compare", compare.page, name="compare"),
    path("compare.svg", compare.chart, name="compare-chart"),
    path("<str:code>", views.unit_page, name="unit"),
    path("<str:code>/curve.svg", views.curve, name="curve"),
]
