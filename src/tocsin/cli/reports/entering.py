"""``tocsin reports new | import | mine``: a report goes in, and its writer learns what became of it."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from tocsin.cli.output import context, emit, ready
from tocsin.core.clock import parse_date
from tocsin.core.errors import Misuse


def new(  # noqa: PLR0917 - Typer reads the parameters
    place: Annotated[str, typer.Argument(help="Three letters, as in SDN, or the name")],
    text: Annotated[str, typer.Option(help="What was seen or heard, where and when")] = "",
    file: Annotated[Path | None, typer.Option(help="A file with it instead, sealed byte for byte")] = None,
    dated: Annotated[str | None, typer.Option(help="The day it is of; today when not given")] = None,
    kind: Annotated[str, typer.Option(help="report, warning, event, request or statement")] = "report",
    office: Annotated[str, typer.Option(help="Your office, if you want it counted")] = "",
    language: Annotated[str, typer.Option(help="Language of the text, as en or fr")] = "",
) -> None:
    """Write a report. It is sealed as it is; keep the receipt."""
    if bool(text) == (file is not None):
        raise Misuse("A report is given either with --text or with --file", todo="Give one of them")
    content = text.encode("utf-8", "surrogateescape") if file is None else _bytes(file)
    ready()
    from tocsin.response.docket import outbox
    from tocsin.response.docket.reports.enter import Entry, submit

    entry = Entry(place, content, kind, parse_date(dated) if dated else None, office, language)
    ctx = context()
    receipt = submit(ctx, entry, os_user=_user(), via="cli")
    outbox.deliver_after(ctx)
    emit(
        asdict(receipt),
        f"Report {receipt.number} is received and sealed. Keep this receipt:\n"
        f"  number {receipt.number}\n  SHA-256 {receipt.sha256}\n  received {receipt.received_at}\n"
        f"Two readers read it by {receipt.read_due}. They see {receipt.writer}, not you. "
        "What becomes of it: tocsin reports mine",
    )


def bring(
    file: Annotated[Path, typer.Argument(help="CSV in UTF-8 with the columns place, source_key, text")],
    by: Annotated[str, typer.Option(help="The post you act under")],
) -> None:
    """Bring in reports from a CSV file; bad rows are kept apart with the reason, known rows change nothing."""
    ready()
    from tocsin.response.docket.reports.bring import bring as take_in
    from tocsin.response.register.people import cli_actor

    done = take_in(context(), file, cli_actor(by))
    lines = [
        f"{len(done.receipts)} reports received, {done.known} known already, {len(done.quarantined)} rows set aside.",
        *(f"  line {q['row']}: {q['why']}" for q in done.quarantined),
    ]
    told = {"received": [asdict(r) for r in done.receipts], "known": done.known, "quarantined": done.quarantined}
    emit(told, "\n".join(lines))


def mine() -> None:
    """Show what became of the reports you wrote from this account, and who opened them."""
    ready()
    from tocsin.response.docket.reports import own

    told = own.of(own.by_account(_user()))
    emit({"reports": told}, lambda: "\n\n".join(map(_fate, told)) or "You have written no report from this account.")


def _fate(one: dict[str, Any]) -> str:
    steps = [f"  {s['at']:%Y-%m-%d %H:%M}  {s['what']}" for s in one["fate"]["steps"]]
    read = [
        f"  {o['at']:%Y-%m-%d %H:%M}  opened by {o['post'] or 'nobody named'} ({o['why']})" for o in one["openings"]
    ]
    return "\n".join(
        [f"Report {one['number']}, {one['place']}: {one['fate']['stage']}. SHA-256 {one['sha256']}", *steps, *read]
    )


def _user() -> str:
    try:
        return getpass.getuser()[:60]
    except (KeyError, OSError):
        return "unknown"


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Misuse("The file cannot be read", where=f"{file}: {error.strerror}", todo="Name a file") from None
