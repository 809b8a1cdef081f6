"""``tocsin snapshot build``: make the bundled figures out of publishers' files, by the readers that ``load`` uses."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(no_args_is_help=True, help="The bundled open figures.")

    @group.command("build")
    def build(
        source: Annotated[Path, typer.Option("--from", help="Folder that holds ucdp/, vdem/, worldbank/, unhcr/, …")],
        target: Annotated[
            Path | None, typer.Option("--to", help="Where to write; default: the bundled folder.")
        ] = None,
    ) -> None:
        """Build the snapshot: the same files give the same bytes."""
        from tocsin.cli.output import context, emit
        from tocsin.core.errors import Misuse
        from tocsin.evidence.store import snapshot

        if not source.is_dir():
            raise Misuse(f"There is no folder {source}", todo="Give the folder of publishers' files with --from DIR")
        built = snapshot.build(source, target or snapshot.bundled(), context().now())
        result = {"folder": str(built.folder), "bytes": built.bytes, "files": built.files}
        lines = [f"  {size:>9,}  {path}" for path, size in built.files.items()]
        emit(result, "\n".join([f"Snapshot of {built.bytes:,} bytes in {built.folder}", *lines]))

    app.add_typer(group, name="snapshot")
