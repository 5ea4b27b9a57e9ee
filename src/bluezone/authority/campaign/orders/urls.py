from __future__ import annotations

from django.urls import path

from bluezone.authority.campaign.orders import giving, target_uploads, views

app_name = "orders"
urlpatterns = [
    path("", views.OrderList.as_view(), name="list"),
    path("new", giving.NewOrder.as_view(), name="new"),
    *target_uploads.PAGES.urls("targets"),
    path("<int:key>", views.OrderPage.as_view(), name="directive"),
    path("<int:key>/withdraw", views.WithdrawOrder.as_view(), name="withdraw"),
    path("<int:key>/late", views.LateUnits.as_view(), name="late"),
    path("<int:key>/posters.pdf", views.PosterSheets.as_view(), name="posters"),
]
