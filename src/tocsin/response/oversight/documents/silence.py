"""Nobody answered a finding by its day: that is a gap of whoever stands above, or a warning, as was said beforehand."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from tocsin.catalog import tripwires
from tocsin.core.context import Context
from tocsin.response.docket.acts.open import receive
from tocsin.response.docket.models import Warning as Rung
from tocsin.response.oversight.documents.models import Finding, Owed
from tocsin.response.oversight.documents.show import chain
from tocsin.response.register import mandate
from tocsin.tripwires import evaluate

TRIPWIRE = "silence_finding"


def unanswered(today: date, silence: str) -> list[dict[str, Any]]:
    """Return the findings still open after their day whose silence does this, by number in the register."""
    late = Owed.objects.filter(due__lt=today).values_list("finding__document", flat=True).distinct()
    found: dict[int, dict[str, Any]] = {}
    for number in sorted(set(late)):
        if any(row["document"] == number for row in found.values()):
            continue
        found |= {f["finding"]: f for f in chain(number, today, compare=False)["findings"]}
    return [f for _, f in sorted(found.items()) if f["live"] and f["overdue"] and f["silence"] == silence]


def ring(ctx: Context) -> list[str]:
    """Open or join an item for each finding whose silence is a warning; return the warnings that are new."""
    spec, rung = tripwires.get(TRIPWIRE), []
    for told in unanswered(ctx.now().date(), Owed.Silence.WARNING):
        row = Finding.objects.get(pk=told["finding"])
        asked = {
            "office": f"finding-{row.pk}",
            "name": f"{mandate.title(told['owner'])}, on {row.kind} {row.number} of “{row.document.title[:60]}”,",
            "asked_on": row.at.date(),
            "answer_by": date.fromisoformat(told["due"]),
            "last_answer": None,
        }
        for firing in evaluate(spec, [asked], ctx.now()):
            if Rung.objects.filter(warning_id=firing.warning_id).exists():
                continue
            body = {**asdict(firing), "warning_id": firing.warning_id, "fired_at": ctx.now()}
            receive(ctx, {**body, "as_of": f"{ctx.now():%Y-%m-%d}"}, f"documents up to {ctx.now():%Y-%m-%d}")
            rung.append(firing.warning_id)
    return rung
