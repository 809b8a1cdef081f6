"""``tocsin score``: judge the forecasts, in public, on rows a rival has forecast too."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli.output import context, emit
from tocsin.core.errors import Misuse

score = typer.Typer(no_args_is_help=True, help="Score forecasts against outcomes and against rivals.")


def register(app: typer.Typer) -> None:
    """Add the group ``score``."""
    app.add_typer(score, name="score")


@score.command("onset")
def onset(  # noqa: PLR0917 - one option each
    panel: Annotated[Path, typer.Option(help="The rival's modelling panel (CSV).")],
    peer: Annotated[Path, typer.Option(help="The rival's rolling forecasts (CSV).")],
    rows_out: Annotated[Path | None, typer.Option(help="Also write every scored row here, for your own use.")] = None,
    refit: Annotated[bool, typer.Option(help="Make the rolling forecasts anew even if a record is bundled.")] = False,
    draws: Annotated[int, typer.Option(help="Redraws of countries for the intervals.", min=10)] = 300,
    seeds: Annotated[int, typer.Option(help="Seeds to run onset_v2 with, for its spread; 1 gives none.", min=1)] = 5,
) -> None:
    """Run the rolling head-to-head on an Early Warning Project edition: the same rows, losses included."""
    from tocsin.evidence.forecast.score import head_to_head, rows, text
    from tocsin.evidence.forecast.score import peer as edition

    began = time.monotonic()
    ctx = context()
    read = edition.read(panel, peer)
    ours = head_to_head.snapshot(ctx)
    result, slates = head_to_head.run(read, ours, ctx, refit=refit, draws=draws, n_seeds=seeds)
    result["panel_flags"] = list(read.flags)
    if rows_out:
        rows.write(rows_out, slates)
        result["rows_out"] = str(rows_out)
    result["seconds"] = round(time.monotonic() - began, 1)
    flags = [f"Flagged in the panel: {flag}." for flag in read.flags]
    emit(result, lambda: "\n".join([text.table(result), *flags]))


@score.command("monthly")
def monthly(
    base: Annotated[
        list[Path] | None,
        typer.Option(help="Folder of a yearly record made under another seed; repeat it to see the spread over seeds."),
    ] = None,
    draws: Annotated[int, typer.Option(help="Redraws of countries for the intervals.", min=10)] = 300,
    to: Annotated[Path | None, typer.Option(help="Also write the figures the desk reads to this file.")] = None,
    page: Annotated[Path | None, typer.Option(help="Also write the page of the record to this file.")] = None,
) -> None:
    """Score the monthly refresh of onset after 0, 1, 3 and 6 months seen, misses and lead times included."""
    from tocsin.evidence.forecast.monthly import page as pages
    from tocsin.evidence.forecast.monthly import score as judge
    from tocsin.evidence.forecast.monthly import text

    began = time.monotonic()
    result = judge.run(context(), bases=base or [], draws=draws)
    written = pages.publish(result, to, page)
    emit(
        {**result, "files": written, "seconds": round(time.monotonic() - began, 1)},
        lambda: text.table(result),
    )


@score.command("record")
def record(
    to: Annotated[
        Path | None, typer.Option(help="Folder to write to; default: the bundled snapshot's forecasts.")
    ] = None,
    model: Annotated[str, typer.Option(help="The model: onset_v1 or onset_v2.")] = "onset_v1",
) -> None:
    """Make the rolling record of a model on the data in force, and keep it with the hash of its inputs."""
    from tocsin.evidence.forecast import record as kept
    from tocsin.evidence.forecast.score import head_to_head
    from tocsin.evidence.forecast.score.make_record import make_record

    if model not in head_to_head.MODELS:
        raise Misuse(f"{model} has no rolling record", todo=f"Give one of {', '.join(head_to_head.MODELS)}")
    began = time.monotonic()
    ctx = context()
    history, about = make_record(ctx, model)
    written = kept.write(history, about, to or kept.FOLDER, model_id=model)
    emit(
        {"files": written, **about, "rows": len(history), "seconds": round(time.monotonic() - began, 1)},
        f"{len(history)} rolling forecasts, bases {about['first_base']} to {about['newest_year']}: "
        + ", ".join(str(path) for path in written),
    )


@score.command("conflict-record")
def conflict_record(
    to: Annotated[
        Path | None, typer.Option(help="Folder to write to; default: the bundled snapshot's forecasts.")
    ] = None,
) -> None:
    """Make the rolling record of conflict_v1 on the data in force, and keep it with the hash of its inputs."""
    from tocsin.evidence.forecast import conflict_record as room
    from tocsin.evidence.forecast import record as kept

    history, about = room.bundle(context())
    written = kept.write(history, about, to or kept.FOLDER, room.MODEL)
    emit(
        {"files": written, **about, "rows": len(history)},
        f"{len(history)} rolling forecasts, bases {about['first_base']} to {int(about['newest_year']) - 1}: "
        + ", ".join(str(path) for path in written),
    )


@score.command("publish")
def publish(
    scores: Annotated[Path, typer.Argument(help="The JSON that `tocsin --json score onset` printed.")],
    page: Annotated[Path, typer.Option(help="The track-record page to write.")] = Path("docs/explain/track-record.md"),
    figures: Annotated[Path | None, typer.Option(help="The figures the desk reads; default: the bundled ones.")] = None,
) -> None:
    """Write the track-record page and the desk's figures from measured scores. Numbers are copied, never typed."""
    from tocsin.evidence.forecast import track_record

    written = track_record.publish(scores, page, figures or track_record.FIGURES)
    emit({"files": written}, "Written: " + ", ".join(str(path) for path in written))


@score.command("violence")
def violence(
    first: Annotated[int, typer.Option(help="First test year: its first origin is the December before.")] = 2010,
    last: Annotated[int, typer.Option(help="Last test year.")] = 2021,
    draws: Annotated[int, typer.Option(help="Redraws of countries for the intervals.", min=0)] = 200,
    seeds: Annotated[int, typer.Option(help="Fits of a smaller set with other seeds; 0 leaves them out.", min=0)] = 5,
    part: Annotated[
        str, typer.Option(help="thresholds, one_sided_deaths, state_based_deaths, seeds, candidates, or all.")
    ] = "all",
) -> None:
    """Score violence_v1 on months that followed, beside persistence, climatology and conflictology.

    Years from 2010 on are the test: every run on them is a look, to be noted in catalog/models/looks/violence_v1.yml.
    """
    from tocsin.evidence.forecast.violence import score as judged
    from tocsin.evidence.forecast.violence import text

    began = time.monotonic()
    result = judged.run(context(), first, last, draws=draws, seeds=seeds, part=part)
    result["seconds"] = round(time.monotonic() - began, 1)
    emit(result, lambda: text.table(result))


@score.command("months")
def months(
    to: Annotated[
        Path | None, typer.Option(help="Folder to write to; default: the bundled snapshot's forecasts.")
    ] = None,
) -> None:
    """Forecast the months ahead with violence_v1 on the data in force.

    And keep the rows with the hash of their inputs.
    """
    from tocsin.evidence.forecast.violence import kept
    from tocsin.evidence.forecast.violence import live as ahead

    began = time.monotonic()
    said = ahead.of_tables(context())
    written = kept.write(said.forecasts, said.about, said.about["key"], to or kept.FOLDER)
    emit(
        {"files": written, **said.about, "rows": len(said.forecasts), "seconds": round(time.monotonic() - began, 1)},
        f"{len(said.forecasts)} rows from {said.about['origin']}: " + ", ".join(str(path) for path in written),
    )


@score.command("publish-violence")
def publish_violence(
    scores: Annotated[list[Path], typer.Argument(help="What `tocsin --json score violence` printed, all parts.")],
    page: Annotated[Path, typer.Option(help="The page to write.")] = Path("docs/explain/track-record-violence.md"),
    figures: Annotated[Path | None, typer.Option(help="The figures to write; default: the bundled ones.")] = None,
) -> None:
    """Write the record of monthly violence and its figures from measured scores. Numbers are copied, never typed."""
    from tocsin.evidence.forecast.violence import page as written

    files = written.publish(scores, page, figures or written.FIGURES)
    emit({"files": files}, "Written: " + ", ".join(str(path) for path in files))
