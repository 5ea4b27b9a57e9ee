"""Give the addresses of figures, of the national table, and of populations: three names, one file."""

from __future__ import annotations

from django.urls import path

from bluezone.authority.campaign.figures import entry_views, national_pages, population_pages, report_views

app_name = "figures"
urlpatterns = [
    path("figures/new", entry_views.NewFigure.as_view(), name="new"),
    path("figures/<int:row_id>/correct", entry_views.CorrectFigure.as_view(), name="correct"),
    path("figures/<int:row_id>/withdraw", entry_views.WithdrawFigure.as_view(), name="withdraw"),
    path("figures/of/<str:code>", entry_views.UnitFigures.as_view(), name="unit"),
    path("import/form.xlsx", entry_views.EmptyForm.as_view(), name="empty-form"),
    *entry_views.PAGES.urls("import"),
    path("reports", report_views.ReportsPage.as_view(), name="reports"),
    path("reports/approve", report_views.ApproveDay.as_view(), name="approve"),
    path("reports/approval/withdraw", report_views.WithdrawApproval.as_view(), name="withdraw-approval"),
    path("reports/completeness", report_views.CompletenessPage.as_view(), name="completeness"),
    path("reports/remind", report_views.RemindPage.as_view(), name="remind"),
    path("reports/reminded", report_views.RemindedStep.as_view(), name="reminded"),
    path("own", report_views.OwnFigure.as_view(), name="own"),
    path("organisations/<str:code>/figure", report_views.OrganisationFigure.as_view(), name="organisation"),
]
national = (
    [path("", national_pages.TablePage.as_view(), name="table"), *national_pages.PAGES.urls("import")],
    "national",
)
populations = (
    [
        path("", population_pages.PopulationList.as_view(), name="list"),
        path("new", population_pages.NewPopulation.as_view(), name="new"),
        *population_pages.PAGES.urls("upload"),
    ],
    "populations",
)
