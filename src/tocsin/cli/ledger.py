"""``tocsin ledger``: sign the log, hand it out, and let anybody check it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin.cli.output import context, emit, ready
from tocsin.core.errors import Misuse, Refused

if TYPE_CHECKING:
    from tocsin.response.register.models import LedgerCheckpoint

group = typer.Typer(no_args_is_help=True, help="The append-only record of acts, checkpoints and proofs.")
By = Annotated[str, typer.Option("--by", help="The post you act as.")]


def register(app: typer.Typer) -> None:
    """Add this group to the application."""
    app.add_typer(group, name="ledger")


@group.command("export")
def export(  # noqa: PLR0917 - options of a command line
    file: Annotated[Path, typer.Argument(help="Where to write; one record a line.")],
    headers_only: Annotated[bool, typer.Option("--headers-only", help="Withhold every body.")] = False,
    withhold: Annotated[
        list[str] | None, typer.Option("--withhold", help="Withhold the bodies of one kind of entry; repeat at will.")
    ] = None,
    redact: Annotated[
        Path | None, typer.Option("--redact", help="A file of rules: what is hidden, by kind, item or field, and why.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    as_found: Annotated[
        bool, typer.Option("--as-found", help="Write what is there, unexamined: evidence of a broken register.")
    ] = False,
) -> None:
    """Examine the register, sign a checkpoint over all of it, and write the log as text."""
    from tocsin.ledger.redaction import Redaction, read_rules

    redaction = Redaction(read_rules(redact) if redact else ())
    ready()
    from tocsin.response.register import record

    ctx = context()
    row = record.export(
        ctx,
        file,
        headers_only=headers_only,
        withhold=withhold or (),
        redaction=redaction,
        replace=force,
        as_found=as_found,
    )
    counts = redaction.counts
    hidden = "".join(
        f"Hidden ({reason}): {count['withheld']} bodies, {count['masked']} fields.\n"
        for reason, count in counts.items()
    )
    hidden += "".join(f"HIDES NOTHING: {rule} fits no entry. Look at its kind.\n" for rule in redaction.idle)
    hides = {"hidden": counts, "hides_nothing": redaction.idle}
    data = {**_described(row), "file": file, "key": record.verifier_key(ctx), **hides}
    emit(
        data,
        lambda: (
            f"{file}: {data['size']} entries, root {data['root']}.\n{hidden}"
            f"Anybody can check it with a bare Python: python3 verify.py {file} --key '{data['key']}' --checkpoint OLD"
        ),
    )


@group.command("checkpoint")
def checkpoint(
    to: Annotated[Path | None, typer.Option("--to", help="A folder that gets every checkpoint too.")] = None,
) -> None:
    """Examine the register, sign it as it stands, and bring every witness up to date."""
    ready()
    from tocsin.ledger.note import Verifier
    from tocsin.response.register import record, witnesses

    ctx = context()
    row = record.whole_checkpoint(ctx)
    places = witnesses.folders(ctx)
    if to is not None:
        try:
            witnesses.deliver(to, Verifier.parse(record.verifier_key(ctx)))
        except OSError as error:
            raise Refused(f"The checkpoint cannot be written there: {error.strerror}", where=str(to)) from None
        places = [*places, to]
    emit(
        {**_described(row), "witnesses": places},
        f"{row.note}\n{row.size} entries signed. Held by: {', '.join(map(str, places))}.\n"
        "A checkpoint is worth something only where you cannot change it: see docs/how-to/be-a-witness.md",
    )


@group.command("key")
def key() -> None:
    """Print the key that outsiders verify with; in text, alone on the last line."""
    ready()
    from tocsin.response.register import record
    from tocsin.response.register.models import LedgerCheckpoint

    ctx = context()
    verifier = record.verifier_key(ctx)
    last = LedgerCheckpoint.objects.order_by("-size").first()
    emit(
        {"key": verifier, **_described(last)},
        f"Give this to everybody who may want to check the ledger, by a way the operator does not control:\n{verifier}",
    )


@group.command("proof")
def proof(
    seq: Annotated[int, typer.Argument(help="Number of the entry.")],
    to: Annotated[Path | None, typer.Option("--to", help="Write the proof to a new file.")] = None,
) -> None:
    """Prove that one entry stands in the log of the last checkpoint, without the rest of the log."""
    ready()
    import json

    from tocsin.ledger.export import write
    from tocsin.response.register import record

    line = record.proof(context(), seq)
    if to is not None:
        write(to, [line])
    data: dict[str, Any] = json.loads(line)
    text = f"{to}: the proof of entry {seq}." if to else line.decode().rstrip("\n")
    emit({**data, "file": to}, text)


@group.command("verify")
def verify(
    file: Annotated[Path, typer.Argument(help="An export, or the proof of one entry.")],
    key: Annotated[str | None, typer.Option("--key", help="Verifier key, or a file whose last line is one.")] = None,
    checkpoint: Annotated[list[str] | None, typer.Option("--checkpoint", help="A checkpoint held outside.")] = None,
) -> int:
    """Run verify.py, which needs nothing of Tocsin: a convenience for whoever has it installed."""
    from tocsin.ledger import verify as verifier

    try:
        known = verifier.read_key(key) if key is not None else None
        olds = [(ascii(path), verifier.read_old(path)) for path in checkpoint or []]
        with file.open("rb") as handle:
            report = verifier.verify(handle, known, olds)
    except verifier.Misuse as error:
        raise Misuse(f"{error}"[:1].upper() + f"{error}"[1:]) from None
    except OSError as error:
        raise Misuse(f"The file cannot be read: {error.strerror}", where=str(file)) from None
    said = verifier.sentences(report, known)
    proved = report.holds and report.outside > 0
    result = {"holds": report.holds, "proved": proved, "checkpoints": report.outside, "faults": report.faults}
    emit({**result, "said": said}, "\n".join(said))
    return 0 if report.holds else 1


@group.command("erase")
def erase(
    seq: Annotated[int, typer.Argument(help="Number of the entry whose body must go.")],
    because: Annotated[str, typer.Option("--because", help="The ground on which it must go.")],
    by: By,
) -> None:
    """Erase the body of an entry, lawfully: the erasure is an entry itself, and the leaf stays."""
    ready()
    from tocsin.response.register import record
    from tocsin.response.register.people import OPERATOR, cli_actor

    ctx, actor = context(), cli_actor(by)
    if actor.post != OPERATOR:
        raise Refused("Only the operator erases a body", todo="Act as the operator (--by operator)")
    entry = record.erase(ctx, seq=seq, because=because, actor=actor.body())
    row = record.checkpoint(ctx)
    emit(
        {**_described(row), "erased": seq, "entry": entry.seq},
        f"The body of entry {seq} is erased; entry {entry.seq} says so.",
    )


@group.command("accept-restore")
def accept_restore(
    because: Annotated[str, typer.Option("--because", help="What was lost, and why it cannot be brought back.")],
    by: By,
) -> None:
    """Go on from an older state that was restored: under a new name and key, and entered."""
    ready()
    from tocsin.response.register import record, restored
    from tocsin.response.register.people import OPERATOR, cli_actor

    ctx, actor = context(), cli_actor(by)
    if actor.post != OPERATOR:
        raise Refused("Only the operator accepts a restored register", todo="Act as the operator (--by operator)")
    entry = restored.accept(ctx, because=because, actor=actor.body())
    key = record.verifier_key(ctx)
    emit(
        {"entry": entry.seq, "key": key},
        f"Entry {entry.seq} says that an older state was accepted. The log goes on under a new name and "
        "key; give it to everybody who holds the old one. Checkpoints of the old one stay good evidence of what was "
        f"lost.\n{key}",
    )


@group.command("guard")
def guard() -> None:
    """Make again the database's own refusal to change the record, where a guard is missing."""
    ready()
    from django.db import connection

    from tocsin.response import append_only

    made = append_only.restore(connection)
    emit({"made": made}, f"{len(made)} guards made again." if made else "Every guard stands; nothing was done.")


def _described(row: LedgerCheckpoint | None) -> dict[str, Any]:
    """Return size, root and checkpoint of a row; nulls when nothing was ever signed."""
    if row is None:
        return {"size": None, "root": None, "checkpoint": None}
    return {"size": row.size, "root": row.root, "checkpoint": row.note}
