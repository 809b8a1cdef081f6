"""``tocsin reports read | send | hold``: what a reader assigns, and how a report goes on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli.output import context, emit, ready
from tocsin.core.errors import Misuse

Number = Annotated[int, typer.Argument(help="Number of the report")]
By = Annotated[str, typer.Option(help="The post you act under")]


def read(  # noqa: PLR0917 - Typer reads the parameters
    number: Number,
    by: By,
    grade: Annotated[str, typer.Option(help="Source A–F and content 1–6, as B2; F6 cannot be judged")],
    factors: Annotated[str, typer.Option(help="Risk factors, as RF7,RF10; none is an answer")] = "",
    severity: Annotated[int | None, typer.Option(help="0 to 3; leave it out when it cannot be graded")] = None,
    note: Annotated[str, typer.Option(help="What the other reader should know, once they have read")] = "",
) -> None:
    """Read a report: assign factors, severity and grade. A reading is final, and blind to the other reader's."""
    ready()
    from tocsin.response.docket.reports import reading
    from tocsin.response.register.people import cli_actor

    made = reading.give(
        context(),
        number,
        cli_actor(by),
        factors=factors.replace(";", ",").split(","),
        severity=severity,
        grade=grade,
        note=note,
    )
    told = {"report": number, "post": by, "factors": made.factors, "severity": made.severity, "grade": made.grade}
    said = "not graded" if made.severity is None else str(made.severity)
    emit(
        {**told, "ledger_seq": made.ledger_seq},
        f"Report {number} is read: severity {said}, grade {made.grade}, factors {', '.join(made.factors) or 'none'}.",
    )


def send(  # noqa: PLR0917 - Typer reads the parameters
    number: Number,
    by: By,
    text: Annotated[str, typer.Option(help="The text to send; without it, word for word what you received")] = "",
    file: Annotated[Path | None, typer.Option(help="A file with the text instead")] = None,
    to_tier: Annotated[int | None, typer.Option(help="A tier above the next one: past whoever holds it")] = None,
    reason: Annotated[list[str] | None, typer.Option(help="Why change N was made, as 1=TEXT; repeat")] = None,
) -> None:
    """Send a report up. Each statement you drop, soften, reword or add needs its reason."""
    if text and file is not None:
        raise Misuse("The text is given either with --text or with --file", todo="Give one of them")
    going = text or None
    if file is not None:
        try:
            going = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise Misuse(
                "The file cannot be read as UTF-8", where=f"{file}: {error}", todo="Name a text file"
            ) from None
    ready()
    from tocsin.response.docket.reports import passing
    from tocsin.response.register.people import cli_actor

    passed = passing.send(
        context(), number, cli_actor(by), text=going, to_tier=to_tier, reasons=dict(map(_numbered, reason or []))
    )
    counts = passed.difference.figures_of()
    emit(
        {
            "report": number,
            "from_tier": passed.hop.from_tier,
            "to_tier": passed.hop.to_tier,
            "due": passed.hop.due,
            "counts": counts,
            "attenuation": passed.difference.attenuation(),
            "ledger_seq": passed.hop.ledger_seq,
        },
        f"Report {number} is sent to tier {passed.hop.to_tier}. Of {counts['statements']} statements "
        f"{counts['dropped']} dropped, {counts['softened']} softened, {counts['reworded']} reworded; "
        f"{counts['added']} added.",
    )


def hold(
    number: Number, because: Annotated[str, typer.Option(help="Why it goes no further; both readers see it")], by: By
) -> None:
    """Hold a report at your tier, with a reason. The readers keep their copies and may send it past you."""
    ready()
    from tocsin.response.docket.reports import passing
    from tocsin.response.register.people import cli_actor

    hop = passing.hold(context(), number, cli_actor(by), because)
    emit(
        {"report": number, "tier": hop.from_tier, "reason": hop.reason, "ledger_seq": hop.ledger_seq},
        f"Report {number} is held at tier {hop.from_tier}. Both readers are told.",
    )


def _numbered(text: str) -> tuple[int, str]:
    number, sign, reason = text.partition("=")
    if not sign or not number.strip().isdecimal():
        raise Misuse(f"{text!r} is no reason", todo="Write --reason 1=TEXT, with the number of the change")
    return int(number), reason.strip()
