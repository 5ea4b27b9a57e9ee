"""List the addresses of the officers' pages of stays."""

from __future__ import annotations

from django.urls import path

from bluezone.authority.episodes.stays import letter_views, pages, protocol_views, views

app_name = "isolation"
_STAY = "stays/<int:stay_id>"
urlpatterns = [
    path("", views.PlaceList.as_view(), name="list"),
    path("new", views.NewStay.as_view(), name="new"),
    path("rules", protocol_views.ProtocolList.as_view(), name="protocols"),
    path(_STAY, pages.StayPage.as_view(), name="stay"),
    path(f"{_STAY}/declare", views.NoteCheck.as_view(), name="declare"),
    path(f"{_STAY}/declarations/<int:declaration_id>", views.Answer.as_view(), name="answer"),
    path(f"{_STAY}/tests/<int:test_id>", views.NoteTest.as_view(), name="test"),
    path(f"{_STAY}/facts", views.NoteFact.as_view(), name="fact"),
    path(f"{_STAY}/owner", views.LookAfter.as_view(), name="owner"),
    path(f"{_STAY}/medicine", views.GiveMedicine.as_view(), name="medicine"),
    path(f"{_STAY}/move", views.Move.as_view(), name="move"),
    path(f"{_STAY}/ask-move", views.AskMove.as_view(), name="ask-move"),
    path(f"{_STAY}/end", views.End.as_view(), name="end"),
    path(f"{_STAY}/end/agree", views.Agree.as_view(), name="agree"),
    path(f"{_STAY}/end/take-back", views.TakeBackEnd.as_view(), name="take-back-end"),
    path(f"{_STAY}/case", views.OpenCase.as_view(), name="case"),
    path(f"{_STAY}/open/<slug:opened>", views.OpenPrivate.as_view(), name="open"),
    path(f"{_STAY}/link", views.SendLink.as_view(), name="link"),
    path(f"{_STAY}/letters/<slug:letter_kind>", views.IssueLetter.as_view(), name="letter"),
    path("acts/<uuid:act>", letter_views.Act.as_view(), name="act"),
    path("<str:code>", views.PlacePage.as_view(), name="place"),
    path("<str:code>/export.csv", views.Export.as_view(), name="export"),
    path("<str:code>/orders", views.SignOrders.as_view(), name="orders"),
    path("<str:code>/beds", views.AddBeds.as_view(), name="beds"),
    path("<str:code>/beds/<int:bed_id>", views.RemoveBed.as_view(), name="remove-bed"),
]
