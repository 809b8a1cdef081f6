"""``tocsin oversight documents``: a memo, the fuller report after it, and what became of each finding."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from tocsin.cli.output import context, emit, ready
from tocsin.cli.oversight.acting import By, Find, actor, day
from tocsin.core.errors import Misuse, Refused

Number = Annotated[int, typer.Argument(help="The number of a document.")]
FindingNumber = Annotated[int, typer.Argument(help="The number of a finding in the register, as show lists it.")]
Due = Annotated[str, typer.Option("--due", help="The day by which an answer is owed.")]
SILENCE = "What silence does: gap (of whoever stands above the owner) or warning (a docket item)."
EVIDENCE = "decision (its item), undertaking, activity, assessment, gap, finding or url."


def register(group: typer.Typer) -> None:
    """Add these commands to the group."""
    mine = typer.Typer(invoke_without_command=True, help="Memos and reports in chains, findings tracked to their end.")
    mine.callback()(listing)
    commands = {"add": add, "show": show, "find": find, "load": load, "owe": owe, "move": move, "carry": carry}
    for name, command in {**commands, "export": export, "file": file}.items():
        mine.command(name)(command)
    group.add_typer(mine, name="documents")


def listing(ctx: typer.Context) -> None:
    """List every chain by its newest version, with its findings by status."""
    if ctx.invoked_subcommand:
        return
    ready()
    from tocsin.response.oversight.documents import show as shown

    rows = shown.chains(context().now().date())
    emit({"chains": rows}, lambda: _chains(rows))


def add(  # noqa: PLR0917 - Typer reads the parameters
    path: Annotated[Path, typer.Argument(help="The file, as it was published.")],
    title: Annotated[str, typer.Option("--title", help="What it is called.")],
    issuer: Annotated[str, typer.Option("--issued-by", help="Who issued it.")],
    issued: Annotated[str, typer.Option("--issued-on", help="On which day.")],
    kind: Annotated[str, typer.Option("--kind", help="memo or report.")] = "memo",
    follows: Annotated[int | None, typer.Option("--follows", help="The number of the version before it.")] = None,
    place: Annotated[str, typer.Option("--place", help="The place it is about, if it is about one.")] = "",
    language: Annotated[str, typer.Option("--language", help="As in en or fr.")] = "",
    url: Annotated[str, typer.Option("--url", help="Where it was published.")] = "",
    by: By = "",
) -> None:
    """Enter a document; its file is sealed byte for byte."""
    who = actor(by)
    from tocsin.response.oversight.documents import enter

    words = {"title": title, "kind": kind, "issued_by": issuer, "place": place, "language": language, "url": url}
    row = enter.publish(
        context(), who, _bytes(path), filename=path.name, issued_on=day(issued), follows=follows, **words
    )
    told = {"document": row.pk, "sha256": row.sha256, "ledger_seq": row.ledger_seq}
    emit(told, f"Document {row.pk} is entered, sealed as {row.sha256}.")


def find(  # noqa: PLR0917 - Typer reads the parameters
    number: Number,
    label: Annotated[str, typer.Option("--number", help="Its number, as published.")],
    text: Annotated[str, typer.Option("--text", help="Its text, as published.")],
    kind: Annotated[str, typer.Option("--kind", help="finding or recommendation.")] = "recommendation",
    page: Annotated[str, typer.Option("--page", help="On which page.")] = "",
    owner: Annotated[str, typer.Option("--owner", help="The post that owes an answer.")] = "",
    due: Due = "",
    silence: Annotated[str, typer.Option("--silence", help=SILENCE)] = "gap",
    by: By = "",
) -> None:
    """Take one finding or recommendation out of a document."""
    who = actor(by)
    from tocsin.response.oversight.documents.enter import Debt, Taken, extract

    debt = Debt(owner, day(due) if due else None, silence)
    row = extract(context(), who, number, Taken(label, kind, text, page), debt)
    emit({"finding": row.pk, "ledger_seq": row.ledger_seq}, f"Finding {row.pk} is {label} of document {number}.")


def load(
    number: Number,
    path: Annotated[Path, typer.Argument(help="CSV: number, kind, text; page, owner, due, silence.")],
    by: By = "",
) -> None:
    """Take findings out of a CSV file: all of its rows, or none."""
    who = actor(by)
    from tocsin.response.oversight.documents.enter import extract_csv

    rows = extract_csv(context(), who, number, _bytes(path))
    told = [{"finding": r.pk, "number": r.number} for r in rows]
    emit({"findings": told}, f"{len(rows)} findings are taken out of document {number}.")


def owe(  # noqa: PLR0917 - Typer reads the parameters
    number: FindingNumber,
    owner: Annotated[str, typer.Option("--owner", help="The post that owes an answer.")],
    due: Due,
    silence: Annotated[str, typer.Option("--silence", help=SILENCE)] = "gap",
    why: Annotated[str, typer.Option("--why", help="Why it changes.")] = "",
    by: By = "",
) -> None:
    """Say anew who owes an answer by when."""
    who = actor(by)
    from tocsin.response.oversight.documents import answers

    answers.owe(context(), who, number, owner=owner, due=day(due), silence=silence, why=why)
    emit({"finding": number, "owner": owner, "due": due}, f"{owner} owes an answer to finding {number} by {due}.")


def move(  # noqa: PLR0917 - Typer reads the parameters
    number: FindingNumber,
    status: Annotated[str, typer.Argument(help="open, accepted, in part, rejected, done or superseded.")],
    kind: Annotated[str, typer.Option("--by-what", help=EVIDENCE)],
    evidence: Annotated[str, typer.Option("--evidence", help="Its number, key or address.")],
    on: Annotated[str, typer.Option("--on", help="Its day, where the register does not know it.")] = "",
    reason: Annotated[str, typer.Option("--reason", help="Why; needed for rejected, in part and open.")] = "",
    by: By = "",
) -> None:
    """Move the status of a finding, on evidence later than its document."""
    who = actor(by)
    from tocsin.response.oversight.documents import answers

    row = answers.move(
        context(),
        who,
        number,
        status=status,
        evidence_kind=kind,
        evidence=evidence,
        evidence_on=day(on) if on else None,
        reason=reason,
    )
    told = {"finding": number, "status": row.status, "evidence_on": row.evidence_on, "ledger_seq": row.ledger_seq}
    emit(told, f"Finding {number} is {row.status}, by {kind} {row.evidence} of {row.evidence_on}.")


def carry(
    number: FindingNumber,
    fate: Annotated[str, typer.Argument(help="kept, changed or dropped.")],
    became: Annotated[int | None, typer.Option("--became", help="The finding of the later document.")] = None,
    why: Annotated[str, typer.Option("--why", help="Needed where it was dropped.")] = "",
    by: By = "",
) -> None:
    """Say what the later document did with a finding of the earlier one."""
    who = actor(by)
    from tocsin.response.oversight.documents import carried

    row = carried.carry(context(), who, number, fate=fate, became=became, why=why)
    emit({"finding": number, "fate": row.fate, "became": row.became_id}, f"Finding {number} was {row.fate}.")


def show(
    number: Number,
    state: Annotated[str, typer.Option("--state", help="A status, unanswered or overdue.")] = "",
    owner: Annotated[str, typer.Option("--owner", help="Only what this post owes.")] = "",
    find_: Find = "",
) -> None:
    """Show a document's chain: its versions, its findings, who owes an answer, and what the words say changed."""
    told = _chain(number, state, owner, find_)
    emit(told, lambda: _told(told))


def export(
    number: Number,
    out: Annotated[Path, typer.Argument(help="A file that ends in .csv or .json.")],
    state: Annotated[str, typer.Option("--state", help="A status, unanswered or overdue.")] = "",
    owner: Annotated[str, typer.Option("--owner", help="Only what this post owes.")] = "",
) -> None:
    """Write the findings of a chain to a file."""
    import json

    from tocsin.core.files import write_whole
    from tocsin.response.oversight.documents import show as shown

    if out.suffix not in {".csv", ".json"}:
        raise Misuse(f"{out.name} says no form", todo="End its name in .csv or .json")
    told = _chain(number, state, owner, "")
    text = shown.as_csv(told["findings"]) if out.suffix == ".csv" else json.dumps(told, ensure_ascii=False, indent=2)
    _write(out, text.encode(), write_whole)
    emit({"file": out, "findings": len(told["findings"])}, f"{out}: {len(told['findings'])} findings.")


def file(number: Number, out: Annotated[Path, typer.Argument(help="Where to put it.")]) -> None:
    """Write the sealed file of a document, byte for byte."""
    ready()
    from tocsin.core.files import write_whole
    from tocsin.response.oversight.documents import enter

    row = enter.document(number)
    _write(out, enter.content(row), write_whole)
    emit({"file": out, "sha256": row.sha256}, f"{out}: {row.size_bytes:,} bytes, SHA-256 {row.sha256}.")


def _write(out: Path, content: bytes, write: Any) -> None:
    try:
        write(out, content)
    except OSError as error:
        raise Refused(f"The file cannot be written: {error.strerror}", where=str(out)) from None


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refused(f"The file cannot be read: {error.strerror}", where=str(path)) from None


def _chain(number: int, state: str, owner: str, words: str) -> dict[str, Any]:
    ready()
    from tocsin.response.oversight.documents import show as shown

    if state and state not in shown.STATES:
        raise Misuse(f"{state!r} is no state of a finding", todo=f"There are {', '.join(shown.STATES)}")
    told = shown.chain(number, context().now().date())
    return {**told, "findings": shown.matching(told["findings"], state=state, owner=owner, words=words)}


def _chains(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return "No document is entered. Enter one: tocsin oversight documents add FILE --title … --by POST"
    lines = []
    for r in rows:
        counts = ", ".join(f"{n} {s}" for s, n in sorted(r["statuses"].items())) or "no finding taken out"
        late = f"; {r['overdue']} overdue" if r["overdue"] else ""
        versions = f"{r['versions']} version{'s' if r['versions'] > 1 else ''}"
        lines.append(f"  {r['document']:>4} {r['issued_on']} {r['title']} ({versions}): {counts}{late}")
    return "\n".join(lines)


def _told(told: dict[str, Any]) -> str:
    lines = []
    for d in told["documents"]:
        after = f", follows {d['follows']}" if d["follows"] else ""
        lines.append(f"{d['document']}: {d['title']}, {d['kind']} of {d['issued_by']}, {d['issued_on']}{after}")
        for f in (f for f in told["findings"] if f["document"] == d["document"]):
            late = " OVERDUE" if f["overdue"] else ""
            owed = f"; {f['owner']} owes an answer by {f['due']}, else {f['silence']}" if f["unanswered"] else ""
            lines.append(f"  {f['finding']:>4} {f['number']}: {f['status']}{late}{owed}")
            lines.append(f"       {f['text'][:200]}")
            if e := f["evidence"]:
                lines.append(f"       by {e['evidence_kind']} {e['evidence']} of {e['evidence_on']}. {f['reason']}")
            if c := f["carried"]:
                lines.append(
                    f"       {c['fate']}{' as ' + c['became_number'] if c['became_number'] else ''}. {c['why']}"
                )
            elif s := f["suggested"]:
                guess = f" as {s['became_number']}" if s["became_number"] else ""
                lines.append(f"       nobody has said what became of it; its words seem {s['fate']}{guess}")
    return "\n".join(lines)
