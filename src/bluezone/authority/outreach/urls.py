from __future__ import annotations

from django.urls import path

from bluezone.authority.outreach import family_views, household_views, task_views, views

app_name = "outreach"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("tasks/<int:key>", task_views.change_task, name="task"),
    path("tasks/<int:key>/drop", task_views.drop_task, name="drop-task"),
    path("<str:code>/families", family_views.families, name="families"),
    path("<str:code>/families/units", family_views.families_of_units, name="families-of-units"),
    path("<str:code>/households", household_views.households, name="households"),
    path("<str:code>/households/number", household_views.set_households, name="set-households"),
    path("<str:code>/households/teams", household_views.add_team, name="add-team"),
    path("<str:code>/households/teams/<int:key>", household_views.change_team, name="team"),
    path("<str:code>/households/take-back", household_views.take_back, name="take-back"),
    path("<str:code>/tasks/new", task_views.new_task, name="new-task"),
]
