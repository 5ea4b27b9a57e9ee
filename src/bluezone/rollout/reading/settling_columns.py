"""Settle what the headers of a block leave open, by one rule after the other. Pure."""

from __future__ import annotations

from bluezone.rollout.reading import adding, evidence, flows, of_households, rivals, settling, wholes
from bluezone.rollout.reading.asking import about_installs
from bluezone.rollout.reading.drafts import Draft
from bluezone.rollout.reading.peers import share_kind_of_whole


def settle_columns(draft: Draft, file_name: str, *, of_places: bool) -> None:
    """Settle what headers leave open and values tell."""
    lines = [line.number for line in draft.units]
    evidence.leave_days_to_come_out(draft.roles)
    adding.add_platforms(draft.roles)
    adding.add_halves(draft.roles)
    if about_installs(draft, file_name):
        rivals.part_sources(draft.roles)
        wholes.settle_by_text_above(draft.roles)
        wholes.settle_parts(draft.roles)
        wholes.settle_after_gain(draft.roles)
        wholes.settle_sums(draft.roles)
    settling.settle_totals(draft.roles, about_installs(draft, file_name), of_places)
    share_kind_of_whole(draft.roles)
    adding.add_up(draft.roles, lines)
    adding.leave_parts_of_people_out(draft.roles, lines)
    wholes.no_fewer_people(draft.roles)
    settling.settle_aims(draft.roles)
    wholes.settle_gains(draft.roles)
    flows.leave_workforce_out(draft.roles)
    flows.take_gain_of_the_day(draft.roles)
    settling.no_shares_as_targets(draft.roles, lines)
    of_households.leave_out(draft.roles, lines)
    settling.settle_shares(draft.roles, lines)
    wholes.date_by_counts(draft.roles)
