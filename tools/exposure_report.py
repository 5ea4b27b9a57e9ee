"""Measure every policy on two sets of labelled encounters; write tables and figures of docs/measurements/exposure.md.

    python tools/exposure_report.py shared/data/ble/mitll shared/data/ble/exp05

The tables stand between `<!-- NAME -->` and `<!-- end -->` in docs/measurements/exposure.md, the figures are
docs/figures/exposure-*.svg. The text around them is written by hand: read it again when the
figures have changed.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from bluezone.exposure.alignment import align
from bluezone.exposure.calibration import default_calibration
from bluezone.exposure.encounters import EncounterSet, read_encounters
from bluezone.exposure.evaluate import Evaluation, Transfer, cross_validated, evaluate, measure, merged, score, transfer
from bluezone.exposure.fitting import fit
from bluezone.exposure.metrics import auc, operating_point, reliability
from bluezone.exposure.policies import BLUEZONE, EN_V1_BUCKETS, NHS_UKS, POLICIES
from bluezone.exposure.policies.bluezone import closeness_of
from bluezone.i18n import Language, chart_number_locale
from bluezone.vega import SCHEMA, Spec, field, layer, svg

DOCS = Path(__file__).resolve().parents[1] / "docs"
ALL = list(POLICIES.values())
BLUE, INK, AMBER, GREY = "#1366d6", "#0b1f33", "#b76e00", "#8a97a5"
SEED = 1
#: a little beyond both ends, so that a mark at an end is drawn whole
SHARE = {"domain": [-0.04, 1.04], "nice": False}
SHARES = {"format": "%", "values": [0, 0.2, 0.4, 0.6, 0.8, 1], "labelFlush": False}


def rng() -> np.random.Generator:
    return np.random.default_rng(SEED)


# --- tables -----------------------------------------------------------------------------------------------------------


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|---|" + "---:|" * (len(head) - 1)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def own_thresholds(result: Evaluation) -> str:
    head = (
        "policy", "AUC (95 %)", "nDCF (95 %)", "best nDCF", "missed", "false alarms",
        f"precision (base rate {result.base_rate:.0%})", "recall", "Brier",
    )  # fmt: skip
    rows = [
        (
            f"{quoted(names)}{' *' if row.aligned else ''}",
            "{:.3f} ({:.3f}-{:.3f})".format(row.auc, *row.auc_interval),
            "{:.3f} ({:.2f}-{:.2f})".format(row.own.ndcf, *row.ndcf_interval),
            f"{row.best.ndcf:.3f}",
            f"{row.own.p_miss:.0%}",
            f"{row.own.p_false_alarm:.0%}",
            f"{row.own.precision:.0%}",
            f"{row.own.recall:.0%}",
            "" if row.brier is None else f"{row.brier:.3f}",
        )
        for names, row in sorted(merged(result.policies), key=lambda named: named[1].own.ndcf)
    ]
    return table(head, rows)


def quoted(names: str) -> str:
    """Return names of policies as code, those that decide the same in one cell."""
    return ", ".join(f"`{name}`" for name in names.split(", "))


def transfers(first: EncounterSet, second: EncounterSet, forth: Sequence[Transfer], back: Sequence[Transfer]) -> str:
    head, back_of = ["policy"], {row.policy: row for row in back}
    for learned, measured in ((first, second), (second, first)):
        head += [f"AUC on {measured.name}", f"nDCF, frozen on {learned.name}", "best"]
    rows = [
        [quoted(names)]
        + [f"{value:.3f}" for row in (one, back_of[one.policy]) for value in (row.auc, row.frozen.ndcf, row.best.ndcf)]
        for names, one in sorted(merged(forth), key=lambda named: named[1].frozen.ndcf)
    ]
    return table(head, rows)


def operating_points(rows: Sequence[Transfer]) -> str:
    ours = [row for row in rows if row.policy == BLUEZONE.name]
    lines = [
        (
            row.measured_on,
            row.learned_on,
            "{:.1%} ({:.0%}-{:.0%})".format(row.frozen.p_miss, *row.missed_interval),
            "{:.1%} ({:.0%}-{:.0%})".format(row.frozen.p_false_alarm, *row.false_alarm_interval),
        )
        for row in ours
    ]
    return table(["measured on", "fitted on", "missed (95 %)", "false alarms (95 %)"], lines)


def alignments(sets: Sequence[EncounterSet]) -> str:
    rows = []
    for policy in (BLUEZONE, EN_V1_BUCKETS, NHS_UKS):
        for how in ("none", "all"):
            cells = []
            for data in sets:
                [row] = evaluate(data, [policy], default_calibration(), rng(), align_policies=how, repeats=1).policies
                cells += [f"{row.auc:.3f}", f"{row.own.ndcf:.3f}", f"{row.best.ndcf:.3f}"]
            rows.append([f"`{policy.name}`, {'aligned' if how == 'all' else 'as recorded'}", *cells])
    head = ["policy", *(f"{what} {data.name}" for data in sets for what in ("AUC", "nDCF", "best"))]
    return table(head, rows)


def one_sided(sets: Sequence[EncounterSet]) -> str:
    """What aligning does to sets whose mix of near and far is not the reference's: parts of the real ones."""
    rows = []
    for data in sets:
        close, far = np.flatnonzero(data.close), np.flatnonzero(~data.close)
        parts = {"close only": close, "not close only": far}
        for share in (0.05, 0.5, 0.8):
            size = min(close.size / share, far.size / (1 - share))
            picked = (
                rng().choice(rows_, round(size * part), replace=False)
                for rows_, part in ((close, share), (far, 1 - share))
            )
            parts[f"{share:.0%} close"] = np.sort(np.concatenate(list(picked)))
        for name, part in parts.items():
            some = data.subset(part)
            always = align(some, default_calibration(), mix_db=0.0)
            cells = []
            for scans in (some.scans, always.apply(some.scans), align(some, default_calibration()).apply(some.scans)):
                said = score(BLUEZONE, some, scans).score
                at = operating_point(some.close, said, BLUEZONE.threshold)
                cells += [number(at.p_miss, ".0%"), number(at.p_false_alarm, ".0%")]
            rows.append([f"{data.name}, {name}", str(len(some)), f"{always.seen_population_db:+.1f}", *cells])
    head = ["part", "encounters", "off (dB)"]
    for how in ("as recorded", "always aligned", "aligned as shipped"):
        head += [f"missed, {how}", "false alarms"]
    return table(head, rows)


def within(sets: Sequence[EncounterSet]) -> str:
    rows = []
    for data in sets:
        result = measure(BLUEZONE, True, cross_validated(data, BLUEZONE, rng()), data, rng())
        rows.append(
            [
                data.name,
                "{:.3f} ({:.3f}-{:.3f})".format(result.auc, *result.auc_interval),
                "{:.3f} ({:.2f}-{:.2f})".format(result.own.ndcf, *result.ndcf_interval),
                f"{result.brier:.3f}",
            ]
        )
    return table(["set", "AUC (95 %)", "nDCF (95 %)", "Brier"], rows)


def both_directions(data: EncounterSet) -> str:
    cells = [
        evaluate(data, ALL, default_calibration(), rng(), align_policies=how, pool=pool, repeats=1).policies
        for pool in (False, True)
        for how in ("none", "all")
    ]
    head = ["policy", "one direction", "both", "one, aligned", "both, aligned"]
    names = {row.policy: policies for policies, row in merged(cells[0])}
    rows = [
        [quoted(names[one.policy]), *(f"{row.auc:.3f}" for row in (one, both, one_aligned, both_aligned))]
        for one, one_aligned, both, both_aligned in zip(*cells, strict=True)
        if one.policy in names
    ]
    return table(head, rows)


def shapes(first: EncounterSet, second: EncounterSet) -> str:
    """What other shapes of our score would have done: fitted on one set, frozen, measured on the other."""
    thresholds = np.arange(0.18, 0.345, 0.01)
    rows = []
    for share in (0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 1.0):
        shape = replace(BLUEZONE, tail_share=share)
        cells = []
        for learn, test in ((first, second), (second, first)):
            fitted = fit([learn], shape, rng(), repeats=2)
            said = score(fitted.policy, test, align(test, fitted.calibration).apply(test.scans)).score
            around = [operating_point(test.close, said, threshold).ndcf for threshold in thresholds]
            own = operating_point(test.close, said, shape.threshold).ndcf
            cells += [f"{auc(test.close, said):.3f}", f"{own:.3f}", f"{np.mean(around):.3f}"]
        rows.append([f"{share:.0%}{' (taken)' if share == BLUEZONE.tail_share else ''}", *cells])
    head = ["share of the scans"]
    for test in (second, first):
        head += [f"AUC {test.name}", "nDCF at 0.25", "mean of 0.18-0.34"]
    return table(head, rows)


def groups(result: Evaluation, kind: str, smallest: int = 0) -> str:
    chosen = {row.policy: getattr(row, kind) for row in result.policies}
    head = [
        "",
        "encounters",
        "close",
        "AUC ours",
        "recall",
        "false alarms",
        "AUC en-v1-buckets",
        "recall",
        "false alarms",
    ]
    rows = []
    for name, ours in chosen["bluezone"].items():
        if ours.encounters < smallest:
            continue
        other = chosen["en-v1-buckets"][name]
        figures = [
            cell
            for group in (ours, other)
            for cell in (number(group.auc, ".3f"), number(group.recall, ".0%"), number(group.false_alarms, ".0%"))
        ]
        rows.append([name, str(ours.encounters), str(ours.positives), *figures])
    return table(head, rows)


def number(value: float, form: str) -> str:
    return "-" if np.isnan(value) else format(value, form)


# --- figures ----------------------------------------------------------------------------------------------------------


def save(chart: Spec, name: str) -> None:
    axis = {
        "labelColor": INK, "titleColor": INK, "gridColor": "#e3e8ee", "labelFontSize": 12, "titleFontSize": 12,
    }  # fmt: skip
    config = {
        "view": {"stroke": None},
        "axis": axis,
        "locale": {"number": chart_number_locale(Language.ENGLISH)},
    }
    drawn = svg({"$schema": SCHEMA, "config": config, **chart})
    (DOCS / "figures" / f"exposure-{name}.svg").write_text(drawn + "\n", encoding="utf-8")


def ranking_figure(results: Sequence[Evaluation]) -> None:
    rows = [
        {
            "policy": names,
            "set": result.set,
            "auc": row.auc,
            "low": row.auc_interval[0],
            "high": row.auc_interval[1],
        }
        for result in results
        for names, row in merged(result.policies)
    ]
    order = [names for names, _ in sorted(merged(results[0].policies), key=lambda named: -named[1].auc)]
    y = field("policy:N", sort=order, title=None)
    color = {"condition": {"test": "datum.policy == 'bluezone'", "value": BLUE}, "value": GREY}
    scale = {"domain": [0.25, 0.95], "zero": False}
    interval = {"x": field("low:Q", scale=scale, title="AUC, 95 % over sessions"), "x2": {"field": "high"}}
    layers = [
        layer("rule", {"y": y, "color": color, **interval}, strokeWidth=2),
        layer("point", {"y": y, "color": color, "x": field("auc:Q", scale=scale)}, filled=True, size=70),
    ]
    column = field("set:N", title=None, sort=[result.set for result in results])
    one = {"layer": layers, "width": 300, "height": 210}
    save({"data": {"values": rows}, "facet": {"column": column}, "spec": one}, "ranking")


def operating_figure(results: Sequence[Evaluation], sets: Sequence[EncounterSet]) -> None:
    rows, curve = [], []
    for result, data in zip(results, sets, strict=True):
        rows += [
            {"set": data.name, "policy": names, "missed": row.own.p_miss, "alarms": row.own.p_false_alarm}
            for names, row in merged(result.policies)
        ]
        said = score(BLUEZONE, data, align(data, default_calibration()).apply(data.scans)).score
        for threshold in np.quantile(said, np.linspace(0, 1, 120)):
            at = operating_point(data.close, said, float(threshold))
            curve.append({"set": data.name, "missed": at.p_miss, "alarms": at.p_false_alarm})
    x = field("alarms:Q", axis=SHARES, scale=SHARE, title="false alarms: of those not close")
    y = field("missed:Q", axis=SHARES, scale=SHARE, title="missed: of those close")
    by_alarms = sorted(merged(results[0].policies), key=lambda named: named[1].own.p_false_alarm)
    names = [policies for policies, _ in by_alarms]
    by_policy = {
        "color": field("policy:N", sort=names, title=None, scale={"domain": names, "scheme": "dark2"}),
        "shape": field("policy:N", sort=names, title=None, scale={"domain": names}),
    }
    panels = []
    for data in sets:
        points = [row for row in rows if row["set"] == data.name]
        ours = [row for row in curve if row["set"] == data.name]
        line = layer("line", {"x": x, "y": y, "order": field("alarms:Q")}, values=ours, color=BLUE, opacity=0.5)
        dots = layer("point", {"x": x, "y": y, **by_policy}, values=points, size=90, strokeWidth=2)
        panels.append({"layer": [line, dots], "width": 290, "height": 280, "title": data.name})
    save({"hconcat": panels}, "operating-points")


def reliability_figure(first: EncounterSet, second: EncounterSet) -> None:
    """Probabilities fitted on one set, measured on the other: on the set it was fitted on any would look well."""
    rows = []
    for learn, test in ((first, second), (second, first)):
        fitted = fit([learn], BLUEZONE, rng(), repeats=2)
        said = score(fitted.policy, test, align(test, fitted.calibration).apply(test.scans)).probability
        assert said is not None
        for part in reliability(test.close, said):
            half = 1.96 * np.sqrt(max(part.was * (1 - part.was), 0.01) / part.encounters)
            rows.append(
                {
                    "set": f"{test.name}, fitted on {learn.name}",
                    "said": part.said,
                    "was": part.was,
                    "low": max(part.was - half, 0),
                    "high": min(part.was + half, 1),
                    "n": part.encounters,
                }
            )
    x = field("said:Q", axis=SHARES, scale=SHARE, title="probability said")
    interval = {"y": field("low:Q", axis=SHARES, scale=SHARE, title="share truly close"), "y2": {"field": "high"}}
    size = field("n:Q", title="encounters", scale={"range": [30, 300]})
    diagonal = {"x": field("a:Q"), "y": field("a:Q")}
    panels = []
    for name in dict.fromkeys(row["set"] for row in rows):
        values = [row for row in rows if row["set"] == name]
        layers = [
            layer("line", diagonal, values=[{"a": 0}, {"a": 1}], color=GREY, strokeDash=[4, 4]),
            layer("rule", {"x": x, **interval}, values=values, color=BLUE),
            layer("point", {"x": x, "y": field("was:Q"), "size": size}, values=values, filled=True, color=BLUE),
        ]
        panels.append({"layer": layers, "width": 290, "height": 290, "title": name})
    save({"hconcat": panels}, "reliability")


def policy_figure() -> None:
    rows = []
    for minutes in (5, 10, 15, 30, 60):
        levels = np.arange(35, 80, 0.5)
        said = [closeness_of(level, minutes, BLUEZONE.numbers()).probability for level in levels.tolist()]
        rows += [
            {"level": level, "probability": value, "minutes": f"{minutes} min"}
            for level, value in zip(levels.tolist(), said, strict=True)
        ]
    encoding = {
        "x": field("level:Q", title="level (dB)", scale={"domain": [35, 80]}),
        "y": field("probability:Q", axis={"format": "%"}, title="2 m for 15 minutes"),
        "color": field(
            "minutes:N",
            sort=["60 min", "30 min", "15 min", "10 min", "5 min"],
            title="heard for",
            scale={"scheme": "blues", "reverse": True},
        ),
    }
    threshold = [{"y": BLUEZONE.threshold_probability}]
    layers = [
        layer("line", encoding, values=rows),
        layer("rule", {"y": field("y:Q")}, values=threshold, color=AMBER, strokeDash=[4, 4]),
    ]
    save({"layer": layers, "width": 520, "height": 280}, "policy")


def main() -> None:
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    first, second = (read_encounters(Path(name)) for name in sys.argv[1:])
    forth = transfer(first, second, ALL, rng())
    back = transfer(second, first, ALL, rng())
    results = [evaluate(data, ALL, default_calibration(), rng()) for data in (first, second)]
    tables = {
        f"own {first.name}": own_thresholds(results[0]),
        f"own {second.name}": own_thresholds(results[1]),
        "transfer": transfers(first, second, forth, back),
        "operating point": operating_points([*forth, *back]),
        "alignment": alignments((first, second)),
        "one-sided": one_sided((first, second)),
        "within": within((first, second)),
        "both directions": both_directions(first),
        "shapes": shapes(first, second),
        f"scenes {first.name}": groups(results[0], "by_scene"),
        f"scenes {second.name}": groups(results[1], "by_scene"),
        f"placements {first.name}": groups(results[0], "by_placement", smallest=70),
    }
    page = DOCS / "measurements" / "exposure.md"
    text = page.read_text(encoding="utf-8")
    for name, body in tables.items():
        block = re.compile(rf"(<!-- {re.escape(name)} -->\n).*?(<!-- end -->)", re.S)
        text, found = block.subn(lambda match, body=body: f"{match[1]}{body}\n{match[2]}", text)
        if not found:
            print(f"{name}\n\n{body}\n")
    page.write_text(text, encoding="utf-8")
    ranking_figure(results)
    operating_figure(results, (first, second))
    reliability_figure(first, second)
    policy_figure()


if __name__ == "__main__":
    main()
