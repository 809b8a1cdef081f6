"""Figures on reports for oversight (M25, M75): latency and attenuation a hop, lapses, silence, credit. No text.

Cells of fewer than three reports are given as ``1–2``: who wrote must not be told from a count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from statistics import median
from typing import Any

from tocsin.response.docket.models import Decision, Warning
from tocsin.response.docket.reports import sight
from tocsin.response.register.reports import originals, path
from tocsin.response.register.reports.difference import Difference, difference
from tocsin.response.register.reports.models import Credit, Hop, Report, ReportLapse

SMALL = 3


def of_hop(report: Report, hop: Hop, before: list[Hop]) -> Difference:
    """Return the difference between what a sender received and what they sent; ``before`` are the hops until then."""
    received = path.arrived_text(originals.read(report).text, before, hop.from_tier)
    return difference(received, hop.text, report.language)


def figures(reports: Iterable[Report] | None = None) -> dict[str, Any]:
    """Return all figures as plain values; shares are 0–1 or None when there is nothing to count, times are hours."""
    chosen = list(Report.objects.all() if reports is None else reports)
    hops = [_hops(r) for r in chosen]
    suppressed = [r for r, own in zip(chosen, hops, strict=True) if _suppressed(r, own)]
    credited = set(Credit.objects.values_list("report_id", flat=True))
    came_true = set(Credit.objects.exclude(before=Credit.Before.WARNING).values_list("report_id", flat=True))
    lapses = ReportLapse.objects.filter(report__in=chosen)
    return {
        "reports": len(chosen),
        "by_office_and_month": _by_office(chosen),
        "reading": _reading(chosen),
        "hops": _by_tier([h for own in hops for h in own]),
        "lapses": dict(sorted(Counter(lapse.clock for lapse in lapses).items())),
        "suppressed": len(suppressed),
        "suppressed_then_true": sum(r.pk in came_true for r in suppressed),
        "credited": sum(r.pk in credited for r in chosen),
        "used": sum(bool(sight.citing(r)) for r in chosen),
        "warnings_acted_on": _acted(),
    }


def _hops(report: Report) -> list[dict[str, Any]]:
    """Return the hops of a report with hours and attenuation."""
    told, before = [], []
    for hop in report.hops.all():
        sent = hop.kind == Hop.Kind.SENT
        lost = of_hop(report, hop, before) if sent else None
        told.append(
            {
                "tier": hop.from_tier,
                "kind": hop.kind,
                "hours": (hop.at - hop.arrived_at).total_seconds() / 3600,
                "counts": lost.figures_of() if lost else None,
                "judged": lost.judged if lost else None,
            }
        )
        before.append(hop)
    return told


def _by_tier(hops: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rows = []
    for tier in sorted({h["tier"] for h in hops}):
        own = [h for h in hops if h["tier"] == tier]
        sent = [h for h in own if h["kind"] == Hop.Kind.SENT]
        total: Counter[str] = Counter()
        for h in sent:
            total.update(h["counts"])
        rows.append(
            {
                "from_tier": tier,
                **{kind: sum(h["kind"] == kind for h in own) for kind in Hop.Kind.values},
                "median_hours": median(h["hours"] for h in own if h["kind"] != Hop.Kind.HELD)
                if any(h["kind"] != Hop.Kind.HELD for h in own)
                else None,
                "statements": total["statements"],
                "statements_lost": _share(total["dropped"] + total["softened"], total["statements"]),
                "figures": total["figures"],
                "figures_lost": _share(total["figures_lost"], total["figures"]),
                "words_not_judged": sum(h["judged"] is False for h in sent),
            }
        )
    return rows


def _reading(reports: list[Report]) -> dict[str, Any]:
    first, second, apart, pairs = [], [], 0, 0
    for report in reports:
        read = list(report.readings.all())
        hours = [(r.at - report.received_at).total_seconds() / 3600 for r in read]
        first += hours[:1]
        second += hours[1:2]
        if len(read) > 1:
            pairs += 1
            apart += len({r.severity for r in read}) > 1
    return {
        "by_one": len(first),
        "by_two": len(second),
        "by_nobody": len(reports) - len(first),
        "median_hours_first": median(first) if first else None,
        "median_hours_second": median(second) if second else None,
        "disagree_on_severity": _share(apart, pairs),
    }


def _suppressed(report: Report, hops: list[dict[str, Any]]) -> bool:
    """Tell whether a report was held, gone around, left unread, or lost or softened a statement on its way."""
    return report.lapses.exists() or any(
        h["kind"] != Hop.Kind.SENT or h["counts"]["dropped"] + h["counts"]["softened"] for h in hops
    )


def _by_office(reports: list[Report]) -> list[dict[str, Any]]:
    """Return reports by the writer's office and month: fewer and fewer from one office is a sign of fear."""
    cells = Counter((r.office or "not said", f"{r.received_at:%Y-%m}") for r in reports)
    return [
        {"office": office, "month": month, "reports": str(n) if n >= SMALL else "1–2"}
        for (office, month), n in sorted(cells.items())
    ]


def _acted() -> int:
    """Return how many warnings of report tripwires a decision to act cites."""
    ids = set(Warning.objects.filter(kind="report").values_list("warning_id", flat=True))
    cited = {c for cites in Decision.objects.filter(kind="act").values_list("cites", flat=True) for c in cites}
    return len(ids & cited)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
