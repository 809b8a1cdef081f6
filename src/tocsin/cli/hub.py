"""``tocsin hub``: take in forecasts made elsewhere, score them on the same rows, pool them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin.cli.output import context, emit, ready

if TYPE_CHECKING:
    from tocsin.evidence.hub.shelf import Enter
    from tocsin.evidence.hub.submit import Outcome

hub = typer.Typer(
    no_args_is_help=True, help="Take in forecasts made elsewhere, score them on the same rows, pool them."
)
EACH = 3
"""Findings of one rule told one by one on a terminal."""
TARGET = "What is forecast: the id of an outcome."
ONSET = "mass_killing_onset"


def register(app: typer.Typer) -> None:
    """Add the group ``hub``."""
    app.add_typer(hub, name="hub")


@hub.command("template")
def template(
    target: Annotated[str, typer.Option(help=TARGET)] = ONSET,
    origin: Annotated[
        str | None, typer.Option(help="Last period with data, as 2024 or 2024-06; default: last year.")
    ] = None,
    kind: Annotated[str, typer.Option(help="Who forecasts: model or human.")] = "model",
    form: Annotated[str, typer.Option(help="csv or parquet.")] = "csv",
    to: Annotated[Path, typer.Option(help="Folder to write to.")] = Path(),
) -> None:
    """Write a form ready to fill and the metadata that go with it, and say what each column means."""
    from tocsin.evidence.hub import template as forms

    made = forms.write(context(), target, origin, kind, to, form)
    result = {"form": made.form, "metadata": made.metadata, "rows": made.rows, "columns": made.columns}
    shape = "human" if kind == "human" else "hubverse"
    lines = [f"{made.rows} rows to fill: {made.form}", f"What you say of it: {made.metadata}", ""]
    lines += [f"  {name:15}{meaning}" for name, meaning in made.columns.items()]
    lines += ["", f"Then: tocsin hub submit {made.form} --metadata {made.metadata} --from {shape}"]
    emit(result, "\n".join(lines))


@hub.command("submit")
def submit(
    file: Annotated[Path, typer.Argument(help="The forecasts.")],
    metadata: Annotated[
        Path, typer.Option(help="What their makers say of them (YAML; tocsin hub template writes one).")
    ],
    shape: Annotated[str, typer.Option("--from", help="Its shape: hubverse, ewp, views or human.")] = "hubverse",
    by: Annotated[str, typer.Option("--by", help="The post on whose behalf it is taken in.")] = "analyst",
) -> int:
    """Take a forecast in and enter its receipt in the ledger, or refuse it with every reason; then nothing is kept."""
    from tocsin.evidence.hub import submit as desk

    with _on_record(by) as enter:
        found = desk.submit(context(), file, metadata, shape, post=by, enter=enter)
    emit(_result(found), lambda: _told(found))
    return 0 if found.accepted else 1


@hub.command("take")
def take(
    source: Annotated[str, typer.Argument(help="A source of forecasts that is loaded, for instance views.")],
    by: Annotated[str, typer.Option("--by", help="The post on whose behalf it is taken in.")] = "analyst",
) -> int:
    """Hand in the run of a source that is loaded, like any other submission; months already past are left out."""
    from tocsin.evidence.hub import taken

    with _on_record(by) as enter:
        found, late = taken.take(context(), source, post=by, enter=enter)
    said = (
        f"\n{late:,} forecasts of months that have ended were left out: their outcome could be known." if late else ""
    )
    emit({**_result(found), "late": late}, lambda: _told(found) + said)
    return 0 if found.accepted else 1


@hub.command("take-folder")
def take_folder(
    root: Annotated[Path, typer.Argument(help="A hubverse hub on disk: model-output and model-metadata in it.")],
    by: Annotated[str, typer.Option("--by", help="The post on whose behalf it is taken in.")] = "analyst",
) -> int:
    """Hand in every file of a hubverse hub, one by one; a file that is refused stops no other."""
    from tocsin.evidence.hub import folder

    found = []
    for file, metadata in folder.rounds(root):
        with _on_record(by) as enter:
            found.append(folder.hand_in(context(), file, metadata, post=by, enter=enter))
    emit({"files": list(map(_result, found))}, lambda: "\n".join(map(_told, found)))
    return 0 if all(f.accepted for f in found) else 1


def _result(found: Outcome) -> dict[str, Any]:
    """Return what became of a submission, for a program."""
    return {
        "outcome": found.outcome,
        "model_id": found.model_id or None,
        "file": found.file,
        "rows_in": found.rows_in,
        "rules": found.rules,
        "issues": found.issues,
        "folder": found.folder,
        "submission": found.about,
    }


@contextmanager
def _on_record(by: str) -> Iterator[Enter]:
    """Give what enters a receipt in the ledger; entry and submission stand or fall together."""
    ready()
    from django.db import transaction

    from tocsin.response.register.people import cli_actor
    from tocsin.response.register.record import enter

    actor, ctx = cli_actor(by), context()
    with transaction.atomic():

        def receive(receipt: dict[str, Any]) -> None:
            enter(ctx, kind="hub.accepted", body={**receipt, "by": actor.body()})

        yield receive


def _told(found: Outcome) -> str:
    """Return what became of a submission for a person."""
    if found.about is None:
        total = sum(found.rules.values())
        lines = [f"{found.file} refused: {total:,} reasons, all of them below. Nothing was kept."]
    else:
        about = found.about
        standing = ", ".join(f"{n:,} {word}" for word, n in about["standing"].items())
        lines = [
            f"{found.file} {found.outcome} as {about['model_id']}: {about['questions']:,} forecasts of "
            f"{', '.join(about['targets'])}, origin {about['origins'][0]}"
            + (f" to {about['origins'][-1]}" if len(about["origins"]) > 1 else "")
            + f", {about['places']} places ({standing}).",
            f"Kept: {found.folder}",
        ]
    shown: Counter[str] = Counter()
    for issue in found.issues:
        rule = str(issue["rule"])
        shown[rule] += 1
        if shown[rule] <= EACH:
            where = ", ".join(f"{k} {issue[k]}" for k in ("row", "column", "value") if issue[k] not in (None, ""))
            lines.append(f"  {rule}: {issue['message']}" + (f" ({where})" if where else ""))
    more = [f"{rule} {n - EACH:,}" for rule, n in shown.items() if n > EACH]
    if more:
        lines.append(f"  … and more of the same, listed by --json: {', '.join(more)}")
    return "\n".join(lines)


@hub.command("score")
def score(
    target: Annotated[str | None, typer.Option(help=TARGET + " Default: every one that was handed in.")] = None,
    draws: Annotated[int, typer.Option(help="Redraws of countries for the intervals.", min=10)] = 300,
) -> None:
    """Score every submission beside our own models on the same rows; each run of this is counted as a look."""
    from tocsin.evidence.hub import score as scoring
    from tocsin.evidence.hub import text

    result = scoring.score(context(), target, draws=draws)
    emit(result, lambda: text.scores(result))


@hub.command("ensemble")
def ensemble(
    target: Annotated[str, typer.Option(help=TARGET)] = ONSET,
    origin: Annotated[
        str | None, typer.Option(help="The origin to pool; default: the newest anybody spoke of.")
    ] = None,
    rolling: Annotated[
        bool, typer.Option(help="Pool every origin more than one spoke of, kept as after the fact.")
    ] = False,
    by: Annotated[str, typer.Option("--by", help="The post on whose behalf it is pooled.")] = "analyst",
) -> None:
    """Pool all forecasts with weights learned on closed earlier origins alone; the equal pool stands beside it."""
    from tocsin.evidence.hub import ensemble as pools
    from tocsin.evidence.hub import text

    with _on_record(by) as enter:
        result = pools.ensemble(context(), target, origin, rolling=rolling, enter=enter)
    emit(result, lambda: text.pool(result))
