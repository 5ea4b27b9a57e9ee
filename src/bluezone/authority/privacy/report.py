"""Write the record of processing and the impact assessment of this installation, in Markdown, in the chosen language.

The record says field by field what stands in the code; the assessment fills in what can be read from settings and
database, and marks what only the operator knows. Neither is legal advice: counsel checks both.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.db import connection
from django.utils.translation import gettext as _

from bluezone.authority.federation.models import Source
from bluezone.authority.persons.models import Person
from bluezone.authority.privacy import rules, services
from bluezone.authority.privacy.models import Breach
from bluezone.authority.site.environment import Environment
from bluezone.authority.site.language import number_text

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def record(conf: Environment, now: dt.datetime) -> str:
    """Return the record of processing activities."""
    return "\n".join(_record_lines(conf, now)) + "\n"


def _record_lines(conf: Environment, now: dt.datetime) -> Iterator[str]:
    yield from _head(_("Record of the processing of personal data"), conf, now)
    for each in services.described():
        yield from ("", f"## {each.of.title}", "")
        rows: list[tuple[StrOrPromise, StrOrPromise]] = [
            (_("What for"), each.of.purpose),
            (_("By which right"), each.ground),
            (_("What kind"), each.category),
            (_("Of whom"), each.of.whose),
            (_("Who sees it"), each.of.seen_by),
        ]
        yield from _table([_("Question"), _("Answer")], rows)
        yield ""
        ends = [
            (*end, f"`{services.deleting_function(rule)}`")
            for end, rule in zip(each.ends, services.rules_of(each.of), strict=True)
        ]
        yield from _table([_("What is deleted"), _("When"), _("By what")], ends)
        yield from ("", str(each.of.kept)) if each.of.kept else ()
        yield ""
        models = services.models_of(each.of)
        fields = [(f"`{model._meta.label}`", ", ".join(services.fields_of(model))) for model in models]
        yield from _table([_("Table"), _("Fields")], fields)
        pages = [
            (f"`{page.address}`", f"`{page.access}`", f"`{page.reach}`")
            for model in models
            for page in services.pages_of(model)
        ]
        if pages:
            yield ""
            yield from _table([_("Officers’ page"), _("Opened to"), _("Rows narrowed by")], pages)
        yield from ("", _("Tests: %(names)s") % {"names": ", ".join(f"`{name}`" for name in each.of.tests)})


def assessment(conf: Environment, now: dt.datetime) -> str:
    """Return the impact assessment: what Decree 356/2025/NĐ-CP asks for, as far as it could be read."""
    return "\n".join(_assessment_lines(conf, now)) + "\n"


def _assessment_lines(conf: Environment, now: dt.datetime) -> Iterator[str]:
    yield from _head(_("Assessment of the impact of processing personal data"), conf, now)
    yield from ("", _("## Purposes and categories"), "")
    rows = [(each.of.title, each.of.purpose, each.category, each.ground) for each in services.described()]
    yield from _table([_("Processing"), _("What for"), _("What kind"), _("By which right")], rows)
    yield from ("", _("Identities held today: %(count)s.") % {"count": number_text(Person.objects.count())})
    yield from ("", _("## Way of the data"), "")
    yield _(
        "Phones keep what they hear and compare it themselves; they send random keys after a consent, and reports, "
        "declarations and check-ins one by one. Officers enter cases and contacts. The server stores, publishes keys "
        "for 14 days, and deletes by the record’s rules."
    )
    yield from ("", _("## Who processes for us, and where"), "")
    yield from _table([_("Part"), _("Here"), _("Abroad (Article 20)?")], _processors(conf))
    yield from ("", _("## Measures"), "", *(f"- {each}" for each in _measures(conf)))
    yield from ("", _("## Risks that stay"), "")
    yield from _table([_("Risk"), _("What holds it down"), _("What is left")], _risks())
    yield from ("", _("## Breaches"), "")
    count = Breach.objects.count()
    yield _("Taken down in the register: %(count)s.") % {"count": number_text(count)}
    yield from ("", _("## What the operator does"), "", *(f"- [ ] {each}" for each in _to_do(conf, now)))


def _head(title: str, conf: Environment, now: dt.datetime) -> Iterator[str]:
    open_answer = _("**to be filled in by the operator**")
    yield from (f"# {title}", "")
    yield from _table(
        [_("Question"), _("Answer")],
        [
            (_("Decides for what and how"), conf.institution or open_answer),
            (_("Protection of personal data"), conf.privacy_contact or open_answer),
            (_("Where the servers stand"), conf.hosted_at or open_answer),
            (_("Written on"), f"{now:%Y-%m-%d %H:%M} UTC"),
        ],
    )
    yield from (
        "",
        _(
            "Written by the program from its own code and settings. The law was read in summaries that quote it, not "
            "in the gazette; the Law on disease prevention was not read at all. To be checked by counsel."
        ),
    )


def _processors(conf: Environment) -> list[tuple[str, str, str]]:
    """Return who else gets data, as the settings say."""
    asks, none = _("**to be answered: who, which country, which contract**"), _("no")
    host = connection.settings_dict.get("HOST") or _("this machine")
    database = f"{connection.vendor}: {host}"
    bucket = urlsplit(conf.exports_endpoint or "https://s3.amazonaws.com").hostname or ""
    sms = urlsplit(conf.sms).hostname or conf.sms
    sources = list(Source.objects.filter(removed_at=None).values_list("name", flat=True))
    return [
        (_("Server and database"), f"{conf.hosted_at or asks} ({database})", asks),
        (
            _("Text messages (numbers, codes)"),
            sms if conf.sms != "off" else _("off"),
            asks if conf.sms != "off" else none,
        ),
        (
            _("Export files (random keys, public)"),
            bucket if conf.exports_bucket else _("own folder"),
            asks if conf.exports_bucket else none,
        ),
        (
            _("Other authorities (random keys, public)"),
            ", ".join(sources) or conf.federation_out,
            asks if sources or conf.federation_out != "off" else none,
        ),
        (
            _("Proxies and CDN (addresses, on the wire)"),
            number_text(conf.trusted_proxies),
            asks if conf.trusted_proxies else none,
        ),
    ]


def _measures(conf: Environment) -> list[str]:
    """Return the measures, each as this installation has it."""
    state = {True: _("on"), False: _("**OFF**")}
    return [
        _("Second factor of officers: %(state)s") % {"state": state[conf.asks_second_factor]},
        _("Encrypted on the wire (TLS): %(state)s") % {"state": state[conf.tls]},
        _("Identities encrypted under a key of their own, apart from the database"),
        _("Each opening of an identity noted with its reason, for three years"),
        _("Officers see the rows of their own place; no role reads another’s"),
        _("Counts under five are not shown"),
        _("Requests of phones look alike; no log holds an address, a code or a key"),
        _("Backups encrypted to a public key, kept by number and age"),
    ]


def _risks() -> list[tuple[str, str, str]]:
    return [
        (
            _("The database is stolen"),
            _("identities, answers, addresses and numbers are encrypted; codes and sessions are digests"),
            _("dates and communes of cases"),
        ),
        (
            _("Database and secrets are stolen together"),
            _("they lie apart; backups are encrypted"),
            _("everything not yet deleted"),
        ),
        (
            _("An officer looks without need"),
            _("reason, audit log, own place only"),
            _("the reason is whatever the officer writes"),
        ),
        (
            _("Identifiers are recorded on the street"),
            _("new ones every ten minutes; published for patients who consent"),
            _("one day of one patient can be linked"),
        ),
    ]


def _to_do(conf: Environment, now: dt.datetime) -> Sequence[str]:
    named = conf.institution and conf.privacy_contact and conf.hosted_at
    settings = "BLUEZONE_INSTITUTION, BLUEZONE_PRIVACY_CONTACT, BLUEZONE_HOSTED_AT"
    review = now.date() + dt.timedelta(days=rules.REVIEW_DAYS)
    return [
        *([] if named else [_("Name who answers: %(settings)s.") % {"settings": settings}]),
        _("Have counsel check the grounds and this page."),
        _(
            "Send one original to the authority for the protection of personal data within %(days)s days of the first "
            "processing (Article 21; by 21(6) state bodies need not: to be checked), and of the first transfer abroad "
            "(Article 20)."
        )
        % {"days": rules.DOSSIER_DAYS},
        _("Look at it again by %(day)s, and at once when something of it changes (Article 22).")
        % {"day": f"{review:%Y-%m-%d}"},
        _("Sign a contract with each processor named above (Article 37)."),
    ]


def _table(heads: Sequence[StrOrPromise], rows: Sequence[Sequence[StrOrPromise]]) -> Iterator[str]:
    yield "| " + " | ".join(map(str, heads)) + " |"
    yield "|" + "---|" * len(heads)
    for row in rows:
        yield "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in row) + " |"
