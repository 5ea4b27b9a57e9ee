"""Give the addresses of the campaign, those of phones, of everybody and of officers, each list under its name."""

from __future__ import annotations

from django.urls import path

from bluezone.authority.campaign.bulletins import views as bulletin_views
from bluezone.authority.campaign.figures import entry_views, national_pages, population_pages, report_views
from bluezone.authority.campaign.installations import views as counting
from bluezone.authority.campaign.orders import giving, target_uploads
from bluezone.authority.campaign.orders import views as order_views
from bluezone.authority.campaign.public import compare, data, views

device = (
    [
        path("v1/installations", counting.register, name="register"),
        path("v1/activity", counting.activity, name="activity"),
    ],
    "installations",
)
public = (
    [
        path("", views.dashboard, name="dashboard"),
        path("data/", data.page, name="data"),
        path("data/dictionary.json", data.dictionary, name="dictionary"),
        path("data/<str:name>.<str:kind>", data.table, name="table"),
        path("compare", compare.page, name="compare"),
        path("compare.svg", compare.chart, name="compare-chart"),
        path("<str:code>", views.unit_page, name="unit"),
        path("<str:code>/curve.svg", views.curve, name="curve"),
    ],
    "public",
)
figures = (
    [
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
    ],
    "figures",
)
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
bulletins = (
    [
        path("bulletins/", bulletin_views.BulletinList.as_view(), name="list"),
        path("bulletins/<str:code>/<str:day>/again", bulletin_views.NewEdition.as_view(), name="again"),
        path("bulletins/<str:code>/<str:day>.<str:kind>", bulletin_views.BulletinFile.as_view(), name="bulletin"),
    ],
    "bulletins",
)
orders = (
    [
        path("", order_views.OrderList.as_view(), name="list"),
        path("new", giving.NewOrder.as_view(), name="new"),
        *target_uploads.PAGES.urls("targets"),
        path("<int:key>", order_views.OrderPage.as_view(), name="directive"),
        path("<int:key>/withdraw", order_views.WithdrawOrder.as_view(), name="withdraw"),
        path("<int:key>/late", order_views.LateUnits.as_view(), name="late"),
        path("<int:key>/posters.pdf", order_views.PosterSheets.as_view(), name="posters"),
    ],
    "orders",
)
