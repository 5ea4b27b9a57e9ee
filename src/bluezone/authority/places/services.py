"""Open and close places, give entrances their codes, mark and confirm risky windows, and publish them by the hour."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable

from django.conf import settings
from django.db import IntegrityError, transaction

from bluezone.authority.diagnosis.models import Case
from bluezone.authority.documents.rules import PublishedKind
from bluezone.authority.errors import ConfigurationError
from bluezone.authority.officers.models import User
from bluezone.authority.places import receiving, rules
from bluezone.authority.places.models import (
    Entrance,
    Place,
    PlacePackage,
    RiskyWindow,
    SharedStay,
)
from bluezone.authority.places.rules import PlaceRefusedError, Waiting
from bluezone.authority.signing import services as signing
from bluezone.authority.site.configuration import disease
from bluezone.authority.site.locks import job_lock
from bluezone.authority.units.models import Organisation
from bluezone.errors import N_
from bluezone.protocol import place_warnings
from bluezone.protocol.check_ins import MAX_CHARACTERS, SEED_BYTES, PlaceError, PlaceKind, make_payload, read_payload
from bluezone.protocol.kinds import PLACE_POLICY, PlacePolicy
from bluezone.protocol.place_warnings import (
    BLOCK_BYTES,
    PlaceWarning,
    build_package,
    encrypt_warning,
    made_up_warnings,
    window_of,
)

#: marked by an officer, or given by a patient
Stay = RiskyWindow | SharedStay


@transaction.atomic
def open_place(
    organisation: Organisation,
    kind: int,
    address: str,
    stay_min: int,
    capacity: int | None,
    officer: User,
    now: dt.datetime,
    *,
    confirmed: bool,
    entrances: Iterable[str] = (),
) -> Place:
    """Open an organisation as a place, or change what is known of it; each of `entrances` that shows no code yet gets
    one, and a place without any shows one for the whole. `confirmed`: who does it directs the organisation. Raises
    PlaceRefusedError."""
    rules.check_facts(stay_min, capacity)
    if organisation.closed_on is not None:
        raise PlaceRefusedError(N_("The unit is closed."))
    address = " ".join(address.split())[:MAX_CHARACTERS]
    facts = {"kind": kind, "address": address, "usual_stay_min": stay_min, "capacity": capacity, "closed_at": None}
    place = Place.objects.select_for_update().filter(organisation=organisation).first()
    if place is None:
        place = Place(organisation=organisation, opened_at=now, opened_by=officer)
    for name, value in facts.items():
        setattr(place, name, value)
    if confirmed and place.confirmed_at is None:
        place.confirmed_at = now
    place.save()
    shown = set(place.entrances.filter(ended_at=None).values_list("name", flat=True))
    for name in dict.fromkeys(entrances):
        if name not in shown:
            add_entrance(place, name, now)
    if not place.moves and not place.entrances.filter(ended_at=None).exists():
        add_entrance(place, "", now)
    return place


def confirm_place(place: Place, now: dt.datetime) -> None:
    """Confirm a place that a head asked for."""
    if place.confirmed_at is None:
        place.confirmed_at = now
        place.save(update_fields=["confirmed_at"])


@transaction.atomic
def close_place(place: Place, now: dt.datetime) -> None:
    """Close a place: its codes end, and stays there can be marked as long as phones remember them."""
    place.entrances.filter(ended_at=None).update(ended_at=now)
    place.closed_at = now
    place.save(update_fields=["closed_at"])


@transaction.atomic
def add_entrance(place: Place, name: str, now: dt.datetime) -> Entrance:
    """Give a room, an entrance or a vehicle a code; a name that is open already gets a new one, and its old one ends.
    A vehicle is called by its number alone, as passengers declare it; whose it is stands in place of the address.
    Raises PlaceRefusedError."""
    name = " ".join(name.split())
    place.entrances.filter(name=name, ended_at=None).update(ended_at=now)
    if place.entrances.filter(ended_at=None).count() >= rules.MOST_ENTRANCES:
        raise PlaceRefusedError(N_("A place has at most {most} entrances."), most=rules.MOST_ENTRANCES)
    organisation = place.organisation
    if place.moves and name:
        description, address = name, organisation.name[:MAX_CHARACTERS]
    else:
        description, address = f"{organisation.name}, {name}" if name else organisation.name, place.address
    try:
        payload = make_payload(
            description[:MAX_CHARACTERS],
            address,
            PlaceKind(place.kind),
            place.usual_stay_min,
            secrets.token_bytes(SEED_BYTES),
        )
    except PlaceError as error:
        raise PlaceRefusedError(N_("The name or the address has signs that no text has.")) from error
    location_id = read_payload(payload).location_id.hex()
    return Entrance.objects.create(at=place, name=name, payload=payload, location_id=location_id, made_at=now)


@transaction.atomic
def mark(
    case: Case,
    entrance: Entrance,
    start: dt.datetime,
    end: dt.datetime,
    officer: User,
    now: dt.datetime,
    *,
    seat: str = "",
) -> RiskyWindow:
    """Take down that a case was at a place, in a vehicle on which `seat`. Nothing is published before a second officer
    has confirmed it. Raises PlaceRefusedError."""
    Case.objects.select_for_update().get(pk=case.pk)
    since = now - dt.timedelta(days=1)
    today = RiskyWindow.objects.filter(case=case, marked_at__gt=since).exclude(state=RiskyWindow.State.REFUSED)
    rules.check_window(start, end, now, today.count())
    if today.filter(entrance=entrance, start_at=start, end_at=end).exists():
        raise PlaceRefusedError(N_("This stay is marked already."))
    return RiskyWindow.objects.create(
        entrance=entrance,
        case=case,
        start_at=start,
        end_at=end,
        seat=" ".join(seat.split()) if entrance.at.moves else "",
        place=entrance.at.organisation.place,
        marked_at=now,
        marked_by=officer,
    )


@transaction.atomic
def decide(stay: Stay, officer: User, now: dt.datetime, *, publish: bool) -> None:
    """Confirm a stay, or refuse it: another officer than marked it; of a check-in that its owner gave, any. Raises
    PlaceRefusedError."""
    locked = _locked(stay)
    if locked.state != RiskyWindow.State.WAITING:
        raise PlaceRefusedError(N_("Somebody has decided this already."))
    if publish:
        marked_by = locked.marked_by_id if isinstance(locked, RiskyWindow) else None
        rules.check_confirming(marked_by, officer.pk, may_confirm=officer.may_confirm)
    _note(locked, RiskyWindow.State.CONFIRMED if publish else RiskyWindow.State.REFUSED, officer, now)


@transaction.atomic
def withdraw(stay: Stay, officer: User, now: dt.datetime) -> None:
    """Take a confirmed stay back before it goes out. Raises PlaceRefusedError: what phones have fetched stays."""
    locked = _locked(stay)
    rules.check_withdrawing(locked.state == RiskyWindow.State.CONFIRMED, may_confirm=officer.may_confirm)
    _note(locked, RiskyWindow.State.REFUSED, officer, now)


def _locked(stay: Stay) -> Stay:
    """Return a stay, locked. Raises PlaceRefusedError where who gave it has taken it back."""
    locked: Stay | None = type(stay)._default_manager.select_for_update().filter(pk=stay.pk).first()
    if locked is None or (isinstance(locked, SharedStay) and not receiving.is_given(locked)):
        raise PlaceRefusedError(N_("Who gave this stay has taken it back."))
    return locked


def _note(stay: Stay, state: RiskyWindow.State, officer: User, now: dt.datetime) -> None:
    stay.state, stay.decided_at, stay.decided_by = state, now, officer
    stay.save(update_fields=["state", "decided_at", "decided_by"])


def publish(now: dt.datetime) -> str | None:
    """Publish the package of this hour where a confirmed window waits; None where none does, or the hour has its
    package. Raises JobBusyError, ConfigurationError without a signing key."""
    with job_lock("publish-places"):
        region, hour = settings.BLUEZONE.region, rules.hour_of(now)
        receiving.drop_withdrawn()
        if PlacePackage.objects.filter(region=region, hour=hour).exists():
            return None
        picked = rules.chosen(_waiting())
        if not picked:
            return None
        signers = signing.export_signers(now)
        if not signers:
            raise ConfigurationError("no export key signs now; `bluezone authority keys create export` makes one")
        real = [_warning(each) for each in picked]
        made_up = made_up_warnings(
            rules.made_up_count(len(real), secrets.randbelow(rules.JITTER + 1)), secrets.token_bytes
        )
        data = build_package(place_warnings.PlacePackage(region, hour, (*real, *made_up)), signers)
        with transaction.atomic():
            try:
                PlacePackage.objects.create(region=region, hour=hour, data=data, made_at=now)
            except IntegrityError:  # another server was quicker
                return None
            ids = [each.number for each in picked]
            for model in (RiskyWindow, SharedStay):
                model.objects.filter(pk__in=ids).update(state=RiskyWindow.State.PUBLISHED)
        return f"{len(real)} risky places published"


def _waiting() -> list[Waiting]:
    """Return the confirmed stays, marked by an officer or given by a patient; one whose times cannot be decrypted is
    left out."""
    state = RiskyWindow.State.CONFIRMED
    marked = [
        Waiting(
            str(row.pk), f"case {row.case_id}", row.decided_at or row.marked_at, bytes(row.entrance.payload),
            row.start_at, row.end_at,
        )
        for row in RiskyWindow.objects.filter(state=state).select_related("entrance")
    ]  # fmt: skip
    shared = [
        Waiting(
            str(row.pk), f"phone {row.sharer_id}", row.decided_at or row.received_at, bytes(row.entrance.payload), *span
        )
        for row in SharedStay.objects.filter(state=state).select_related("entrance")
        if (span := receiving.span_of(row)) is not None
    ]
    return marked + shared


def _warning(stay: Waiting) -> PlaceWarning:
    place = read_payload(stay.payload)
    lingers = dt.timedelta(minutes=disease().places.lingers_min)
    end = min(stay.end + lingers, stay.start + rules.LONGEST)
    window = window_of(int(stay.start.timestamp()), int(end.timestamp()), rules.RISK)
    return encrypt_warning(place.location_id, window, secrets.token_bytes(BLOCK_BYTES))


def _policy(_: str, __: dt.datetime) -> PlacePolicy | None:
    """Return the policy of places, which the disease sets; none where no place was ever open."""
    of = disease()
    policy = PlacePolicy(of.places.overlap_min, of.windows.follow_up.days)
    return policy if Place.objects.exists() else None


PUBLISHED_POLICY = PublishedKind(PLACE_POLICY, content=_policy)


def purge(now: dt.datetime) -> dict[str, int]:
    """Delete packages, marked windows and shared check-ins of more than 14 days ago, and ended entrances that no stay
    can be at."""
    before = now - rules.LIFE
    packages = PlacePackage.objects.filter(made_at__lt=before).delete()[0]
    windows = RiskyWindow.objects.filter(end_at__lt=before).delete()[0]
    shared = receiving.purge(now)
    Entrance.objects.filter(ended_at__lt=before - rules.LOOK_BACK, windows=None, shared_stays=None).delete()
    return {"place_packages": packages, "risky_windows": windows, "shared_stays": shared}
