"""``tocsin feeds replay``: rebuild every table from the bytes that came, and say whether they are the same."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli.output import context, emit
from tocsin.core.errors import Misuse
from tocsin.core.numbers import counted


def register(group: typer.Typer) -> None:
    """Add the command."""
    group.command("replay")(replay)


def replay(
    to: Annotated[
        Path | None, typer.Option("--to", help="A new folder to rebuild the store in; none: compare only.")
    ] = None,
    put_back: Annotated[
        bool, typer.Option("--put-back", help="Lay tables that are gone or damaged back into the store.")
    ] = False,
) -> int:
    """Rebuild every table from the kept bytes, in the order they came, and compare with the store byte for byte."""
    from tocsin.evidence.store.replay import replay as again

    if to and put_back:
        raise Misuse("Rebuild elsewhere or put back, not both", todo="Leave one of --to and --put-back out")
    found = again(context(), to, put_back=put_back)
    same = sum(line["state"] == "same" for line in found.loads)
    lines = [
        f"{same:,} of {counted(len(found.loads), 'load')} are byte for byte what the kept answers make."
        if found.loads
        else "Nothing was loaded here yet: there is nothing to make again."
    ]
    lines += [
        f"  {line['source']} {line['load']}: {line['state']} {line['files']}".rstrip()
        for line in found.loads
        if line["state"] != "same"
    ]
    lines += [f"  {line['source']} {line['file']}: {line['what']}" for line in found.lost]
    lines += [f"  put back: {name}" for name in found.put_back]
    result = {"same": found.same, "loads": found.loads, "lost": found.lost, "put_back": found.put_back}
    emit(result, "\n".join(lines))
    return 0 if found.same or (put_back and not found.lost) else 1
