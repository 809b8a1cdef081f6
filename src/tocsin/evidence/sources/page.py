"""The page of a source in the reference, from its declaration alone: never written by hand, so it cannot go stale."""

from __future__ import annotations

from tocsin.evidence.sources.spec import Edge, Live, Shape, SourceSpec, loadable, spec

HEAD = "This page is written by `make reference` from `source.yml`; do not edit it."


def index() -> str:
    """Return the list of every source, as Markdown."""
    lines = [
        "# Sources",
        "",
        HEAD,
        "",
        "| source | publisher | every | licence | how it comes |",
        "|---|---|---|---|---|",
    ]
    for source_id in loadable():
        s = spec(source_id)
        how = "fetched" if s.live else "loaded by hand"
        how += ", only after terms are accepted" if s.live and s.live.terms else ""
        title = f"[{_cell(s.title)}]({source_id}.md)"
        lines.append(f"| {title} | {_cell(s.publisher)} | {span(s.cadence_days)} | {_cell(s.licence)} | {how} |")
    return "\n".join(lines) + "\n"


def page(source_id: str) -> str:
    """Return the page of one source, as Markdown."""
    s = spec(source_id)
    lines = [f"# {s.title}", "", HEAD, "", f"`{s.id}`, published by {s.publisher}: <{s.url}>.", ""]
    lines += [
        f"* Licence: [{s.licence}]({s.licence_url}){f'. {s.licence_note.strip()}' if s.licence_note else ''}",
        f"* Citation: {_line(s.citation)}",
        f"* Release: {s.release}",
        f"* Comes every {span(s.cadence_days)}; {span(s.grace_days)} of grace, then it is silent",
        f"* Coverage: {_line(s.coverage)}",
        f"* Fills: {', '.join(f'`{t}`' for t in s.tables)}",
        "* " + ("Part of the panel and of the bundled figures" if s.figures else "Beside the panel, never bundled"),
    ]
    lines += (
        _asked(s, s.live) if s.live else ["", "## How it comes", "", f"`tocsin load {s.id} FILE`; nobody is asked."]
    )
    lines += ["", "## What is taken from it", "", "| ours | made from |", "|---|---|"]
    lines += [f"| `{ours}` | {_cell(theirs)} |" for ours, theirs in s.columns_used.items()]
    lines += ["", "## Forms it may have", "", "| form | columns | what it is |", "|---|---|---|"]
    lines += [f"| `{name}` | {len(shape.columns)} | {_cell(_form(shape))} |" for name, shape in s.shapes.items()]
    if s.checks:
        lines += ["", "## Checks", "", "Below the first number the load stops, above the second it warns.", ""]
        lines += ["| of | from | to | why |", "|---|---|---|---|"]
        lines += [f"| {name} | {_edge(e.min)} | {_edge(e.max)} | {_cell(e.why)} |" for name, e in _checks(s)]
    return "\n".join(lines) + "\n"


def span(days: float) -> str:
    """Return a number of days in words: ``15 minutes``, ``31 days``."""
    for size, unit in ((1.0, "day"), (1 / 24, "hour")):
        if days >= size:
            return f"{days / size:g} {unit}{'' if days == size else 's'}"
    return f"{round(days * 1440):g} minutes"


def _asked(s: SourceSpec, live: Live) -> list[str]:
    """Return how the publisher is asked, and what a person does before."""
    basis = "from memory; not verified" if live.basis == "memory" else live.basis.removeprefix("read: ")
    lines = [
        "", "## How it comes", "",
        f"`tocsin feeds fetch {s.id}` asks {', '.join(f'`{h}`' for h in sorted(live.hosts))}, and no other host.", "",
        f"* Documentation: <{live.documentation}> ({'' if live.basis == 'memory' else 'read: '}{_line(basis)})",
        f"* Accepted: {', '.join(f'`{t}`' for t in live.types)}; at most {live.max_bytes:,} bytes an answer and "
        f"{live.max_pages:,} answers a fetch; at most {live.per_minute:g} questions a minute",
    ]  # fmt: skip
    if live.secrets:
        files = ", ".join(f"`{f}`" for f in live.secrets.values())
        needed = "Needed" if live.secrets_needed else "Of use, not needed"
        lines.append(
            f"* {needed}: {files} under the data folder, readable by its owner alone. {_line(live.secrets_from)}"
        )
    if live.terms:
        lines.append(f"* Terms to accept before: [{live.terms.title}]({live.terms.url}): `tocsin feeds terms {s.id}`")
    if live.private:
        lines.append("* Nothing of it leaves the machine in anything public")
    return lines


def _form(shape: Shape) -> str:
    """Return what a form is and how it is carried."""
    carried = " (JSON)" if shape.json_ else " (no header)" if shape.headerless else ""
    return f"{shape.about}{carried}"


def _checks(s: SourceSpec) -> list[tuple[str, Edge]]:
    own = [(f"{name} ({shape_id})", e) for shape_id, shape in s.shapes.items() for name, e in shape.checks.items()]
    return [*s.checks.items(), *own]


def _edge(value: float | None) -> str:
    return "" if value is None else f"{value:,g}"


def _line(text: str) -> str:
    return " ".join(text.split()).rstrip(".")


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
