"""Serve the two forms in which the course of a person is noted: signs, hospital and outcome; a journey."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bluezone.authority.episodes import course, queries
from bluezone.authority.episodes.forms import CourseForm, TravelForm
from bluezone.authority.episodes.models import Episode
from bluezone.authority.officers import scope
from bluezone.authority.officers.generic import FormPage, OfObject
from bluezone.authority.persons import services as persons
from bluezone.authority.site import clock


class NoteCourse(OfObject, FormPage):
    """Note signs, hospital, outcome."""

    access = scope.confirming_cases
    reach = queries.editable_of
    model, named, nav = Episode, "episode_id", "work"
    title = _("Note the course")
    lead = _("What you learnt of one day. It stands in the person’s time line; signs are stored encrypted.")
    form_class: Any = CourseForm
    object: Episode

    def rows(self) -> QuerySet[Episode]:
        return Episode.objects.select_related("person", "case__person")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"day": clock.today()}}

    def act(self) -> None:
        course.note(self.object, self.form.noted, self.officer, clock.now())

    def way_back(self) -> str:
        person = self.object.person
        if person is not None:
            return reverse("persons:person", args=[person.pseudonym])
        return reverse("episodes:episode", args=[self.object.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        persons.open_for([self.object.person], self.officer, clock.now())
        above = f"{self.object.role.upper()} {self.object.called}"
        return super().get_context_data(**{"trail": [(self.way_back(), above)]} | kwargs)


class NoteTravel(NoteCourse):
    """Note from where somebody came, for who looks for others on the way."""

    title = _("Note a journey")
    lead = _("From where the person came, when and by what. It stands in the time line and in the line list.")
    form_class = TravelForm

    def act(self) -> None:
        course.note_travel(self.object, self.form.travelled, self.officer, clock.now())
