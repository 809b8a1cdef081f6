"""The docket on a terminal: one screen, words before numbers, absolute times with the hours left beside them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from tocsin.core.clock import parse_time

WIDTH = 110
Shown = dict[str, Any]


def render(*parts: RenderableType) -> str:
    """Return what rich would print, as plain text."""
    console = Console(width=WIDTH, no_color=True, highlight=False, markup=False, legacy_windows=False)
    with console.capture() as capture:
        console.print(Group(*parts))
    return "\n".join(line.rstrip() for line in capture.get().rstrip().splitlines())


def when(text: str | None) -> str:
    """Return an ISO time as ``Thu 26 Nov 2026 14:00``; ``—`` when there is none."""
    if text is None:
        return "—"
    moment = parse_time(text)
    return f"{moment:%a} {moment.day} {moment:%b %Y %H:%M}"


def left(clock: Shown) -> str:
    """Return what a clock says: ``31 h left``, ``stopped``, ``met``, ``LAPSED``."""
    if clock["state"] == "running":
        return f"{clock['hours_left']} h left"
    if clock["state"] == "lapsed":
        return "LAPSED" + (f", answered {when(clock['answered_at'])}" if clock.get("answered_at") else "")
    return str(clock["state"])


def listing(rows: list[Shown], now: datetime) -> str:
    """Return the docket as a table, what is due first on top."""
    if not rows:
        return (
            "The docket is empty. A refresh opens items from warnings (tocsin refresh); "
            "anybody may ring the bell\n(tocsin bell PLACE --because TEXT)."
        )
    table = _table("item", "about", "level", "tier", "owner", "state", "acknowledge by", "decide by", "")
    for row in rows:
        delivery, decision = row["clocks"][0], row["clocks"][1]
        table.add_row(
            str(row["id"]),
            row["about"],
            row["level"],
            str(row["tier"]),
            row["owner"],
            row["state"],
            when(delivery["due"]) if delivery["state"] in ("running", "lapsed") else delivery["state"],
            when(decision["due"]),
            left(decision),
        )
    waiting = sum(row["state"] in ("open", "lapsed", "deferred") for row in rows)
    return render(
        Text(f"{waiting} of {len(rows)} await a decision. Times are UTC; now {now:%a} {now.day} {now:%b %Y %H:%M}."),
        table,
    )


def item(shown: Shown) -> str:
    """Return one item on one screen: question, clocks, ladder, warnings, decision, commitments, lapses."""
    head = Text(
        f"Item {shown['id']} · {shown['about']} · {shown['level']} · "
        f"tier {shown['tier']} of {shown['ceiling']} · {shown['state']}"
    )
    facts = (
        f"{shown['question']}\nOwner: {shown['owner']}; tier {shown['tier']} owes {shown['owes']}. "
        f"Opened {when(shown['opened_at'])} UTC.\n"
        f"Evidence: {shown['evidence_vintage']}. Directive version {shown['directive_version']}."
        + (f" Follows item {shown['follows']}." if shown["follows"] else "")
    )
    parts: list[RenderableType] = [head, Text(facts), _clocks(shown), _ladder(shown)]
    parts += [Text(said) for said in {step["nobody"] for step in shown["steps"]} if said]
    parts += [_warnings(shown)]
    parts += [_decision(d) for d in shown["decisions"]]
    if shown["commitments"]:
        parts.append(_commitments(shown))
    unowned = [t["warning"] for t in shown["tracks"] if t["warning"]]
    if unowned:
        parts.append(Text(f"{'; '.join(unowned)}."))
    if shown["decision"] is None and shown["state"] != "closed":
        parts.append(
            Text(
                f"Options: {shown['options']['command']}. "
                f"Cite in the reasons: {'; '.join(c.split(' ')[0] for c in shown['citable'])}."
            )
        )
    return render(*(line for part in parts for line in (part, Text())))


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _clocks(shown: Shown) -> Table:
    table = _table("clock", "due", "")
    for clock in shown["clocks"]:
        name = f"commitment {clock['commitment']}" if clock["name"] == "commitment" else clock["name"]
        # A review is owed on a day; its clock runs to the midnight after it, which reads as the day after.
        due = f"{when(clock['on'])[:-6]}, end of day" if clock.get("on") else when(clock["due"])
        table.add_row(name, due, left(clock))
    return table


def _ladder(shown: Shown) -> Table:
    table = _table("tier", "entered", "told", "answer by", "answered", "why")
    for step in shown["steps"]:
        told = ", ".join(t["post"] + ("" if t["at"] else " (not yet)") for t in step["told"]) or "nobody"
        answered = (
            f"{step['acknowledged_by']} {when(step['acknowledged_at'])}"
            if step["acknowledged_by"]
            else ("nobody" if step["lapsed"] else "—")
        )
        table.add_row(
            str(step["tier"]), when(step["entered_at"]), told, when(step["delivery_due"]), answered, step["why"]
        )
    return table


def _warnings(shown: Shown) -> Table:
    table = _table("warning", "level", "as of", "says")
    for warning in shown["warnings"]:
        table.add_row(
            f"{warning['ref']} {warning['tripwire_id']}", warning["level"], warning["as_of"], warning["summary"]
        )
    return table


def _decision(decision: Shown) -> Text:
    by = decision["person"] or f"command line, user {decision['os_user']}, no personal signature"
    lines = [
        f"Decision {decision['id']}, {decision['standing']}: to {decision['kind']}, {when(decision['at'])}, "
        f"by {decision['post']} ({by}).",
        f"Reasons: {decision['reasons']}",
    ]
    for label, key in (
        ("Waits for", "waits_for"),
        ("Deferred to", "defer_to"),
        ("What would change it", "would_change"),
        ("Dissent", "dissent"),
        ("Looked at again on", "review_on"),
    ):
        if decision[key]:
            lines.append(f"{label}: {decision[key]}")
    if kept := decision["without"]:
        because = f", because {kept['because']}" if kept["because"] else "; no reason was given"
        lines.append(f"Decided without: {'; '.join(kept['missing'])}{because}")
    lines += [f"Answer to {key}: {answer}" for key, answer in (decision["answers"] or {}).items()]
    lines += [f"Rejected {option}: {why}" for option, why in (decision["why_rejected"] or {}).items()]
    return Text("\n".join(lines))


def _commitments(shown: Shown) -> Table:
    table = _table("commitment", "what", "who", "due", "state", "shown by")
    for row in shown["commitments"]:
        table.add_row(
            str(row["id"]), row["what"], row["post"], when(row["due"]), row["state"], row["evidence"] or row["shown_by"]
        )
    return table
