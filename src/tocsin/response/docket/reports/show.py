"""A report as plain values, as somebody may see it: what the page and the command line both show."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from tocsin.catalog import directive
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.words import in_cell
from tocsin.response.docket.reports import fate, figures, letters, sight
from tocsin.response.register.people import Actor
from tocsin.response.register.reports import originals, path
from tocsin.response.register.reports.models import Hop, Reading, Report

STATES = ("to read", "travelling", "held", "routine", "at the top")
EXPORTED = (
    "number",
    "place_id",
    "kind",
    "dated",
    "received_at",
    "writer",
    "state",
    "tier",
    "due",
    "severity",
    "lapses",
)


def row(report: Report, posts: Iterable[str], actor: Actor) -> dict[str, Any]:
    """Return a report on one line: where it stands, its clock, the readings that may be seen. No text."""
    rules = directive.version(report.directive_version)
    readings, hops = list(report.readings.all()), list(report.hops.all())
    stands = path.standing(report, hops, readings, rules)
    seen = sight.visible(readings, posts, actor)
    severities = [r.severity for r in seen if r.severity is not None]
    return {
        "number": report.pk,
        "place_id": report.place_id,
        "place": letters.place(report),
        "kind": report.kind,
        "dated": report.dated.isoformat(),
        "received_at": iso(report.received_at),
        "writer": report.writer,
        "state": state(stands, readings, rules),
        "tier": stands.tier,
        "due": iso(stands.due) if stands.due else None,
        "read_by": [r.post for r in readings],
        "severity": max(severities, default=None),
        "disagree": len(set(severities)) > 1,
        "lapses": len(report.lapses.all()),
        "sha256": report.sha256,
        "ledger_seq": report.ledger_seq,
    }


def state(stands: path.Standing, readings: list[Reading], rules: directive.Directive) -> str:
    """Return in a word where a report stands: one of ``STATES``."""
    if stands.held:
        return "held"
    if stands.routine:
        return "routine"
    if stands.tier >= rules.top:
        return "at the top"
    return "to read" if len(readings) < len(rules.reports.readers) and stands.tier == 1 else "travelling"


def listing(posts: list[str], actor: Actor) -> list[dict[str, Any]]:
    """Return the reports that somebody may see under their posts, what is due first on top."""
    mine = set(posts)
    everything = Report.objects.prefetch_related("readings", "hops", "lapses")
    rows = [row(r, posts, actor) for r in everything if sight.posts_that_may(r) & mine]
    return sorted(rows, key=lambda r: (r["due"] is None, r["due"] or "", -r["number"]))


def whole(ctx: Context, report: Report, actor: Actor, posts: list[str]) -> dict[str, Any]:
    """Return a report with its original, what may be seen of its readings, and its chain. Logs that it was opened."""
    original = originals.opened(ctx, report, actor, "reading")
    seen = sight.visible(list(report.readings.all()), posts, actor)
    return {
        **row(report, posts, actor),
        "original": original.text,
        "original_note": original.note,
        "language": report.language,
        "via": report.via,
        "readings": [_reading(r) for r in seen],
        "blind": len(seen) < report.readings.count(),
        "hops": chain(report, original.text),
        "fate": asdict(fate.of(report)),
        "credits": list(report.credits.values("before", "reference", "lead_hours", "item")),
    }


def chain(report: Report, original: str) -> list[dict[str, Any]]:
    """Return every hop with what became of each statement, against what its sender received."""
    told, before = [], []
    for hop in report.hops.all():
        found = figures.of_hop(report, hop, before) if hop.kind == Hop.Kind.SENT else None
        reasons = iter(hop.reasons)
        told.append(
            {
                "kind": hop.kind,
                "post": hop.post,
                "from_tier": hop.from_tier,
                "to_tier": hop.to_tier,
                "at": iso(hop.at),
                "hours": round((hop.at - hop.arrived_at).total_seconds() / 3600, 1),
                "due": iso(hop.due) if hop.due else None,
                "reason": hop.reason,
                "text": hop.text if found else original if hop.kind == Hop.Kind.AROUND else "",
                "counts": found.figures_of() if found else None,
                "attenuation": found.attenuation() if found else None,
                "judged": found.judged if found else None,
                "changes": [
                    {**asdict(c), "reason": None if c.kind == "kept" else next(reasons, {}).get("reason")}
                    for c in found.changes
                ]
                if found
                else [],
                "ledger_seq": hop.ledger_seq,
            }
        )
        before.append(hop)
    return told


def as_csv(rows: list[dict[str, Any]]) -> str:
    """Return rows as CSV. A cell that a spreadsheet would take for a formula begins with an apostrophe."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(EXPORTED)
    for r in rows:
        writer.writerow([in_cell(r.get(column)) for column in EXPORTED])
    return out.getvalue()


def _reading(r: Reading) -> dict[str, Any]:
    return {
        "post": r.post,
        "at": iso(r.at),
        "factors": r.factors,
        "severity": r.severity,
        "grade": r.grade,
        "note": r.note,
        "ledger_seq": r.ledger_seq,
    }
