"""``tocsin options comparators``: past cases that were like a place when they began, and where the analogy breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli.output import context, emit, ready

if TYPE_CHECKING:
    from tocsin.options.comparators import Comparator

Place = Annotated[str, typer.Option("--place", help="ISO 3166 code of three letters, or a name")]
Factors = Annotated[str, typer.Option("--factors", help="Risk factors seen, as RF7,RF8; left out: as assessed")]
Feared = Annotated[str, typer.Option("--perpetrator", help="Who is feared: state | non_state | both")]
Setting = Annotated[str, typer.Option("--setting", help="Out of what: election, coup, insurgency, civil_war …")]
Armed = Annotated[str, typer.Option("--armed-conflict", help="yes | no")]
Regime = Annotated[str, typer.Option("--regime", help="military | party | contested | collapsed | occupied")]
Most = Annotated[int, typer.Option("--most", min=1, max=64, help="How many")]


def register(app: typer.Typer) -> None:
    """Add the command to the group of options."""
    group = next(g.typer_instance for g in app.registered_groups if g.name == "options")
    assert group is not None
    group.command("comparators")(comparators)


def comparators(
    *,
    place: Place,
    factors: Factors = "",
    perpetrator: Feared = "",
    setting: Setting = "",
    armed_conflict: Armed = "",
    regime: Regime = "",
    most: Most = 5,
) -> None:
    """Name the past cases that were most alike when they began: by what was known then, never by how they ended."""
    from tocsin.catalog.library import library
    from tocsin.catalog.structure import structures
    from tocsin.options import comparators as nearest

    ready()
    from tocsin.response.docket.acts.bell import find_place
    from tocsin.response.register import assessments

    place_id = find_place(place)
    seen = [f.strip().upper() for f in factors.replace(";", ",").split(",") if f.strip()]
    known = {"perpetrator": perpetrator, "setting": setting, "armed_conflict": armed_conflict, "regime": regime}
    asked = nearest.like(
        place_id, seen or list(assessments.factors_seen(place_id)), context().now().year, library(), **known
    )
    cases = nearest.comparators(asked, library(), structures(), most=most)
    told = {
        "place_id": place_id,
        "factors": list(asked.factors),
        "known": dict(asked.known),
        "cases": [c.as_dict() for c in cases],
        "note": nearest.HABIT,
    }
    emit(told, lambda: _text(cases, place_id, asked.factors, nearest.KINDS, nearest.HABIT))


def _text(cases: list[Comparator], place_id: str, factors: tuple[str, ...], kinds: dict[str, str], habit: str) -> str:
    """Return the cases as text, what breaks the analogy before what came of them."""
    lines = [f"{place_id}, factors {', '.join(factors) or 'none seen'}. {habit}.", ""]
    for case in cases:
        added = "; added, because the nearest are all of the other kind" if case.added else ""
        lines += [
            f"{case.id} {case.name} {case.years}: {kinds[case.kind]}{added}  [{case.basis_label}]",
            f"     Alike: {'; '.join(case.similarities) or 'nothing that is known here'}",
            f"     Breaks: {'; '.join(case.differences)}",
            f"     Done: {case.measures}",
            f"     Came of it: {case.outcome}",
        ]
    return "\n".join(lines)
