"""Chains of documents as they are read: every version, every finding with its status, and the link to its evidence."""

from __future__ import annotations

import csv
import io
import itertools
from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import quote

from tocsin.core.clock import iso
from tocsin.core.words import in_cell
from tocsin.response.oversight.documents import carried
from tocsin.response.oversight.documents.enter import document
from tocsin.response.oversight.documents.models import Carried, Document, Finding, FindingMove
from tocsin.response.register.models import Activity, Answer

STATUS = FindingMove.Status
STATES = (*STATUS.values, "unanswered", "overdue")
"""What a list of findings is filtered by: a status, nobody's answer yet, or that and the day is past."""
COLUMNS = (
    *("document", "title", "number", "kind", "page", "text", "status", "reason"),
    *("evidence_kind", "evidence", "evidence_on", "owner", "due", "silence", "overdue", "fate", "became", "ledger_seq"),
)


def chains(today: date) -> list[dict[str, Any]]:
    """Return every chain by its newest version, the newest first, with the findings still to be followed counted."""
    rows = Document.objects.order_by("id")
    after = {row.follows_id for row in rows}
    told = []
    for row in rows:
        if row.pk in after:
            continue
        whole = chain(row.pk, today, compare=False)
        live = [f for f in whole["findings"] if f["live"]]
        told.append(
            {
                **whole["documents"][-1],
                "versions": len(whole["documents"]),
                "findings": len(live),
                "statuses": counted(live),
                "overdue": sum(f["overdue"] for f in live),
                "not_said": sum(f["not_said"] for f in whole["findings"]),
            }
        )
    return sorted(told, key=lambda r: (r["issued_on"], r["document"]), reverse=True)


def chain(number: int, today: date, *, compare: bool = True) -> dict[str, Any]:
    """Return the chain a document stands in: ``documents``, oldest first, and ``findings``, by document and number.

    ``live`` findings are those that no later one took over; ``not_said`` those of which nobody has said what the next
    version did with them. For these ``suggested`` is what the words alone say; without ``compare`` it is None.
    """
    versions = _versions(document(number))
    findings = list(
        Finding.objects.filter(document__in=versions)
        .select_related("document")
        .prefetch_related("moves", "owed", "carried")
        .order_by("id")
    )
    said = {f.pk: max(f.carried.all(), key=lambda c: c.pk, default=None) for f in findings}
    followed = {f.document.follows_id for f in findings}
    unsaid = {f.pk for f in findings if said[f.pk] is None and f.document_id in followed}
    hints = _hints(versions, unsaid) if compare else {}
    of = {f.pk: f for f in findings}
    rows = sorted(findings, key=lambda f: (versions.index(f.document), f.pk))
    return {
        "documents": [_document(row) for row in versions],
        "findings": [
            {
                **_finding(f, of, said, today),
                "not_said": f.pk in unsaid,
                "carried": _carried(f, said[f.pk], of) if compare else None,
                "suggested": _hint(hints[f.pk]) if f.pk in hints else None,
            }
            for f in rows
        ],
    }


def counted(rows: Iterable[dict[str, Any]]) -> dict[str, int]:
    """Return how many findings that are still followed stand in each status, in the order of the statuses."""
    counts = Counter(f["status"] for f in rows if f["live"])
    return {status: counts[status] for status in STATUS.values if counts[status]}


def matching(
    rows: Iterable[dict[str, Any]], *, state: str = "", owner: str = "", kind: str = "", words: str = ""
) -> list[dict[str, Any]]:
    """Return the findings in a state, owed by a post, of a kind, that hold every word."""
    wanted = words.casefold().split()
    return [
        r
        for r in rows
        if (not state or state == r["status"] or (state in {"unanswered", "overdue"} and r[state]))
        and owner in {"", r["owner"]}
        and kind in {"", r["kind"]}
        and all(w in f"{r['number']} {r['text']} {r['reason']}".casefold() for w in wanted)
    ]


def as_csv(rows: Iterable[dict[str, Any]]) -> str:
    """Return findings as CSV with the columns of COLUMNS."""
    out = io.StringIO()
    sheet = csv.writer(out, lineterminator="\n")
    sheet.writerow(COLUMNS)
    for r in rows:
        flat = (
            {**r, **{k: r["evidence"][k] for k in ("evidence_kind", "evidence", "evidence_on")}} if r["evidence"] else r
        )
        word = r["carried"] or {}
        flat = {
            **flat,
            "evidence": flat["evidence"] or "",
            "fate": word.get("fate"),
            "became": word.get("became_number"),
        }
        sheet.writerow([in_cell("" if (v := flat.get(name)) is None else v) for name in COLUMNS])
    return out.getvalue()


def _versions(row: Document) -> list[Document]:
    """Return the chain a document stands in, oldest first."""
    found = [row]
    while found[0].follows is not None:
        found.insert(0, found[0].follows)
    while (later := Document.objects.filter(follows=found[-1]).first()) is not None:
        found.append(later)
    return found


def _hints(versions: list[Document], unsaid: set[int]) -> dict[int, carried.Suggested]:
    """Return what the words suggest for each finding of which nobody has said what became of it."""
    found: dict[int, carried.Suggested] = {}
    for earlier, later in itertools.pairwise(versions):
        if earlier.findings.filter(pk__in=unsaid).exists():
            found |= {s.finding.pk: s for s in carried.suggested(earlier, later) if s.finding.pk in unsaid}
    return found


def _document(row: Document) -> dict[str, Any]:
    names = ("title", "kind", "issued_by", "place_id", "language", "url", "filename", "media_type", "size_bytes")
    return {
        "document": row.pk,
        **{name: getattr(row, name) for name in names},
        "issued_on": row.issued_on.isoformat(),
        "sha256": row.sha256,
        "follows": row.follows_id,
        "entered_at": iso(row.at),
        "entered_by": row.post,
        "words_checked": row.media_type == "text/plain",
        "ledger_seq": row.ledger_seq,
    }


def _finding(row: Finding, of: dict[int, Finding], said: dict[int, Carried | None], today: date) -> dict[str, Any]:
    moves = sorted(row.moves.all(), key=lambda m: m.pk)
    debt = max(row.owed.all(), key=lambda o: o.pk, default=None)
    word = said[row.pk]
    before = [of[pk] for pk, w in said.items() if w is not None and w.became_id == row.pk]
    status, by, inherited = _status(row, moves, said, of)
    unanswered = status == STATUS.OPEN and debt is not None
    return {
        "finding": row.pk,
        "document": row.document_id,
        "title": row.document.title,
        "number": row.number,
        "kind": row.kind,
        "page": row.page,
        "text": row.text,
        "status": status,
        "live": not (word and word.became_id),
        "inherited_from": inherited,
        "reason": by.reason if isinstance(by, FindingMove) else "",
        "evidence": _evidence(by),
        "moves": [
            {"status": m.status, "reason": m.reason, "by": m.post, "at": iso(m.at), **_evidence(m)} for m in moves
        ],
        "owner": debt.owner_post if debt else "",
        "due": debt.due.isoformat() if debt else None,
        "silence": debt.silence if debt else "",
        "moved_later": _moved_later(row),
        "unanswered": unanswered,
        "overdue": unanswered and debt is not None and debt.due < today,
        "came_from": [{"finding": f.pk, "number": f.number, "document": f.document_id} for f in before],
        "ledger_seq": row.ledger_seq,
    }


def _status(
    row: Finding, moves: list[FindingMove], said: dict[int, Carried | None], of: dict[int, Finding]
) -> tuple[str, FindingMove | Carried | None, str]:
    """Return a finding's status, the row that made it so, and the number it has it from where it was kept unmoved."""
    word = said[row.pk]
    if word is not None and word.became_id:
        return STATUS.SUPERSEDED, word, ""
    if moves:
        return moves[-1].status, moves[-1], ""
    for pk, w in said.items():
        if w is not None and w.became_id == row.pk and w.fate == Carried.Fate.KEPT:
            earlier = sorted(of[pk].moves.all(), key=lambda m: m.pk)
            if earlier:
                return earlier[-1].status, earlier[-1], of[pk].number
    return STATUS.OPEN, None, ""


def _evidence(by: FindingMove | Carried | None) -> dict[str, Any] | None:
    if by is None:
        return None
    if isinstance(by, Carried):
        day, kind, what = by.document.issued_on, FindingMove.Evidence.FINDING, str(by.became_id)
    else:
        day, kind, what = by.evidence_on, by.evidence_kind, by.evidence
    words, link = _cited(kind, what)
    told = {"evidence_kind": kind, "evidence": what, "evidence_on": day.isoformat()}
    return {**told, "said": words, "link": link}


def _cited(kind: str, what: str) -> tuple[str, str]:
    """Return evidence in words, and where it is read: on the desk, or its own address; empty when it is not there."""
    if kind == FindingMove.Evidence.ASSESSMENT:
        row = Answer.objects.filter(pk=int(what)).first()
        return f"assessment A{what}", f"/places/{row.place_id}" if row else ""
    if kind == FindingMove.Evidence.FINDING:
        found = Finding.objects.select_related("document").filter(pk=int(what)).first()
        if found is None:
            return f"finding {what}", ""
        return f"{found.number} of “{found.document.title}”", f"/documents/{found.document_id}#f{found.pk}"
    if kind == FindingMove.Evidence.ACTIVITY:
        # Hidden since it was cited: nobody learns more of it here than that something was.
        shown = Activity.objects.filter(pk=int(what), restricted=False).first()
        return (
            (f"{shown.organisation}: {shown.what}", f"/activities?q={quote(shown.ref)}")
            if shown
            else ("an activity", "")
        )
    words, link = {
        "decision": ("the decision on item {}", "/docket/{}"),
        "undertaking": ("undertaking {}", "/undertakings#u-{}"),
        "gap": ("gap {}", "/undertakings/gaps/{}"),
        "url": ("{}", "{}"),
    }.get(kind, (f"{kind} {{}}", ""))
    return words.format(what), link.format(what)


def _moved_later(row: Finding) -> int:
    days = [o.due for o in sorted(row.owed.all(), key=lambda o: o.pk)]
    return sum(b > a for a, b in itertools.pairwise(days))


def _carried(row: Finding, word: Carried | None, of: dict[int, Finding]) -> dict[str, Any] | None:
    if word is None:
        return None
    later = of[word.became_id] if word.became_id else None
    return {
        "fate": word.fate,
        "became": word.became_id,
        "became_number": later.number if later else None,
        "in_document": word.document_id,
        "why": word.why,
        "by": word.post,
        "ledger_seq": word.ledger_seq,
        "changes": [_change(c) for c in carried.between(row, later)] if later else [],
    }


def _hint(hint: carried.Suggested) -> dict[str, Any]:
    return {
        "fate": hint.fate,
        "became": hint.became.pk if hint.became else None,
        "became_number": hint.became.number if hint.became else None,
        "changes": [_change(c) for c in hint.changes],
        "judged": hint.judged,
    }


def _change(change: carried.Change) -> dict[str, Any]:
    return {"kind": change.kind, "earlier": change.received, "later": change.sent, "why": list(change.why)}
