"""List the addresses of the pages of how people are reached."""

from __future__ import annotations

from django.urls import path

from bluezone.authority.outreach import views

app_name = "outreach"
urlpatterns = [
    path("", views.Overview.as_view(), name="overview"),
    path("tasks/<int:key>", views.ChangeTask.as_view(), name="task"),
    path("tasks/<int:key>/drop", views.DropTask.as_view(), name="drop-task"),
    path("<str:code>/families", views.Families.as_view(), name="families"),
    path("<str:code>/families/units", views.FamiliesOfUnits.as_view(), name="families-of-units"),
    path("<str:code>/households", views.Households.as_view(), name="households"),
    path("<str:code>/households/number", views.SetHouseholds.as_view(), name="set-households"),
    path("<str:code>/households/teams", views.AddTeam.as_view(), name="add-team"),
    path("<str:code>/households/teams/<int:key>", views.ChangeTeam.as_view(), name="team"),
    path("<str:code>/households/take-back", views.TakeBack.as_view(), name="take-back"),
    path("<str:code>/tasks/new", views.NewTask.as_view(), name="new-task"),
]
