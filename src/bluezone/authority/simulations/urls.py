from __future__ import annotations

from django.urls import path

from bluezone.authority.officers.middleware import not_a_use
from bluezone.authority.simulations import views

app_name = "simulations"
urlpatterns = [
    path("", views.SimulationList.as_view(), name="list"),
    path("new", views.NewSimulation.as_view(), name="new"),
    path("<uuid:key>/", views.SimulationPage.as_view(), name="detail"),
    path("<uuid:key>/progress", not_a_use(views.Progress.as_view()), name="progress"),
    path("<uuid:key>/end", views.EndSimulation.as_view(), name="end"),
    path("<uuid:key>/delete", views.DeleteSimulation.as_view(), name="delete"),
    path("<uuid:key>/<slug:kind>.svg", views.Figure.as_view(), name="figure"),
]
