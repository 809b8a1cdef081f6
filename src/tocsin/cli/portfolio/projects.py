"""``tocsin portfolio import | lists | screen | project | review``: lists of projects and the flags of their sectors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from tocsin.cli.output import context, emit, ready
from tocsin.core.errors import Misuse, Refused
from tocsin.core.numbers import counted

By = Annotated[str, typer.Option(help="The post you act under")]
Number = Annotated[int, typer.Argument(help="Number of the project; tocsin portfolio screen shows it")]
Place = Annotated[str, typer.Option(help="A place: letters or name")]
SHOWN = 25


def import_(
    file: Annotated[
        Path, typer.Argument(help="IATI activities (XML), or a table (CSV, XLSX) whose columns follow IATI's elements")
    ],
    portfolio: Annotated[str, typer.Option(help="Whose projects they are, as 'Bilateral fund 2026'")],
    by: By,
) -> None:
    """Take a list of projects in: sealed by its hash, read line by line, what does not fit quarantined with reasons.

    The same file twice is one reading, and one that broke off goes on where it stopped.
    """
    ready()
    from tocsin.response.register import portfolio as projects
    from tocsin.response.register.people import cli_actor

    taken = projects.take(context(), file, portfolio, cli_actor(by))
    data = {
        "list": taken.file.pk,
        "portfolio": taken.file.portfolio,
        "sha256": taken.file.sha256,
        "already": taken.already,
        "lines": taken.read.lines,
        "taken": taken.read.taken,
        "quarantined": [
            {"line": q.line, "near_line": q.cells.get("near_line", ""), "reasons": q.reasons}
            for q in taken.file.quarantined.order_by("line", "id")[:SHOWN]
        ],
        "quarantined_count": taken.read.quarantined,
        "unknown_columns": list(taken.unknown_columns),
    }

    def text() -> str:
        lines = ["This list was read before; nothing is added."] if taken.already else []
        lines.append(
            f"List {taken.file.pk}, {taken.file.portfolio}: "
            f"{taken.read.taken:,} of {counted(taken.read.lines, 'project')} taken in; "
            f"{taken.read.quarantined} quarantined. sha256 {taken.file.sha256}"
        )
        for q in data["quarantined"]:
            where = f"activity {q['line']}, near line {q['near_line']}" if q["near_line"] else f"line {q['line']}"
            lines += [f"  {where}: {_reason(r)}" for r in q["reasons"]]
        if taken.unknown_columns:
            lines.append(f"Not read: the columns {', '.join(taken.unknown_columns)}")
        return "\n".join(lines)

    emit(data, text)


def _reason(reason: dict[str, str]) -> str:
    where = f"{reason['column']} " if reason["column"] else ""
    value = f"{reason['value']!r} " if reason["value"] else ""
    return f"{where}{value}{reason['rule']}. {reason['todo']}."


def lists() -> None:
    """List the lists of projects that were taken in, and those whose reading broke off."""
    ready()
    from tocsin.response.register.models import ProjectFile

    rows = [
        {
            "list": f.pk,
            "portfolio": f.portfolio,
            "name": f.name,
            "sha256": f.sha256,
            "size_bytes": f.size_bytes,
            "at": f.at,
            "read": hasattr(f, "read"),
            "taken": f.read.taken if hasattr(f, "read") else None,
            "quarantined": f.read.quarantined if hasattr(f, "read") else None,
        }
        for f in ProjectFile.objects.select_related("read").order_by("id")
    ]

    def told(row: dict[str, Any]) -> str:
        if not row["read"]:
            return "its reading broke off; take it in again to go on"
        return f"{row['taken']} taken, {row['quarantined']} quarantined"

    lines = [f"{r['list']}  {r['portfolio']}  {r['name']}  {told(r)}" for r in rows]
    emit({"lists": rows}, "\n".join(lines) or "No list of projects was taken in. Run: tocsin portfolio import FILE")


def screen(
    *,
    portfolio: Annotated[str, typer.Option(help="Of one portfolio")] = "",
    place: Place = "",
    factor: Annotated[str, typer.Option(help="Flags of one factor, as RF5")] = "",
    effect: Annotated[str, typer.Option(help="restrains | may_feed | unclear")] = "",
    standing: Annotated[str, typer.Option(help="applies | conditional | not_now")] = "",
    last: Annotated[str, typer.Option("--review", help="open | accept | reject | adjust")] = "",
    covered: Annotated[str, typer.Option(help="screened | in_part | not_screened")] = "",
    sector: Annotated[str, typer.Option(help="A sector code, or how it begins")] = "",
    out: Annotated[Path | None, typer.Option(help="Write to NAME.csv or NAME.json instead")] = None,
) -> None:
    """Show projects with their flags by risk factor. A flag is a question a rule puts about a sector, no finding."""
    ready()
    from tocsin.catalog.geography.lookup import meant as place_id
    from tocsin.response.register import portfolio as projects

    asked = projects.Asked(
        portfolio,
        place_id(place) if place else "",
        factor,
        effect,
        standing,
        last,
        covered,
        sector,
    )
    for name, known in projects.choices().items():
        value = getattr(asked, name)
        if value and value not in known:
            todo = f"Choose among: {', '.join(known) or 'none yet'}"  # type: ignore[arg-type]
            raise Misuse(f"{value[:60]!r} is no choice of --{name}", todo=todo)
    if out is not None:
        _write(out, asked)
        return
    rows = list(projects.screened(asked))

    def text() -> str:
        lines = []
        for row in rows:
            head = f"{row['project']}  {row['iati_identifier']}  {row['place_id']}  {row['title'][:80]}"
            lines.append(f"{head}  [{row['covered_said']}]")
            lines += [f"    {_flag(flag)}" for flag in row["flags"]]
            lines += [f"    not screened: {o['code']} {o['why']}" for o in row["left_out"]]
        if asked.of_flags:
            lines.append("What was not screened has no flag and is not among these: --covered not_screened shows it.")
        if not rows:
            lines.append("No project fits. Lists are taken in by: tocsin portfolio import FILE")
        return "\n".join(lines)

    emit({"asked": vars(asked), "projects": rows}, text)


def _flag(flag: dict[str, Any]) -> str:
    word = flag["reviewed"]
    last = f"reviewed: {word['verdict']}, {word['reasons']}" if word else "not reviewed"
    sectors = ", ".join(s["code"] for s in flag["sectors"])
    return (
        f"{flag['factor']} {flag['effect_said']} ({flag['rule']}; {sectors}); {flag['standing']}: {flag['state']}; "
        f"studies: {flag['counted']}; {last}"
    )


def _write(out: Path, asked: Any) -> None:
    from tocsin.core.files import write_whole
    from tocsin.response.register import portfolio as projects

    makers = {".csv": projects.as_csv, ".json": projects.as_json}
    if out.suffix not in makers:
        raise Misuse(f"{out.name} is neither .csv nor .json", todo="Name the file NAME.csv or NAME.json")
    if out.exists():
        raise Refused(f"{out} is there already", todo="Choose another name, or take it away first")
    write_whole(out, makers[out.suffix](projects.screened(asked)))
    emit({"file": out}, f"The screened projects are in {out}.")


def project(number: Number, place: Place = "") -> None:
    """Show one project: each flag with why, what it presumes, the studies behind it, and what would lower the risk."""
    ready()
    from tocsin.response.register import portfolio as projects

    row = projects.project(number)
    one = projects.one(row, _place_in(row, place))

    def text() -> str:
        lines = [f"{one['title']} ({one['iati_identifier']}, {one['reporting_org']}) in {one['place']}"]
        lines.append(f"{one['covered_said']}; {one['status_said']}; {one['budget'] or 'no budget'} {one['currency']}")
        for flag in one["flags"]:
            lines += [
                "",
                _flag(flag),
                f"  {flag['why']}.",
                f"  Presumes: {flag['presumes']}. Basis: {flag['basis']}",
            ]
            lines += [f"  Would lower the risk: {flag['lowers']}"]
            for s in flag["studies"]:
                against = f" Disputed by {', '.join(s['disputed_by'])}." if s["disputed_by"] else ""
                gone = f" NOT COUNTED: {s['withdrawn']}." if s["withdrawn"] else ""
                lines.append(f"  - {s['finds_said']}: {s['title']}: {s['says']}.{against}{gone} [{s['basis']}]")
        return "\n".join(lines)

    emit({"project": one}, text)


def _place_in(row: Any, place: str) -> str:
    """Return the place that is meant: the only one of the project, or the one named. Raises Misuse otherwise."""
    from tocsin.catalog.geography.lookup import meant as place_id

    its = [p.place_id for p in row.places.all()]
    if not place and len(its) == 1:
        return str(its[0])
    meant = place_id(place) if place else ""
    if meant not in its:
        raise Misuse(f"Project {row.pk} is in {', '.join(its)}", todo="Name one of them: --place")
    return meant


def review(
    number: Number,
    *,
    rule: Annotated[str, typer.Option(help="The rule whose flag it is about, as food-means")],
    verdict: Annotated[str, typer.Option(help="accept | reject | adjust")],
    reasons: Annotated[str, typer.Option(help="Why")],
    by: By,
    place: Place = "",
    adjusted: Annotated[str, typer.Option(help="To adjust: restrains | may_feed | unclear")] = "",
    change: Annotated[str, typer.Option(help="What will be changed in the project")] = "",
) -> None:
    """Say of a flag whether it holds, with the reason. Appended: the newest word stands, earlier ones stay readable."""
    ready()
    from tocsin.response.register import portfolio as projects
    from tocsin.response.register.people import cli_actor

    where = _place_in(projects.project(number), place)
    row = projects.review(
        context(),
        number,
        cli_actor(by),
        place_id=where,
        rule=rule,
        verdict=verdict,
        reasons=reasons,
        adjusted=adjusted,
        change=change,
    )
    emit(
        {"review": row.pk, "project": number, "place_id": where, "rule": rule, "verdict": verdict},
        f"On record: {rule}, {verdict}. {projects.VERDICTS[verdict]}.",
    )
