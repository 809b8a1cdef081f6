"""``tocsin oversight scorecard | report | words``: what the record says, counted and written down."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin.cli.output import context, emit, ready
from tocsin.core.clock import parse_date
from tocsin.core.errors import Misuse, Refused

if TYPE_CHECKING:
    from tocsin.response.oversight.entries import Record

Ledger = Annotated[
    Path | None, typer.Option("--ledger", help="Read this export, redacted or not, and not the register.")
]
Host = Annotated[str, typer.Option("--host", help="The place that hosts this desk; TOCSIN_HOST_PLACE, if not given.")]


def register(group: typer.Typer) -> None:
    """Add these commands to the group."""
    group.command("scorecard")(scorecard)
    group.command("report")(report)
    group.command("words")(words)


def record_of(ledger: Path | None) -> Record:
    """Return the record to read: a file somebody brought, or the register."""
    ready(register=ledger is None)
    from tocsin.response.oversight import entries

    return entries.from_file(ledger) if ledger else entries.from_register()


def scorecard(ledger: Ledger = None, host: Host = "") -> None:
    """Show hours by step and post, lapses, outcomes, repeated reasons, and escalation by alignment."""
    host = host or context().settings.host_place
    host = _place(host) if host else ""
    record = record_of(ledger)
    from tocsin.response.oversight.scorecard import scorecard as card

    told = card(record, context().now(), host=host)
    emit(told, lambda: _card(told))


def report(  # noqa: PLR0917 - Typer reads the parameters
    shape: Annotated[
        str, typer.Option("--shape", help="neutral, or wiesel (section 5 of the Act of 2018).")
    ] = "neutral",
    first: Annotated[
        str | None, typer.Option("--from", help="First day; a year before the last, if not given.")
    ] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last day; today, if not given.")] = None,
    form: Annotated[str | None, typer.Option("--format", help="html, pdf, docx or json; the ending of --out.")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="The file to write; without it the report is shown.")
    ] = None,
    ledger: Ledger = None,
    vocabulary: Annotated[
        str | None, typer.Option("--words", help="Add what its words are elsewhere: un | us | eu_au | ngo | data.")
    ] = None,
) -> None:
    """Write a report to an overseer from the ledger alone: each part is filled from the record or shown missing."""
    record = record_of(ledger)
    from tocsin.response.oversight import statutory

    now = context().now()
    until = parse_date(last) if last else now.date()
    since = parse_date(first) if first else until - timedelta(days=365)
    told = statutory.report(record, shape, since, until, now)
    if vocabulary is not None:
        told = statutory.with_words(told, vocabulary)
    if out is None:
        if form not in {None, "json"}:
            raise Misuse(f"A report as {form} needs a file", todo="Add --out FILE")
        emit(told, lambda: _report(told))
        return
    from tocsin.desk.overseer.write import write

    file = write(told, out, form or out.suffix.removeprefix(".").lower() or "html")
    counts = {key: told[key] for key in ("shape", "from", "to", "parts", "filled", "missing", "withheld_bodies")}
    emit({"file": file, **counts, "loaded_words": told["loaded_words"]}, lambda: f"{file}\n{_report(told)}")


def words(file: Annotated[str, typer.Argument(help="A text, or - for standard input.")]) -> None:
    """Find words that take a side in an English text, with their place and what to write instead. Finding some is 1."""
    from tocsin.response.oversight.wording import loaded

    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"The text cannot be read: {error}", where=file, todo="Give a text in UTF-8") from None
    found = loaded(text)
    emit(
        {"file": file, "loaded": [asdict(hit) for hit in found]},
        lambda: "\n".join(hit.sentence() for hit in found) or "No word of the list is in it.",
    )
    if found:
        raise typer.Exit(1)


def _place(text: str) -> str:
    from tocsin.catalog.geography import places

    found = places().find(text)
    if found is None:
        raise Misuse(f"{text!r} is no place", todo="Write three letters, as in CHE, or the name")
    return found


def _card(c: dict[str, Any]) -> str:
    """Return a scorecard as text."""
    lines = [
        f"As of {c['as_of']}, from {c['source']}: {c['items']} questions, {c['items_not_closed']} not closed, "
        f"{c['withheld_bodies']} bodies withheld"
        + (f"; fields withheld: {', '.join(c['masked_fields'])}." if c["masked_fields"] else "."),
        "",
        "Hours from opening (what is not done counts as longer than anything done):",
    ]
    lines += [
        f"  {r['level']:<10} {r['step']:<30} {r['said']} ({r['done']} of {r['n']} done)" for r in c["latency"] if r["n"]
    ] or ["  no question yet"]
    lines += ["", "Posts (hours from when the question came to their tier):"]
    lines += [
        f"  {r['post']:<16} acknowledged {r['acknowledged']['n']}: {r['acknowledged']['said']}; "
        f"decided {r['decided']['n']}: {r['decided']['said']}; lapses {r['lapses_total']}"
        for r in c["posts"]
    ] or ["  none has acted or lapsed"]
    lines += ["", f"Outcomes not yet recorded: {c['outcomes']['not_recorded']} of {c['items']}."]
    lines += [
        f"  {r['decision']}: " + ", ".join(f"{k.replace('_', ' ')} {r[k]}" for k in r if k not in {"decision", "total"})
        for r in c["outcomes"]["rows"]
        if r["total"]
    ]
    lines += _travelled(c["reports"])
    lines += ["", "Barriers recorded by month (can not, will not, may not):"]
    lines += [
        f"  {b['month']}: {b['n']}; "
        + ", ".join(f"{t.replace('_', ' ')} {b[t]}" for t in ("cannot", "will_not", "may_not"))
        + (f", type withheld {b['withheld']}" if b["withheld"] else "")
        for b in c["barriers"]
    ] or ["  none"]
    lines += ["", f"The same reasons again ({c['repeats_rule']}): {len(c['repeats'])} groups."]
    lines += [
        f"  {g['times']} times, entries {', '.join(str(e['ledger_seq']) for e in g['entries'])}: {g['reasons'][:80]}"
        for g in c["repeats"]
    ]
    far = c["escalation"]
    lines += ["", f"Carried to tier {far['far_is_tier']} or above (groups from memory, as of {far['as_of']}):"]
    lines += [f"  {g['title']}: {g['far']} of {g['items']} questions{_interval(g)}" for g in far["groups"]]
    lines += [] if far["host"] else ["  The host state is not named: --host PLACE."]
    return "\n".join(lines)


def _travelled(r: dict[str, Any]) -> list[str]:
    """Return what became of reports, hop by hop, as lines."""
    lines = ["", f"Reports of people: {r['reports']} received. By the tier they were passed on from:"]
    for h in r["hops"]:
        lost = "none counted" if h["statements_lost"] is None else f"{h['statements_lost']:.0%} of {h['statements']}"
        lines.append(
            f"  {h['from_tier']}: sent {h['sent']}, held {h['held']}, gone around {h['around']}; {h['hours']['said']}; "
            f"statements lost {lost}"
        )
    lines += [f"  clock {la['clock']}, {la['post']}: ran out {la['n']}" for la in r["lapses"]]
    return lines


def _interval(group: dict[str, Any]) -> str:
    if group["share_interval"] is None:
        return ": no data"
    low, high = group["share_interval"]
    return f" (95% interval {low:.0%} to {high:.0%})"


def _report(r: dict[str, Any]) -> str:
    """Return in a few lines what a report fills and what it misses."""
    lines = [f"{r['title']}, {r['period']}: {r['filled']} of {r['parts']} parts filled."]
    lines += [f"{r['duty']['said']}."] if r["duty"] else []
    for element in r["elements"]:
        lines += ["", element["heading"]]
        for part in element["parts"]:
            said = " ".join(part["lines"]) if part["filled"] else f"MISSING. Would be filled by: {part['would_fill']}."
            lines.append(f"  {part['asks']}: {said}")
    lines += ["", *r["loaded_words"]] if r["loaded_words"] else []
    return "\n".join(lines)
