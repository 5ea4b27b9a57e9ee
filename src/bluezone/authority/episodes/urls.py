"""List the addresses of cases' contacts, of an episode and what is noted of it."""

from __future__ import annotations

from django.urls import path

from bluezone.authority.episodes import contact_uploads, course_views, handover_views, views

app_name = "episodes"
urlpatterns = [
    path("handovers", handover_views.HandoverList.as_view(), name="handovers"),
    path("handovers/<int:handover_id>/<slug:decision>", handover_views.Decide.as_view(), name="decide-handover"),
    *contact_uploads.PAGES.urls("upload"),
    path("of-case/<uuid:case_id>", views.of_case, name="of-case"),
    path("of-case/<uuid:case_id>/hand-over", handover_views.HandOver.as_view(), name="hand-over-case"),
    path("of-case/<uuid:case_id>/new", views.new_of_case, name="new-of-case"),
    path("people/<uuid:episode_id>", views.episode, name="episode"),
    path("people/<uuid:episode_id>/new", views.new_of_contact, name="new-of-contact"),
    path("people/<uuid:episode_id>/source", views.source, name="source"),
    path("people/<uuid:episode_id>/note/<slug:what>", views.note, name="note"),
    path("people/<uuid:episode_id>/hand-over", handover_views.HandOver.as_view(), name="hand-over"),
    path("people/<uuid:episode_id>/course", course_views.NoteCourse.as_view(), name="course"),
    path("people/<uuid:episode_id>/travel", course_views.NoteTravel.as_view(), name="travel"),
    path("people/<uuid:episode_id>/call", views.call, name="call"),
    path("people/<uuid:episode_id>/warn", views.warn, name="warn"),
]
