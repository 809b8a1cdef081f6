"""``tocsin r2p``: what is owed and what is lawful, by pillar and crime; and what this house did about it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin.cli.output import context, emit, ready
from tocsin.core.errors import Misuse

if TYPE_CHECKING:
    from tocsin.catalog.r2p import Answer

Crime = Annotated[str, typer.Option(help="genocide | war_crimes | ethnic_cleansing | crimes_against_humanity")]
Pillar = Annotated[str, typer.Option(help="1, 2 or 3")]
FORMS = ("jsonld", "csv")


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    group = typer.Typer(no_args_is_help=True, help="The responsibility to protect: duties and lawful mechanisms.")
    group.command("map")(show)
    group.command("commitments")(commitments)
    group.command("export")(export)
    app.add_typer(group, name="r2p")


def show(crime: Crime = "", pillar: Pillar = "") -> None:
    """List the duties and the lawful mechanisms for a crime under a pillar, each with its source."""
    from tocsin.catalog.r2p import asked, whole

    found = asked(crime, pillar)
    sides = whole().sides
    emit(
        {
            "crime": found.crime or None,
            "pillar": found.pillar or None,
            "duties": [d.model_dump() | {"basis_label": d.basis_label} for d in found.duties],
            "mechanisms": [
                m.model_dump()
                | {"basis_label": m.basis_label, "lawful_with": m.needs_said}
                | {"leads": [_procedure(p) for p in found.procedures[m.id]]}
                for m in found.mechanisms
            ],
            "notes": [c.note for name, c in sides.crimes.items() if name == found.crime],
            "basis_label": sides.basis_label,
        },
        lambda: _told(found),
    )


def commitments(
    crime: Crime = "",
    pillar: Pillar = "",
    *,
    unmet: Annotated[bool, typer.Option("--unmet", help="Only those.")] = False,
) -> None:
    """List the duties with their commitments on record, the acts that cite them, and which are unmet."""
    ready()
    from tocsin.catalog.r2p import asked
    from tocsin.response.oversight.owed import UNMET, owed

    rows = owed(asked(crime, pillar).duties, context().now().date())
    rows = [row for row in rows if not unmet or row["state"] == UNMET]

    def text() -> str:
        lines = [f"{len(rows)} duties, {sum(r['state'] == UNMET for r in rows)} of them unmet: no act here cites them."]
        for row in rows:
            lines.append(f"{row['id']}: {row['duty']} ({row['source']}) [{row['state']}]")
            lines += [
                f"    {c['key']}: {', '.join(c['states'])}; {len(c['acts'])} acts cite it" for c in row["commitments"]
            ]
        return "\n".join(lines)

    emit({"duties": rows, "unmet": sum(r["state"] == UNMET for r in rows)}, text)


def export(
    form: Annotated[str, typer.Option("--format", help="jsonld | csv")] = "jsonld",
    to: Annotated[Path | None, typer.Option(help="A file to write; without it, the screen")] = None,
) -> None:
    """Write the map as JSON-LD or CSV. The same bytes every time."""
    from tocsin.catalog.r2p import editions
    from tocsin.core.files import write_whole

    if form not in FORMS:
        raise Misuse(f"{form!r} is no format", todo=f"Choose one of {', '.join(FORMS)}")
    data = editions.find(form)
    if to is None:
        emit({"format": form, "text": data.decode()}, data.decode().rstrip("\n"))
        return
    if not to.parent.is_dir():
        raise Misuse(f"There is no folder {to.parent}", todo="Make it, or write elsewhere")
    write_whole(to, data)
    emit({"file": str(to), "format": form, "bytes": len(data)}, f"{to}: {len(data)} bytes, {editions.LICENCE}")


def _procedure(row: Any) -> dict[str, Any]:
    names = ("id", "body", "procedure", "threshold", "veto_or_block", "lead_days_min", "lead_days_max")
    return {name: getattr(row, name) for name in names} | {"basis_label": row.basis_label}


def _told(found: Answer) -> str:
    crime, pillar = found.crime.replace("_", " ") or "every crime", found.pillar and f"pillar {found.pillar}"
    lines = [
        f"{crime}, {pillar or 'every pillar'}: {len(found.duties)} duties, {len(found.mechanisms)} lawful mechanisms."
    ]
    lines += [f"  duty {d.id}: {d.who}: {d.duty} [{d.kind}; {d.source}; {d.basis_label}]" for d in found.duties]
    for m in found.mechanisms:
        lines.append(f"  mechanism {m.id}: {m.title} [{m.source}; {m.basis_label}]")
        lines.append(f"      lawful with {m.needs_said}; limits: {m.limits}")
        lines += [
            f"      {p.id} {p.body}: {p.procedure}; {p.threshold}; {p.lead_days_min}-{p.lead_days_max} days"
            for p in found.procedures[m.id]
        ]
    return "\n".join(
        [*lines, "What is lawful is no advice, and nothing here says that a crime was committed anywhere."]
    )
