from __future__ import annotations

from django.urls import path

from bluezone.authority.campaign.figures import entry_views, report_views

app_name = "figures"
urlpatterns = [
    path("figures/new", entry_views.new_figure, name="new"),
    path("figures/<int:row_id>/correct", entry_views.correct, name="correct"),
    path("figures/<int:row_id>/withdraw", entry_views.withdraw, name="withdraw"),
    path("figures/of/<str:code>", entry_views.unit_figures, name="unit"),
    *entry_views.PAGES.urls("import"),
    path("reports", report_views.reports_page, name="reports"),
    path("reports/remind", report_views.remind, name="remind"),
    path("reports/reminded", report_views.reminded, name="reminded"),
    path("own", report_views.own, name="own"),
    path("organisations/<str:code>/figure", report_views.of_organisation, name="organisation"),
]
