"""``tocsin reports list | show | difference | figures``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from tocsin.cli.output import context, emit, ready
from tocsin.core.errors import Refused
from tocsin.core.files import write_whole

Number = Annotated[int, typer.Argument(help="Number of the report")]
By = Annotated[str, typer.Option(help="The post you act under")]


def listing(
    by: By,
    csv: Annotated[Path | None, typer.Option("--csv", help="Write the list to a CSV file, without any text")] = None,
) -> None:
    """List the reports you may see, what is due first on top."""
    ready()
    from tocsin.response.docket.reports import show as reports

    actor = _actor(by)
    rows = reports.listing([actor.post], actor)
    if csv is not None:
        if csv.exists():
            raise Refused("The file is there already", where=str(csv), todo="Name another file")
        write_whole(csv, reports.as_csv(rows).encode())
    emit({"reports": rows, "written": csv}, lambda: "\n".join(map(_line, rows)) or "No report that you may see.")


def show(number: Number, by: By) -> None:
    """Show a report: its original, its readings, its chain. That you opened it is logged for its writer."""
    told = _whole(number, by)

    def text() -> str:
        lines = [_line(told), f"SHA-256 {told['sha256']}, ledger entry {told['ledger_seq']}", "", told["original"], ""]
        lines += [told["original_note"], ""] if told["original_note"] else []
        for r in told["readings"]:
            severity = "not graded" if r["severity"] is None else r["severity"]
            factors = ", ".join(r["factors"]) or "none"
            lines.append(
                f"Read by {r['post']}: severity {severity}, grade {r['grade']}, factors {factors}. {r['note']}"
            )
        lines += ["A reading is shown when you have given yours, or when both are in."] if told["blind"] else []
        return "\n".join([*lines, *(line for hop in told["hops"] for line in _hop(hop))])

    emit(told, text)


def difference(number: Number, by: By) -> None:
    """Show what became of each statement on each hop: kept, reworded, softened, dropped, added, with the reasons."""
    told = _whole(number, by)
    hops = told["hops"]
    emit(
        {"report": number, "hops": hops},
        lambda: "\n".join(line for hop in hops for line in _hop(hop)) or f"Report {number} has not been sent on.",
    )


def figures() -> None:
    """Show latency and attenuation a hop, lapses, what was suppressed and came true. No text, no names."""
    ready()
    from tocsin.response.docket.reports import figures as counted

    told = counted.figures()

    def text() -> str:
        lines = [
            f"{told['reports']} reports: {told['used']} used, {told['credited']} credited as early.",
            f"Suppressed (held, gone around, unread, or softened): {told['suppressed']}; "
            f"of them followed by a decision to act or an onset: {told['suppressed_then_true']}.",
        ]
        for row in told["hops"]:
            lost = ["none to lose" if v is None else f"{v:.0%}" for v in (row["statements_lost"], row["figures_lost"])]
            lines.append(
                f"  from tier {row['from_tier']}: {row['sent']} sent, {row['held']} held, {row['around']} gone around; "
                f"statements lost {lost[0]}, figures lost {lost[1]}"
            )
        lines += [f"  {c['office']} {c['month']}: {c['reports']}" for c in told["by_office_and_month"]]
        return "\n".join(lines)

    emit(told, text)


def _actor(by: str) -> Any:
    from tocsin.response.register.people import cli_actor

    return cli_actor(by)


def _whole(number: int, by: str) -> dict[str, Any]:
    ready()
    from tocsin.response.docket.reports import show as reports
    from tocsin.response.docket.reports import sight

    actor = _actor(by)
    report = sight.found(number)
    sight.post_for(report, [actor.post])
    return reports.whole(context(), report, actor, [actor.post])


def _line(r: dict[str, Any]) -> str:
    due = f", due {r['due']}" if r["due"] else ""
    severity = "" if r["severity"] is None else f", severity {r['severity']}"
    where = f"{r['state']}, tier {r['tier']}{due}{severity}"
    return f"Report {r['number']}, {r['place']}, of {r['dated']}, from {r['writer']}: {where}"


def _hop(hop: dict[str, Any]) -> list[str]:
    if hop["kind"] == "around":
        return [f"Went around {hop['post']} to tier {hop['to_tier']} at {hop['at']}: the original stands."]
    if hop["kind"] == "held":
        return [f"Held by {hop['post']} at tier {hop['from_tier']}: {hop['reason']}"]
    lines = [f"Sent by {hop['post']} to tier {hop['to_tier']} after {hop['hours']} h:"]
    if not hop["judged"]:
        lines.append("  Words are not judged in this language; figures are.")
    for c in hop["changes"]:
        if c["kind"] == "kept":
            continue
        lines.append(f"  {c['kind']}: {c['received'] or c['sent']}")
        lines += [f"    became: {c['sent']}"] if c["received"] and c["sent"] else []
        lines += [f"    {w}" for w in c["why"]]
        lines.append(f"    reason of {hop['post']}: {c['reason']}")
    return lines if any(c["kind"] != "kept" for c in hop["changes"]) else [*lines, "  word for word as received."]
