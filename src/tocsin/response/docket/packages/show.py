"""Packages as plain values: a version as pages, the command line and exports show it, and what changed between two."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from tocsin.catalog.library import library
from tocsin.catalog.packages import form
from tocsin.core.words import in_cell
from tocsin.response.docket.models import Item
from tocsin.response.docket.packages import roles, timeline
from tocsin.response.docket.packages.joint import incomplete
from tocsin.response.docket.packages.models import Line, Package
from tocsin.response.docket.packages.words import Words, words

RAPID = "RAPID: a minimum package, made in one sitting"
COLUMNS = (
    *("line", "option", "what", "leads", "support", "abstain", "authority", "procedure", "starts", "ends"),
    *("lead_days_min", "lead_days_max", "cost_band", "risks", "measure", "baseline", "measure_on"),
    *("legal_basis", "force", "alone"),
)


def package(row: Package) -> dict[str, Any]:
    """Return a version as plain values: the same rows, the same values, whoever asks and whenever."""
    said = words(row.words)
    return {
        "item": row.item_id,
        "place_id": row.place_id,
        "version": row.version,
        "rapid": row.rapid,
        "label": RAPID if row.rapid else "",
        "state": row.state,
        "submitted_at": row.at,
        "submitted_by": row.post,
        "sha256": row.sha256,
        "ledger_seq": row.ledger_seq,
        "complete_by": row.complete_by,
        "signed_off": [{"post": s.post, "at": s.at, "via": s.via} for s in row.sign_offs.order_by("id")],
        "goal": said.purpose.goal,
        "canvas": {**said.canvas.model_dump(), "actors": [a.model_dump() for a in said.actors]},
        "harm": said.harm.model_dump(),
        "confidence": said.rapid.confidence if row.rapid else "",
        "caveats": said.rapid.caveats if row.rapid else "",
        "lines": [line(one) for one in row.lines.all()],
        "matrix": roles.matrix(said),
        "flags": row.flags,
        "incomplete": incomplete((one.option_id, bool(one.leads)) for one in row.lines.all()),
    }


def line(row: Line) -> dict[str, Any]:
    """Return a line as plain values; its known risks are those the catalogue has today for its option."""
    option = library().options.get(row.option_id)
    return {
        "line": row.position,
        "option": row.option_id,
        "what": row.what,
        "leads": row.leads,
        "support": row.support,
        "abstain": row.abstain,
        "authority": row.authority,
        "procedure": row.procedure_id,
        "starts": row.starts,
        "ends": row.ends,
        "lead_days_min": row.lead_days_min,
        "lead_days_max": row.lead_days_max,
        "cost_band": form().band(row.cost_band) if row.cost_band else "",
        "risks": row.risks,
        "known_harm": list(option.known_risks) if option else [],
        "measure": row.measure,
        "baseline": row.baseline,
        "measure_on": row.measure_on,
        "legal_basis": row.legal_basis,
        "force": row.force,
        "alone": row.alone,
    }


def as_json(row: Package) -> bytes:
    """Return a version as JSON: the same bytes from everybody who holds the same rows."""
    text = json.dumps(package(row), ensure_ascii=False, indent=1, sort_keys=True, default=lambda v: v.isoformat())
    return (text + "\n").encode()


def as_csv(row: Package) -> bytes:
    """Return the lines of a version as a table; a cell that a spreadsheet would compute begins with an apostrophe."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(["item", "version", "label", *COLUMNS])
    for one in package(row)["lines"]:
        cells = ["; ".join(v) if isinstance(v := one[c], list) else "" if v is None else v for c in COLUMNS]
        table.writerow([row.item_id, row.version, RAPID if row.rapid else "", *(in_cell(c) for c in cells)])
    return out.getvalue().encode()


def differences(before: Package, after: Package) -> list[dict[str, str]]:
    """Return each change between two versions: where it stands, what it said and says.

    A line or an actor that was put in or taken out is one change, told by what it is.
    """
    one, other = _parts(words(before.words)), _parts(words(after.words))
    found = []
    for part in dict.fromkeys([*one, *other]):
        old, new = one.get(part, {}), other.get(part, {})
        if old and new:
            found += [_change(f"{part}: {f}", old[f], new[f]) for f in old if old[f] != new[f]]
        else:
            found.append(_change(part, _sum(old), _sum(new)))
    return found


def _change(where: str, before: str, after: str) -> dict[str, str]:
    return {"where": where, "before": before, "after": after}


def _sum(fields: dict[str, str]) -> str:
    return "; ".join(value for value in fields.values() if value)


def _parts(said: Words) -> dict[str, dict[str, str]]:
    """Return every part with its fields in words. A line is told by its option: one put in between moves no other."""
    found: dict[str, dict[str, str]] = {"Kind": {"it is": "rapid" if said.is_rapid else "whole"}}
    for section in form().sections:
        rows = getattr(said, section.id)
        for n, row in enumerate(rows if section.repeats else [rows], 1):
            called = section.title
            if section.repeats:
                name = timeline.ref(n, said.lines) if section.id == "lines" else row.actor or str(n)
                called = f"{section.title}, {name}"
            found[called] = {f.label.lower(): _text(getattr(row, f.id)) for f in section.fields}
    found |= {f"Answer to {key}": {"reason": answer} for key, answer in said.answers.items()}
    return found


def _text(value: str | bool) -> str:
    return value if isinstance(value, str) else "yes" if value else ""


def versions(item: Item) -> list[dict[str, Any]]:
    """Return an item's versions, the newest first, each with what changed since the one before."""
    rows = list(item.packages.prefetch_related("lines", "sign_offs", "picks").order_by("version"))
    found = []
    for n, row in enumerate(rows):
        changed = differences(rows[n - 1], row) if n else []
        found.append({"package": package(row), "changed": changed, "first": n == 0})
    return found[::-1]
