"""List the addresses at which people declare without the app."""

from __future__ import annotations

from django.urls import path

from bluezone.authority.declarations import public_views, web_views
from bluezone.authority.episodes.stays import checks

urlpatterns = [
    path(checks.PAGE_PATH, web_views.by_link, name="isolation-web"),
    path("declare/", web_views.forms, name="declare"),
    path("declare/receipt", web_views.receipt, name="declare-receipt"),
    path("declare/counts", public_views.counts, name="declare-counts"),
    path("declare/counts.csv", public_views.counts_table, name="declare-counts-table"),
    path("declare/communes", web_views.commune_names, name="declare-communes"),
    path("declare/<slug:name>", web_views.fill_in, name="declare-form"),
]
