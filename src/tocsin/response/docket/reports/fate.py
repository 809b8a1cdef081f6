"""What became of a report: received, read, sent on, used, acted on. Derived from the record each time it is asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tocsin.response.docket.models import Decision
from tocsin.response.docket.reports import sight
from tocsin.response.register.reports.models import Hop, Report

STAGES = ("received", "read", "used", "acted on")


@dataclass(frozen=True)
class Step:
    """One thing that happened to a report: when, in words for its writer, with the docket item if there is one."""

    stage: str
    at: datetime
    what: str
    item: int | None = None


@dataclass(frozen=True)
class Fate:
    """How far a report came (one of ``STAGES``) and everything that happened to it, oldest first."""

    stage: str
    steps: tuple[Step, ...]


def of(report: Report) -> Fate:
    """Return the fate of a report. Posts are named, persons are not, and no reading is quoted."""
    steps = [Step("received", report.received_at, "received and sealed")]
    steps += [Step("read", r.at, f"read by the post {r.post}") for r in report.readings.all()]
    for hop in report.hops.all():
        if hop.kind == Hop.Kind.SENT:
            steps.append(Step("read", hop.at, f"sent by {hop.post} to tier {hop.to_tier}"))
        elif hop.kind == Hop.Kind.HELD:
            steps.append(Step("read", hop.at, f"held by {hop.post}: {hop.reason}"))
        else:
            steps.append(Step("received", hop.at, f"went around {hop.post} to tier {hop.to_tier}"))
    for warning in sight.citing(report):
        for link in warning.itemwarning_set.order_by("id"):
            what = f"cited in item {link.item_id} (a warning of level {warning.level})"
            steps.append(Step("used", link.joined_at, what, link.item_id))
            for decision in link.item.decisions.order_by("id"):
                if warning.warning_id in decision.cites or decision.at >= link.joined_at:
                    steps.append(_decided(decision, link.item_id))
    ordered = tuple(sorted(dict.fromkeys(steps), key=lambda s: (s.at, STAGES.index(s.stage))))
    return Fate(max((s.stage for s in ordered), key=STAGES.index), ordered)


def _decided(decision: Decision, item: int) -> Step:
    """Return a decision on an item that cites the report: only a decision to act is acting on it."""
    stage = "acted on" if decision.kind == Decision.Kind.ACT else "used"
    return Step(stage, decision.at, f"item {item}: decided to {decision.kind}", item)
