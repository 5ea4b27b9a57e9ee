"""Rotate signing keys, read the keys of other authorities, and let contacts publish theirs."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import click

from bluezone.cli.answers import Answer
from bluezone.cli.authority.common import believed_now, now, utc
from bluezone.cli.authority.group import authority
from bluezone.cli.options import Arg, Opt, command

if TYPE_CHECKING:
    from bluezone.authority.federation.models import Source
    from bluezone.authority.keys.models import SecondOrderSwitch


@command("public-keys", authority)
def public_keys_command() -> Answer:
    """Print what phones and other servers need to trust this one."""
    from bluezone.authority.signing.services import public_material

    facts = public_material()
    lines = [
        f"{purpose} {key['key_id']} {key['key_version']} from {key['from']}"
        + (f" to {key['thru']}" if key["thru"] else "")
        + f"\n{key['public_key_pem']}"
        for purpose in ("export", "certificate", "pass")
        for key in facts[purpose]  # type: ignore[attr-defined]
    ]
    return Answer(facts, lines)


@authority.group("keys")
def keys_command() -> None:
    """Rotate signing keys."""


Purpose = Annotated[str, Arg(choices=["export", "certificate", "pass"])]


@command("create", keys_command)
def keys_create(
    *,
    purpose: Purpose,
    from_at: Annotated[dt.datetime | None, Opt("When it starts to sign (UTC); now if not given.", "--from")] = None,
) -> None:
    """Make the next version of a key. It signs beside the old one, until that is retired."""
    from bluezone.authority.signing import services as signing

    made = signing.create(purpose, from_at or now())
    click.echo(f"made {made}, signing from {utc(made.from_at)}; ship `bluezone authority public-keys` to the phones")


@command("retire", keys_command)
def keys_retire(
    *,
    purpose: Purpose,
    version: Annotated[str, Arg()],
    thru_at: Annotated[dt.datetime | None, Opt("When it stops signing (UTC); now if not given.", "--thru")] = None,
) -> None:
    """Retire an old key."""
    from bluezone.authority.signing import services as signing

    end = thru_at or now()
    key = signing.retire(purpose, version, end)
    click.echo(f"{key} stops signing at {utc(end)}")


@command("distrust", keys_command)
def keys_distrust(
    *,
    versions: Annotated[tuple[str, ...], Arg(nargs=-1, required=True)],
) -> None:
    """Believe no pass of these keys any more: they may be stolen. Checkpoints with a network know it in five minutes;
    whoever carries a pass of theirs declares again."""
    from bluezone.authority.passes import services as passes

    for version in versions:
        key, made = passes.distrust_key(version, None, now())
        click.echo(f"{key} is believed no more" + (f"; made {made}, signing from now" if made else ""))


Reason = Annotated[str, Opt("The decision or letter that it follows; it stands in the log.")]


@authority.group("second-order")
def second_order_command() -> None:
    """Let contacts (F1) warn the people they met (F2), or stop it. Off until the ministry turns it on."""


@command("show", second_order_command)
def second_order_show() -> Answer:
    """Say whether contacts may warn others, and since when."""
    from bluezone.authority.keys import second_order

    row = second_order.newest(now())
    since = f" since {utc(row.since)}: {row.reason}" if row else ": nobody has turned it on"
    return _second_order(row, since)


@command("on", second_order_command)
def second_order_on(*, reason: Reason) -> Answer:
    """Let contacts whom an officer asks warn others."""
    return _turn(True, reason)


@command("off", second_order_command)
def second_order_off(*, reason: Reason) -> Answer:
    """Stop it: no code for a contact is issued, and phones forget what they fetched of contacts."""
    return _turn(False, reason)


def _turn(on: bool, reason: str) -> Answer:
    from bluezone.authority.keys import second_order

    row = second_order.turn(on, reason, None, now())
    return _second_order(row, f" from now on: {row.reason}")


def _second_order(row: SecondOrderSwitch | None, said: str) -> Answer:
    facts = {"on": row is not None and row.on, "since": row.since if row else None, "reason": row.reason if row else ""}
    return Answer(facts, f"warnings of second order are {'on' if facts['on'] else 'off'}{said}")


Number = Annotated[int, Arg()]
PublicKey = Annotated[
    Path, Opt("PEM file of the key that signs its files, from its operators by a way that you trust.", "--public-key")
]
KeyId = Annotated[str, Opt("Id that its signatures name; any if not given.")]
KeyVersion = Annotated[str, Opt("Version that its signatures name; any if not given.")]


@authority.group("federation")
def federation_command() -> None:
    """Read the published keys of other authorities, and say which may."""


@command("add", federation_command)
def federation_add(
    *,
    index_url: Annotated[str, Opt("Address of its index.txt: https, or http on this machine.")],
    pem: PublicKey,
    region: Annotated[str, Opt("The region that its files say.")],
    travellers: Annotated[bool, Opt("Store its keys as of travellers, as the reference server does.")] = False,
    name: Annotated[str, Opt("What officers read; the region if not given.")] = "",
    key_id: KeyId = "",
    key_version: KeyVersion = "",
    export_root: Annotated[str, Opt("What names in the index are under, where that is not its own folder.")] = "",
    keys_a_day: Annotated[
        int | None, Opt("After so many in a day the rest waits.  [default: 1000000]", limits=(1,))
    ] = None,
) -> Answer:
    """Read the keys of another authority from now on, and give them to our phones with our own."""
    from bluezone.authority.federation import rules, services

    source = services.add(
        name=name,
        index_url=index_url,
        pem=pem.read_bytes(),
        region=region,
        now=now(),
        export_root=export_root,
        travellers=travellers,
        key_id=key_id,
        key_version=key_version,
        keys_a_day=rules.KEYS_A_DAY if keys_a_day is None else keys_a_day,
    )
    return Answer(_source_facts(source), f"added source {source.pk}, {source}; the worker reads it every 15 minutes")


@command("list", federation_command)
def federation_list() -> Answer:
    """List the sources, what was taken from each, and what of our own keys others may read."""
    from django.conf import settings

    from bluezone.authority.federation.models import Source

    conf = settings.BLUEZONE
    sources = list(Source.objects.filter(removed_at=None).order_by("id"))
    out = {"keys": conf.federation_out, "region": conf.out_region}
    lines = [_source_line(source) for source in sources] or ["no other authority is read"]
    told = (
        "others can read none of our keys (BLUEZONE_FEDERATION_OUT=off)"
        if conf.federation_out == "off"
        else f"others can read /exports/{conf.out_region}/index.txt (BLUEZONE_FEDERATION_OUT={conf.federation_out})"
    )
    return Answer({"sources": [_source_facts(source) for source in sources], "out": out}, [*lines, told])


@command("read", federation_command)
def federation_read() -> Answer:
    """Read every source now. The worker does it every 15 minutes."""
    from bluezone.authority.federation import reading
    from bluezone.authority.site.models import JobRun

    moment = believed_now("PUBLISHES")
    report = reading.read_due(moment) or reading.ReadReport()
    JobRun.note("federation", moment, None, succeeded=True)
    return Answer(report, str(report))


@command("trust", federation_command)
def federation_trust(*, number: Number, pem: PublicKey, key_id: KeyId = "", key_version: KeyVersion = "") -> Answer:
    """Believe source NUMBER by one more key, for a rotation."""
    from bluezone.authority.federation import services

    source = services.find(number)
    services.trust(source, pem.read_bytes(), now(), key_id=key_id, key_version=key_version)
    return Answer(_source_facts(source), f"{source} is believed by {source.public_keys.count()} keys")


@command("distrust", federation_command)
def federation_distrust(*, number: Number, key: Annotated[int, Arg()]) -> Answer:
    """Believe source NUMBER by key KEY (its number in `list --json`) no longer."""
    from bluezone.authority.federation import services
    from bluezone.authority.federation.rules import FederationError

    source = services.find(number)
    found = source.public_keys.filter(pk=key).first()
    if found is None:
        raise FederationError(f"{source} is not believed by a key {key}")
    services.distrust(source, found)
    return Answer(_source_facts(source), f"{source} is believed by {source.public_keys.count()} keys")


@command("pause", federation_command)
def federation_pause(*, number: Number) -> Answer:
    """Stop reading source NUMBER until it is resumed. What was taken stays."""
    from bluezone.authority.federation import services

    source = services.find(number)
    services.pause(source, now())
    return Answer(_source_facts(source), f"paused: {source}")


@command("resume", federation_command)
def federation_resume(*, number: Number) -> Answer:
    """Read source NUMBER again."""
    from bluezone.authority.federation import services

    source = services.find(number)
    services.resume(source)
    return Answer(_source_facts(source), f"read again: {source}")


@command("remove", federation_command)
def federation_remove(
    *,
    number: Number,
    withdraw: Annotated[bool, Opt("Take back its keys: phones that were warned by them are told so.")] = False,
) -> Answer:
    """Read source NUMBER no more."""
    from bluezone.authority.federation import services

    source = services.find(number)
    taken_back = services.remove(source, now(), withdraw=withdraw)
    sentence = f"removed: {source}" + (f"; {taken_back} keys are taken back" if withdraw else "; its keys stay")
    return Answer({**_source_facts(source), "taken_back": taken_back}, sentence)


def _source_facts(source: Source) -> dict[str, object]:
    from bluezone.authority.federation import queries

    sums = queries.sums(source)
    return {
        "number": source.pk,
        "name": source.name,
        "index_url": source.index_url,
        "export_root": source.export_root or None,
        "region": source.region,
        "travellers": source.travellers,
        "keys_a_day": source.keys_a_day,
        "paused": source.paused_at is not None,
        "read_at": source.read_at,
        "trouble": source.trouble or None,
        "detail": source.detail or None,
        "files": sums.files,
        "bad_files": sums.bad,
        "keys": sums.taken,
        "known": sums.known,
        "revised": sums.revised,
        "refused": sums.refused,
        "public_keys": [
            {"number": key.pk, "key_id": key.key_id or None, "key_version": key.key_version or None}
            for key in source.public_keys.order_by("id")
        ],
    }


def _source_line(source: Source) -> str:
    from bluezone.authority.federation import queries

    sums = queries.sums(source)
    state = "paused" if source.paused_at else f"read {utc(source.read_at)}" if source.read_at else "not read yet"
    trouble = f"; {source.trouble}: {source.detail}" if source.trouble else ""
    return (
        f"{source.pk}: {source}, {state}: {sums.taken} keys, {sums.revised} revisions from {sums.files} files, "
        f"{sums.bad} files bad, {sum(sums.refused.values())} keys refused{trouble}"
    )
