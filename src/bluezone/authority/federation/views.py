"""Serve the ministry's page on other authorities: whose keys are read, what came of it, and what others can read."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bluezone.authority.federation import queries, services
from bluezone.authority.federation.models import Source
from bluezone.authority.federation.rules import Refusal, Trouble
from bluezone.authority.officers import scope
from bluezone.authority.officers.generic import OfficerPage, Step
from bluezone.authority.site import clock
from bluezone.authority.site.environment import Environment
from bluezone.authority.site.language import number_text

#: bad files of a source that are listed
_MOST_BAD = 20

_TROUBLES = {
    Trouble.UNREACHABLE: _("the server does not answer"),
    Trouble.ANSWER: _("the server does not give it out as it should"),
    Trouble.TOO_LARGE: _("larger than any such file may be"),
    Trouble.SIGNATURE: _("not signed by a key that is believed"),
    Trouble.DAMAGED: _("damaged, or no such file"),
    Trouble.REGION: _("of another region than was agreed"),
    Trouble.FUTURE: _("of a time that has not come yet"),
    Trouble.DAY_FULL: _("so many keys came today that the rest waits until tomorrow"),
}
_REFUSALS = {
    Refusal.TOO_OLD: _("older than 15 days"),
    Refusal.NOT_STARTED: _("of a time that has not come yet"),
    Refusal.WITHDRAWN: _("withdrawn before anybody was warned"),
    Refusal.SECOND_ORDER: _("of contacts of contacts"),
    Refusal.NOT_REVISABLE: _("changes that are not that authority’s to make"),
}


class Sources(OfficerPage):
    """List the authorities whose keys are read, and say what of ours others can read."""

    access = scope.ministry
    nav, template_name = "federation", "federation/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        conf: Environment = settings.BLUEZONE
        found = {
            "sources": [_card(row) for row in Source.objects.filter(removed_at=None).order_by("name", "id")],
            "out": conf.federation_out,
            "out_url": self.request.build_absolute_uri(f"/exports/{conf.out_region}/index.txt"),
        }
        return super().get_context_data(**found | kwargs)


def _card(source: Source) -> dict[str, Any]:
    sums = queries.sums(source)
    bad = queries.bad_files(source, _MOST_BAD)
    return {
        "row": source,
        "trouble": _TROUBLES[Trouble(source.trouble)] if source.trouble else "",
        "waits": source.trouble == Trouble.DAY_FULL,
        "files": number_text(sums.files),
        "file_count": sums.files,
        "taken": number_text(sums.taken),
        "known": number_text(sums.known),
        "revised": number_text(sums.revised),
        "refused": [(_REFUSALS[Refusal(why)], number_text(count)) for why, count in sorted(sums.refused.items())],
        "bad": [{"row": file, "trouble": _TROUBLES[Trouble(file.trouble)]} for file in bad],
        "bad_count": sums.bad,
        "more_bad": number_text(sums.bad - len(bad)) if sums.bad > len(bad) else "",
        "keys": list(source.public_keys.order_by("id")),
    }


class SourceStep(Step):
    """Do one thing with a source by a button of the list."""

    access = scope.ministry
    done = ""

    def prepare(self) -> None:
        self.source = get_object_or_404(Source, pk=self.kwargs["source_id"], removed_at=None)

    def way_back(self) -> str:
        return reverse("federation:list")


class Pause(SourceStep):
    """Stop reading a source."""

    def act(self) -> None:
        services.pause(self.source, clock.now())


class Resume(SourceStep):
    """Read a source again."""

    def act(self) -> None:
        services.resume(self.source)
