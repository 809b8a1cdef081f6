"""``tocsin doctor``: look at a data folder, change nothing, and name the command that mends each fault."""

from __future__ import annotations

import typer

from tocsin.cli.output import context, emit


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("doctor")
    def doctor() -> int:
        """Look the data folder over: missing, stale, clock, key, ledger; exit code 1 when something is wanting.

        Nothing is changed. Every finding says what is wrong and which command mends it.
        """
        from tocsin.cli.doctor.rounds import examine

        checks = examine(context())
        wanting = [check for check in checks if not check.ok]

        def text() -> str:
            lines = [f"{'ok     ' if check.ok else 'WANTING'}  {check.what}" for check in checks]
            for check in wanting:
                position = checks.index(check)
                lines[position] += f"\n         to do: {check.todo}"
            closing = "Nothing is wanting." if not wanting else f"{len(wanting)} of {len(checks)} checks found wanting."
            return "\n".join([*lines, closing])

        emit({"ok": not wanting, "checks": [vars(check) for check in checks]}, text)
        return 1 if wanting else 0
