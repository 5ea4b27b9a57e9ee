from __future__ import annotations

from django.urls import path

from bluezone.authority.campaign.figures import population_pages

app_name = "populations"
urlpatterns = [
    path("", population_pages.population_list, name="list"),
    path("new", population_pages.new_population, name="new"),
    *population_pages.PAGES.urls("upload"),
]
