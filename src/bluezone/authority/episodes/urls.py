"""List the addresses of episodes: of contacts and cases, of stays, of rosters, and that at which everybody confirms a
letter."""

from __future__ import annotations

from django.urls import path

from bluezone.authority.episodes import contact_uploads, handover_views, views
from bluezone.authority.episodes.stays import letter_views, pages, protocol_views, roster_views
from bluezone.authority.episodes.stays import views as stay_views

app_name = "episodes"
_PERSON, _STAY = "people/<uuid:episode_id>", "stays/<int:stay_id>"
urlpatterns = [
    path("handovers", handover_views.HandoverList.as_view(), name="handovers"),
    path("handovers/<int:handover_id>/<slug:decision>", handover_views.Decide.as_view(), name="decide-handover"),
    *contact_uploads.PAGES.urls("upload"),
    path("of-case/<uuid:case_id>", views.ContactsOfCase.as_view(), name="of-case"),
    path("of-case/<uuid:case_id>/hand-over", handover_views.HandOver.as_view(), name="hand-over-case"),
    path("of-case/<uuid:case_id>/new", views.NewOfCase.as_view(), name="new-of-case"),
    path(_PERSON, views.EpisodePage.as_view(), name="episode"),
    path(f"{_PERSON}/new", views.NewOfContact.as_view(), name="new-of-contact"),
    path(f"{_PERSON}/source", views.NameSource.as_view(), name="source"),
    path(f"{_PERSON}/note/<slug:what>", views.Note.as_view(), name="note"),
    path(f"{_PERSON}/hand-over", handover_views.HandOver.as_view(), name="hand-over"),
    path(f"{_PERSON}/course", views.NoteCourse.as_view(), name="course"),
    path(f"{_PERSON}/travel", views.NoteTravel.as_view(), name="travel"),
    path(f"{_PERSON}/call", views.Call.as_view(), name="call"),
    path(f"{_PERSON}/warn", views.Warn.as_view(), name="warn"),
]
isolation = (
    [
        path("", stay_views.PlaceList.as_view(), name="list"),
        path("new", stay_views.NewStay.as_view(), name="new"),
        path("rules", protocol_views.ProtocolList.as_view(), name="protocols"),
        path(_STAY, pages.StayPage.as_view(), name="stay"),
        path(f"{_STAY}/declare", stay_views.NoteCheck.as_view(), name="declare"),
        path(f"{_STAY}/declarations/<int:declaration_id>", stay_views.Answer.as_view(), name="answer"),
        path(f"{_STAY}/tests/<int:test_id>", stay_views.NoteTest.as_view(), name="test"),
        path(f"{_STAY}/facts", stay_views.NoteFact.as_view(), name="fact"),
        path(f"{_STAY}/owner", stay_views.LookAfter.as_view(), name="owner"),
        path(f"{_STAY}/medicine", stay_views.GiveMedicine.as_view(), name="medicine"),
        path(f"{_STAY}/move", stay_views.Move.as_view(), name="move"),
        path(f"{_STAY}/ask-move", stay_views.AskMove.as_view(), name="ask-move"),
        path(f"{_STAY}/end", stay_views.End.as_view(), name="end"),
        path(f"{_STAY}/end/agree", stay_views.Agree.as_view(), name="agree"),
        path(f"{_STAY}/end/take-back", stay_views.TakeBackEnd.as_view(), name="take-back-end"),
        path(f"{_STAY}/case", stay_views.OpenCase.as_view(), name="case"),
        path(f"{_STAY}/open/<slug:opened>", stay_views.OpenPrivate.as_view(), name="open"),
        path(f"{_STAY}/link", stay_views.SendLink.as_view(), name="link"),
        path(f"{_STAY}/letters/<slug:letter_kind>", stay_views.IssueLetter.as_view(), name="letter"),
        path("acts/<uuid:act>", letter_views.Act.as_view(), name="act"),
        path("<str:code>", stay_views.PlacePage.as_view(), name="place"),
        path("<str:code>/export.csv", stay_views.Export.as_view(), name="export"),
        path("<str:code>/orders", stay_views.SignOrders.as_view(), name="orders"),
        path("<str:code>/beds", stay_views.AddBeds.as_view(), name="beds"),
        path("<str:code>/beds/<int:bed_id>", stay_views.RemoveBed.as_view(), name="remove-bed"),
    ],
    "isolation",
)
quarantine = (
    [
        path("", roster_views.RosterList.as_view(), name="list"),
        path("<str:code>", roster_views.RosterPage.as_view(), name="roster"),
        path("<str:code>/<str:day>", roster_views.RosterPage.as_view(), name="day"),
        path("<str:code>/<str:day>/note", roster_views.Note.as_view(), name="note"),
        path("<str:code>/<str:day>/arrive", roster_views.Arrive.as_view(), name="arrive"),
        path("<str:code>/<str:day>/confirm", roster_views.Confirm.as_view(), name="confirm"),
    ],
    "quarantine",
)
public = [path("letter/<str:code>", letter_views.confirm, name="letter")]
