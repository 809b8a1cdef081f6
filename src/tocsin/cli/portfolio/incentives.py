"""``tocsin portfolio model | incentives | programme``: who gains from violence, and what a programme shifts."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer

from tocsin.cli.output import context, emit, ready
from tocsin.cli.package import read_file
from tocsin.core.errors import Refused

Place = Annotated[str, typer.Argument(help="A place: letters or name")]
By = Annotated[str, typer.Option(help="The post you act under")]
Version = Annotated[int | None, typer.Option("--version", help="Which version; the newest, if not given")]


def model(
    place: Place,
    file: Annotated[Path, typer.Argument(help="The model, YAML or JSON: as_of, actors, lines, bargains")],
    why: Annotated[str, typer.Option(help="What this version changes, and why")],
    by: By,
) -> None:
    """Keep a new version of a place's incentive model: actors, and what each course brings them, with sources."""
    said = read_file(file, "model", "docs/how-to/screen-a-portfolio.md shows one")
    ready()
    from tocsin.catalog.geography.lookup import meant as place_id
    from tocsin.response.register import incentives as kept
    from tocsin.response.register.people import cli_actor

    row = kept.save(context(), place_id(place), said, cli_actor(by), why=why)
    _emit(kept.standing(row), f"Version {row.version} of the model of {row.place_id} is kept.")


def incentives(place: Place, version: Version = None) -> None:
    """Show who gains from violence by a place's model: payoffs by actor and course, as ranges, with their sources."""
    ready()
    from tocsin.response.register import incentives as kept

    _emit(kept.standing(_model(place, version)), "")


def programme(
    place: Place,
    file: Annotated[Path, typer.Argument(help="The programme, YAML or JSON: name, says, assumptions, effects")],
    by: By,
    version: Version = None,
    project: Annotated[int | None, typer.Option(help="Number of the project it is")] = None,
) -> None:
    """Enter a programme: what it changes in the payoffs of each actor, what decides the sign, whom it could harm."""
    said = read_file(file, "programme", "docs/how-to/screen-a-portfolio.md shows one")
    ready()
    from tocsin.response.register import incentives as kept
    from tocsin.response.register.people import cli_actor

    tried = kept.enter_programme(context(), _model(place, version), said, cli_actor(by), project=project)
    _emit(kept.trial(tried), f"Programme {tried.pk} is kept beside version {tried.model.version} of the model.")


def _model(place: str, version: int | None) -> Any:
    from tocsin.catalog.geography.lookup import meant as place_id
    from tocsin.response.register import incentives as kept

    meant = place_id(place)
    row = kept.model_of(meant, version)
    if row is None:
        which = f"version {version}" if version is not None else "incentive model"
        raise Refused(f"{meant} has no {which}", todo=f"Run: tocsin portfolio model {meant} FILE")
    return row


def _emit(said: dict[str, Any], first: str) -> None:
    def text() -> str:
        lines = [first] if first else []
        lines.append(f"{said['place']}, model version {said['version']}, as of {said['as_of']}. {said['why']}")
        for actor in said["actors"]:
            lines.append(f"\n{actor['name']} ({actor['kind']})")
            for p in actor["payoffs"]:
                change = p["change"]
                moved = "" if change["sign"] == "unchanged" else f"; change {_range(change)}, {change['said']}"
                lines.append(f"  {p['course']}: {_range(p['before'])} {p['unit']}{moved}")
            for a in actor["advantages"]:
                lines.append(f"  Over {a['over'].lower()}: {a['pays_said']}")
                if said["programme"]:
                    lines.append(f"    {a['said']}: {_range(a['change'])} {a['unit']}")
                lines += [
                    f"    - {w['says']} ({' to '.join(w['range'])}): moves it by {w['swing']}; {w['settles_said']}"
                    + (f"; no sign at {w['turns_at']}" if w["turns_at"] else "")
                    for w in a["weights"]
                ]
        lines += [
            f"Judged steps: {s['actor']}, {s['course']}, {s['flow']}: {' to '.join(s['moved'])}, {s['said']}"
            for s in said["steps"]
        ]
        lines += [f"Bargain: {s['said']}: {_range(s['change'])} {s['unit']}" for s in said["strained"]]
        for one in said["programme"]["assumptions"] if said["programme"] else ():
            low, high = (f"{Decimal(one[end]):,f}" for end in ("low", "high"))
            lines.append(f"Assumed: {one['says']} ({low} to {high}; {one['source']})")
            lines.append(f"  Could harm: {one['harmed']}. Wrong if: {one['wrong_if']}.")
        return "\n".join(lines)

    emit(said, text)


def _range(ends: dict[str, str]) -> str:
    return ends["low"] if ends["low"] == ends["high"] else f"{ends['low']} to {ends['high']}"
