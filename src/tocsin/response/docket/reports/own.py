"""A writer's own reports: receipt, fate, who opened them. With ``enter`` the only readers of the table of writers."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from tocsin.core.clock import iso
from tocsin.response.docket.reports import fate, letters
from tocsin.response.register.models import Person
from tocsin.response.register.reports.models import Report, Writer


def by_person(person: Person) -> str | None:
    """Return the pseudonym of a signed-in writer; None when they have written nothing."""
    return Writer.objects.filter(person=person).values_list("pseudonym", flat=True).first()


def by_account(os_user: str) -> str | None:
    """Return the pseudonym of whoever wrote from an account of the operating system; None when nobody did."""
    return Writer.objects.filter(person=None, os_user=os_user).values_list("pseudonym", flat=True).first()


def of(pseudonym: str | None) -> list[dict[str, Any]]:
    """Return the reports of a writer, newest first, with what became of each and every opening of its original."""
    if not pseudonym:
        return []
    return [
        {
            "number": r.pk,
            "place_id": r.place_id,
            "place": letters.place(r),
            "dated": r.dated.isoformat(),
            "received_at": iso(r.received_at),
            "read_due": iso(r.read_due),
            "sha256": r.sha256,
            "writer": r.writer,
            "fate": asdict(fate.of(r)),
            "openings": list(r.openings.order_by("id").values("at", "post", "via", "why")),
            "credits": list(r.credits.values("before", "lead_hours", "item")),
        }
        for r in Report.objects.filter(writer=pseudonym).order_by("-pk")
    ]
