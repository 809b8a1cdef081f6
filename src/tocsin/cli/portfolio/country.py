"""``tocsin portfolio capacities | institutions | judge | overlay``: what a country lacks, and what is done there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from tocsin.cli.output import context, emit, ready
from tocsin.core.errors import Refused

Place = Annotated[str, typer.Argument(help="A place: letters or name")]
By = Annotated[str, typer.Option(help="The post you act under")]


def capacities(place: Place) -> None:
    """List the capacities a country lacks, by assessment or figures, and the types of programme that fit each."""
    ready()
    from tocsin.catalog.geography.lookup import meant as place_id
    from tocsin.response.register import country

    meant = place_id(place)
    rows = country.capacities(context(), meant)

    def text() -> str:
        lines = []
        for row in (r for r in rows if r["lacking"]):
            lines.append(f"\n{row['name']} ({row['factor']}): {row['state_said']}")
            lines += [f"  {s['code']} {s['text']}: {s['state'] or 'not assessed'}" for s in row["said"]]
            lines += [
                f"  {d['label']} {d['value']:g} in {d['period']} ({d['source_id']}, {d['release']}): {d['bound']}"
                for d in row["data"]
                if d["beyond"]
            ]
            for p in row["programmes"]:
                options = ", ".join(f"{o['id']} ({o['grade']})" for o in p["options"])
                lines.append(f"  fits: {p['name']} [{options}]; needs {p['needs']}; may harm: {p['may_harm']}")
                lines.append(f"    studies: {p['evidence']['said']}; projects of it here: {len(p['here'])}")
        rest = [r for r in rows if not r["lacking"]]
        lines.append("\nNot missing, or not known:" if lines else "Nothing is known to be missing:")
        lines += [f"  {r['name']}: {r['state_said']}" for r in rest]
        return "\n".join(lines).strip()

    emit({"place_id": meant, "capacities": rows}, text)


def institutions(
    place: Place, out: Annotated[Path | None, typer.Option(help="Write a table to NAME.csv instead")] = None
) -> None:
    """Show courts, oversight and early-warning bodies over time beside the support given. No proof of effect."""
    ready()
    from tocsin.catalog.geography.lookup import meant as place_id
    from tocsin.core.files import write_whole
    from tocsin.response.register import country
    from tocsin.response.register.country.institutions import NO_PROOF

    meant = place_id(place)
    kinds = country.institutions(context(), meant)
    if out is not None:
        if out.exists():
            raise Refused(f"{out} is there already", todo="Choose another name, or take it away first")
        write_whole(out, country.as_csv(kinds))
        emit({"file": out}, f"The table is in {out}.")
        return

    def text() -> str:
        lines = [NO_PROOF]
        for kind in kinds:
            lines.append(f"\n{kind['title']} ({', '.join(kind['factors'])})")
            for f in kind["figures"]:
                last = f["newest"]
                said = f"{last['value']:g} in {last['period']}, {f['course']}" if last else f["course"]
                lines.append(f"  {f['label']}: {said} ({f['source_id']}, {f['release']}). {f['stands_for']}")
            if not kind["figures"]:
                lines.append("  No figure here stands for it; only dated judgements do.")
            for w in kind["words"]:
                lines.append(f"  {w['as_of']} {w['body']}: {w['state_said']}, {w['trend_said']} ({w['source']})")
            lines += [f"  support: {p['title']} ({p['dates']}; {p['status_said']})" for p in kind["support"]]
        return "\n".join(lines)

    emit({"place_id": meant, "institutions": kinds, "no_proof": NO_PROOF}, text)


def judge(
    place: Place,
    *,
    kind: Annotated[str, typer.Option(help="courts | oversight | early_warning")],
    body: Annotated[str, typer.Option(help="The institution's name")],
    as_of: Annotated[str, typer.Option("--as-of", help="The day the judgement is about, as 2026-01-31")],
    state: Annotated[str, typer.Option(help="working | partly | not_working | absent | unknown")],
    trend: Annotated[str, typer.Option(help="better | same | worse | unknown")],
    source: Annotated[str, typer.Option(help="A link or citation")],
    vintage: Annotated[str, typer.Option(help="The day the source is of")],
    by: By,
    note: Annotated[str, typer.Option(help="What else there is to say")] = "",
) -> None:
    """Enter a dated judgement of an institution, with its source. Appended, never edited."""
    ready()
    from tocsin.catalog.geography.lookup import meant as place_id
    from tocsin.core.clock import parse_date
    from tocsin.response.register import country
    from tocsin.response.register.people import cli_actor

    row = country.say(
        context(),
        place_id(place),
        cli_actor(by),
        kind=kind,
        body=body,
        as_of=parse_date(as_of),
        state=state,
        trend=trend,
        source=source,
        vintage=parse_date(vintage),
        note=note,
    )
    emit({"judgement": row.pk, "place_id": row.place_id}, f"On record: {row.body}, {state}, as of {as_of}.")


def overlay(
    place: Place,
) -> None:
    """Lay the projects over a place: what may help which restraint, what might feed whose gain, with the studies."""
    ready()
    from tocsin.catalog.geography.lookup import meant as place_id
    from tocsin.response.register import portfolio as projects

    found = projects.overlay(place_id(place))

    def text() -> str:
        if not found["projects"]:
            return f"No project in {place}. Lists are taken in by: tocsin portfolio import FILE"
        lines = [
            f"{found['projects']} projects; {found['unscreened']} could not be asked about (not the same as no risk)"
        ]
        lines += ["", "May help restrain", *(f"  {_laid(r)}" for r in found["restraints"])]
        for gain in found["gains"]:
            who = "; ".join(f"{x['actor']}, {x['course']}" for x in gain["lines"]) or "the model has no line for it"
            lines += ["", f"{gain['name']}: {who if found['modelled'] else 'nobody has said who gains here'}"]
            lines += [f"  {_laid(r)}" for r in gain["rules"]]
        return "\n".join(lines)

    emit({"overlay": found}, text)


def _laid(row: dict[str, Any]) -> str:
    money = "; ".join(f"{m['kind']} {m['currency']} {m['said']}" for m in row["money"]) or "money not said"
    said = f"{row['factor']} {row['effect_said']} ({row['rule']}), {row['state']} here: {row['projects']} projects"
    rejected = f"; {row['rejected']} rejected by a reviewer" if row["rejected"] else ""
    return f"{said}, {money}{rejected}; studies: {row['counted']}"
