"""Show on the officer's first page where the own place or organisation stands: the newest figures, the next target,
those below who are behind, the curve, and ways to the own unit's pages."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from bluezone.authority.campaign.bulletins import services
from bluezone.authority.campaign.bulletins.models import IssuedBulletin
from bluezone.authority.campaign.figures import reader
from bluezone.authority.campaign.figures.presenters import figure_source, order_text, parts_text
from bluezone.authority.campaign.orders import presenters, queries
from bluezone.authority.campaign.orders.models import Target
from bluezone.authority.campaign.orders.progress import lines
from bluezone.authority.campaign.public import curves, freshness
from bluezone.authority.officers.jurisdiction import office_number
from bluezone.authority.site.language import disclosure_text, number_text, page_language
from bluezone.authority.site.registries import HomePart, HomeSection, Link, Overview, Visitor
from bluezone.authority.units.models import Organisation
from bluezone.geography.units import Level, Unit
from bluezone.i18n import format_date, format_share
from bluezone.rollout.bulletin import Wanted
from bluezone.rollout.counts import OrganisationCode, Origin
from bluezone.rollout.series import Series
from bluezone.rollout.suppression import Extent
from bluezone.rollout.wording import words

#: units named on the first page; a click away are all
_SHOWN = 10


def overview(visitor: Visitor) -> Overview | None:
    """Return the own unit's figures of today, the same for all its officers until a figure or an order changes; of a
    head those of the organisation."""
    if visitor.is_head:
        return _of_organisation(visitor)
    return freshness.kept(lambda: _of_unit(visitor), "home", visitor.unit.code, visitor.day, page_language())


def _of_unit(visitor: Visitor) -> Overview:
    """Return the own unit's figures as its bulletin would state them, those below who are behind, and the curve."""
    wanted = Wanted(base_date=visitor.day - services.WEEK, forecast=False)
    wanted = services.with_target(visitor.unit.code, visitor.day, wanted)
    bulletin = services.made_of(visitor.unit, visitor.day, wanted)
    text = words(bulletin, page_language())
    known = bulletin.figure is not None
    return Overview(
        text.sentence,
        _("Where we stand"),
        text.facts if known or bulletin.goal is not None else (),
        text.highlights,
        text.sources if known else (),
        "" if known else _("Enter the first one, or import a table of all units."),
        list(_sections(visitor)),
    )


def _of_organisation(visitor: Visitor) -> Overview | None:
    """Return the newest figure of a head's organisation, and what the next order asks of it."""
    organisation = Organisation.objects.filter(place=visitor.place).first()
    if organisation is None:
        return None
    code, people = OrganisationCode(organisation.code), organisation.people
    series = reader.series_of([code], visitor.day).get(code)
    counted = reader.series_of([code], visitor.day, among=(Origin.COUNTED,)).get(code)
    figure = series.figure if series else None
    facts = [(_("Code on the poster"), organisation.code), (_("People it means"), number_text(people) or "–")]
    if counted:
        facts.append((_("Counted by the poster"), disclosure_text(reader.disclosure(counted, people), page_language())))
    facts += _next_target(organisation, series, visitor)
    sources = []
    if series and figure:
        if series.parts:
            sources.append(parts_text(series.parts, page_language(), as_sentence=True))
        source = figure_source(series, figure)
        named = _("Source: %(source)s.") % {"source": source}
        sources.append(f"{named} {order_text()}")
    return Overview(_sentence(series, people), _("Your unit"), facts, sources=sources)


def _next_target(organisation: Organisation, series: Series | None, visitor: Visitor) -> list[tuple[str, str]]:
    """Return what the order with the nearest deadline asks of an organisation, and how many are missing."""
    targets = queries.targets_of_organisation(organisation, visitor.day)
    due = [each for each in targets if each.deadline >= visitor.day]
    target = min(due, key=lambda each: each.deadline, default=None)
    if target is None:
        return []
    facts = {
        "target": number_text(target.installs),
        "deadline": format_date(target.deadline, page_language()),
        "missing": number_text(max(0, target.installs - _shown_to_head(organisation, series))),
    }
    asked = _("%(target)s people with the app by %(deadline)s; %(missing)s are missing") % facts
    return [(_("Order %(number)s") % {"number": target.directive.number}, asked)]


def _shown_to_head(organisation: Organisation, series: Series | None) -> int:
    """Return what a head may read of its organisation's figure: what it reported as it is, of a poster's count what is
    disclosed; 0 without any."""
    figure = series.figure if series else None
    if series is None or figure is None:
        return 0
    as_shown = figure.origin is Origin.COUNTED or series.parts is not None
    return reader.disclosure(series, organisation.people).at_least if as_shown else figure.installs or 0


def _sentence(series: Series | None, people: int | None) -> str:
    figure = series.figure if series else None
    if series is None or figure is None or figure.installs is None:
        return _("There is no figure yet.")
    made = reader.disclosure(series, people)
    is_sum = made.extent is Extent.AT_LEAST
    if (figure.origin is Origin.COUNTED or series.parts) and made.extent is not Extent.EXACT and not is_sum:
        return _("The count is not told exactly: it could tell who has the app, or who has not.")
    language = page_language()
    count = disclosure_text(made, language) if is_sum else number_text(figure.installs)
    facts = {"installs": count[:1].upper() + count[1:], "date": format_date(figure.date, language)}
    if not people:
        return _("%(installs)s people had the app on %(date)s.") % facts
    facts |= {"people": number_text(people), "share": format_share(figure.installs / people, language)}
    return _("%(installs)s of %(people)s people had the app on %(date)s: %(share)s.") % facts


def _sections(visitor: Visitor) -> Iterable[HomeSection]:
    """Yield those below the own place under the order with the nearest deadline that is cut to them, who is behind
    first; then the curve."""
    day, language = visitor.day, page_language()
    if (target := queries.cut_target_of(visitor.unit.code, day)) is not None:
        directive = target.directive
        targets = Target.objects.filter(Q(pk=target.pk) | Q(parent=target)).select_related("organisation", "directive")
        below = lines(directive, list(targets), day)[0].children
        shown = below[:_SHOWN]
        rows = [presenters.line_row(each, language, day) for each in shown]
        context = {
            "rows": presenters.table_of(shown, rows, language, day).rows,
            "address": reverse("orders:directive", args=[directive.pk]),
            "title": presenters.title_of(directive, language),
            "more": len(below) - len(shown),
        }
        yield HomeSection("orders/home_below.html", context)
    if len(curves.curve_of(visitor.unit, day).points) >= 2:
        context = {"code": str(visitor.unit.code), "day": day, "language": language.value}
        yield HomeSection("public/home_curve.html", context)


def link(unit: Unit) -> Link:
    """Return the link from a unit's figures to its public page."""
    return Link(_public_page(unit), _("As the public sees it"))


def links(visitor: Visitor) -> Iterable[Link]:
    """Return the ways to the own unit's figures, bulletin of today and public page."""
    if visitor.is_head:
        return
    code = str(visitor.unit.code)
    yield Link(reverse("figures:unit", args=[code]), _("All our figures"), _("with their sources"))
    if IssuedBulletin.objects.filter(unit=code, date=visitor.day).exists():
        for kind, text in (("pdf", _("Today's bulletin (PDF)")), ("txt", _("Text for Zalo"))):
            yield Link(reverse("bulletins:bulletin", args=[code, visitor.day.isoformat(), kind]), text)
    yield Link(_public_page(visitor.unit), _("The public page"), _("what everybody can see of your unit"))


def office_links(visitor: Visitor) -> Iterable[Link]:
    """Return the way to an office's own page."""
    number = office_number(visitor.place)
    yield Link(reverse("units:office", args=[number]), _("The page of our office"), _("its sectors, who is silent"))


def _public_page(unit: Unit) -> str:
    """Return the address of a unit's public page; that of the nation is the dashboard."""
    return reverse("public:dashboard") if unit.level is Level.NATION else reverse("public:unit", args=[str(unit.code)])


PART = HomePart(10, links=links, overview=overview)
OFFICE_PART = HomePart(10, links=office_links, for_offices=True)
