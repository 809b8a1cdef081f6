"""The quarantined rows of a source on a page: as they came, with the rules they broke; mended, released, taken back."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tocsin.core.errors import Damaged, Misuse, Refused
from tocsin.desk import quarantined, remedies, typed
from tocsin.desk.context import context
from tocsin.desk.who import actor, standing
from tocsin.evidence import quarantine as room
from tocsin.evidence.store import good, home, taken_back

MOST = 200
"""Rows in the list; one of them is open, with all its columns."""
LONGEST = 1000
"""Characters of a value that stands in a field; a longer one is mended by command."""


@require_http_methods(["GET", "HEAD", "POST"])
def quarantine(request: HttpRequest, source_id: str) -> HttpResponse:
    """Show the quarantined rows of a source's file, or mend one, release those that wait, take a release back."""
    ctx = context()
    if source_id not in home.known(ctx):
        raise Http404(f"There is no source {source_id}")
    refused = _done(request, source_id) if request.method == "POST" else ""
    if refused is None:
        return redirect(request.get_full_path())
    shown: dict[str, Any] = {
        "source_id": source_id,
        "source": home.spec_of(ctx, source_id),
        "refused": refused,
        "typed": request.POST if refused else {},
        "may": standing(request, "assess"),
    }
    wrong = ""
    try:
        shown |= _shown(request, source_id)
    except (Refused, Misuse, Damaged) as error:
        wrong = error.sentence()
    return render(request, "desk/quarantine.html", {**shown, "wrong": wrong}, status=422 if refused or wrong else 200)


def _shown(request: HttpRequest, source_id: str) -> dict[str, Any]:
    """Return the files of the source, and the rows of the one that the address names, or of the newest."""
    ctx, asked = context(), request.GET
    before = asked.get("before", "").strip()[:100]
    every = room.files(ctx, source_id, before)
    releases = _releases(source_id)
    if not every:
        return {"files": [], "releases": releases, "bundled": room.bundled(ctx, source_id)}
    name = asked.get("file", "").strip()[:200] or (every[0].name if before else "")
    seen = room.opened(ctx, room.file_of(ctx, source_id, name))
    first = typed.number(asked.get("from", "")) or 0
    rows = [r for r in seen.rows if r.row >= first]
    kept = {"file": seen.file.name} if name else {}
    wanted = typed.number(asked.get("row", "")) if "row" in asked else None
    one = seen.row(wanted or 0) if "row" in asked else seen.rows[0] if len(seen.rows) == 1 else None
    return {
        "files": every if seen.file in every else [seen.file, *every],
        "older": f"?{urlencode({'before': every[-1].name})}" if len(every) == room.MOST else "",
        "file": seen.file,
        "rows": [(r, f"?{urlencode({**kept, 'row': r.row})}#row") for r in rows[:MOST]],
        "one": one,
        **(_columns(request, one) if one else {}),
        "many": len(seen.rows),
        "more": f"?{urlencode({**kept, 'from': rows[MOST].row})}" if len(rows) > MOST else "",
        "waiting": [r.row for r in seen.rows if r.state == "mended"],
        "releases": releases,
    }


def _columns(request: HttpRequest, row: room.Row) -> dict[str, list[dict[str, Any]]]:
    """Return the columns of a row for its form: what came, what stands in the field, whether it is in doubt.

    Those that came empty and are neither wrong nor mended stand apart: some publishers have fifty.
    """
    again = request.POST if request.POST.get("row") == str(row.row) else {}
    broken = {i.column for i in row.issues}
    found = []
    for at, (name, came) in enumerate(row.came.items()):
        mended = row.mend.now.get(name) if row.mend else None
        value = again.get(f"c{at}", mended if mended is not None else came or "")
        field: dict[str, Any] = {"key": f"c{at}", "name": name, "came": came, "mended": mended, "value": value}
        field |= {"long": len(value) > LONGEST, "beyond": name.startswith("_beyond")}
        found.append({**field, "doubt": name in row.needed, "broken": name in broken})
    empty = [c for c in found if not (c["came"] or c["value"] or c["doubt"] or c["broken"])]
    full = [c for c in found if c not in empty]
    # What broke a rule comes first: a row of fifty columns is not read to its end to find it.
    return {"columns": sorted(full, key=lambda c: not (c["broken"] or c["mended"] is not None)), "empty": empty}


def _releases(source_id: str) -> list[dict[str, Any]]:
    """Return the releases of a source, the newest first, with what became of those that were taken back."""
    store = context().settings.store
    back = taken_back.of(store, source_id)
    found = []
    for held in reversed([r for r in good.every(store, source_id) if r.get("mended")]):
        name = held["folder"].rpartition("/")[2]
        told = {"name": name, "at": held["retrieved_at"], "by": held["by"], "file": held["mended"]}
        rows = [m.row for m in room.mend_in(context(), source_id, held).rows]
        found.append({**told, "rows": rows, "back": back.get(name)})
    return found


def _done(request: HttpRequest, source_id: str) -> str | None:
    """Do what a form asks and say so; return why it was refused, None when it was done."""
    given = request.POST
    ways = {"mend": _mend, "release": _release, "undo": _undo}
    try:
        way = ways.get(given.get("act", ""))
        if way is None:
            raise Misuse("The form asks for nothing that can be done here", todo="Use the buttons of the page")
        said, draft = way(request, source_id)
    except (Refused, Misuse, Damaged) as error:
        return remedies.sentence(error)
    messages.success(request, said, extra_tags=draft)
    return None


def _mend(request: HttpRequest, source_id: str) -> tuple[str, str]:
    ctx, given = context(), request.POST
    file = room.file_of(ctx, source_id, given.get("file", "")[:200])
    seen = room.opened(ctx, file)
    row = seen.row(typed.number(given.get("row", "")) or 0)
    values = {name: given[f"c{at}"] for at, name in enumerate(row.came) if f"c{at}" in given}
    drafted = quarantined.mend(ctx, actor(request), seen, row.row, values, why=given.get("why", ""))
    if drafted.holds:
        return f"Row {row.row} is mended and breaks no rule now. It counts once it is released.", f"mend-{row.row}"
    rules = "; ".join(f"{i['rule']}: {i['message']}" for i in drafted.issues[:3])
    return f"Kept, but row {row.row} stays quarantined. {rules}", f"mend-{row.row}"


def _release(request: HttpRequest, source_id: str) -> tuple[str, str]:
    ctx, given = context(), request.POST
    file = room.file_of(ctx, source_id, given.get("file", "")[:200])
    rows = [n for text in given.getlist("rows") if (n := typed.number(text))]
    if not rows:
        raise Refused("No row is ticked", todo="Tick the rows to release")
    why, replacing = given.get("why", ""), given.get("replacing", "").strip()
    done = quarantined.release(ctx, actor(request), file, rows, why=why, replacing=replacing)
    if not done.load:
        found = [str(i["message"]) for i in done.outcome.issues if i["weight"] == "file"]
        what = f"Not released: {found[0] if found else 'the file is refused'}"
        raise Refused(what, todo="If the figures in force are wrong, write why under “Why figures may fall”")
    left = done.outcome.rows_quarantined or 0
    said = (
        f"Row {', '.join(map(str, done.rows))} released, as a vintage of its own. {left} of the file stay quarantined."
    )
    return f"{said} The next refresh counts it.", "release"


def _undo(request: HttpRequest, source_id: str) -> tuple[str, str]:
    given = request.POST
    vintage, why = given.get("vintage", "")[:200], given.get("why", "")
    done = quarantined.undo(context(), actor(request), source_id, vintage, why=why)
    said = f"The release is taken back: row {', '.join(map(str, done.rows))} is quarantined as it came."
    again = f" Laid again without it: {', '.join(done.laid_again)}." if done.laid_again else ""
    return f"{said}{again} {done.said}".strip(), "undo"
