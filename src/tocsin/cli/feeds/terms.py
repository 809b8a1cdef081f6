"""``tocsin feeds terms | accept``: what a publisher asks of whoever uses its data, and who has agreed to it here."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli.output import context, emit, ready
from tocsin.core.errors import Misuse

if TYPE_CHECKING:
    from tocsin.evidence.sources import SourceSpec

Source = Annotated[str, typer.Argument(help="Which source, for instance acled.")]


def register(group: typer.Typer) -> None:
    """Add the commands."""
    group.command("terms")(terms)
    group.command("accept")(accept)


def terms(source: Source) -> None:
    """Show what a source asks for before it is fetched: its terms, who accepted them, and where a secret comes from."""
    from tocsin.evidence.fetch import terms as room

    declared = _source(source)
    assert declared.live is not None
    asked, held, gone = declared.live.terms, room.accepted(context(), declared), room.withdrawn(context(), declared)
    result = {
        "source": source,
        "licence": declared.licence,
        "terms": asked.model_dump() if asked else None,
        "accepted": asdict(held) if held else None,
        "withdrawn": asdict(gone) if gone else None,
        "secrets": declared.live.secrets,
        "secrets_from": declared.live.secrets_from or None,
        "private": declared.live.private,
    }
    lines = [f"{declared.title}. Licence: {declared.licence}."]
    lines.append(f"{asked.title} ({asked.url})\n{asked.text.strip()}" if asked else "It asks nobody to accept terms.")
    if asked:
        lines.append(f"Accepted by {held.name} on {held.at}." if held else "Nobody has accepted them here.")
        if gone:
            lines.append(f"{gone.name} withdrew from them on {gone.at}: {gone.why}")
    if declared.live.private:
        lines.append("Nothing of it leaves this machine in anything public.")
    if declared.live.secrets:
        lines.append(f"{declared.live.secrets_from.rstrip('.')}. Files: {', '.join(declared.live.secrets.values())}.")
    emit(result, "\n".join(lines))


def accept(
    source: Source,
    name: Annotated[str, typer.Option("--name", help="The whole name of the person who accepts the terms.")],
    by: Annotated[str, typer.Option("--by", help="The post under which it is accepted.")] = "analyst",
    *,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Withdraw from what was accepted; needs --why.")] = False,
    why: Annotated[str, typer.Option(help="The reason of a withdrawal, in a few words.")] = "",
) -> None:
    """Accept a source's terms in the name of a person, or withdraw; in the ledger with the hash of their text."""
    declared = _source(source)
    if why and not withdraw:
        raise Misuse("To accept terms needs no reason", todo="Leave --why out, or add --withdraw")
    ready()
    from tocsin.desk import sourced
    from tocsin.response.register.people import cli_actor

    ctx, actor = context(), cli_actor(by)
    if withdraw:
        gone, entry = sourced.withdraw(ctx, actor, declared, name, why)
        done = f"{gone.name} withdrew from the terms of {declared.title}: from now on it is neither asked nor loaded. "
        done += f"What came before lies in {ctx.settings.store / source} and in the event store; what its publisher's "
        done += "terms say of that is for you to see to."
        emit({"source": source, "withdrawn": asdict(gone), "accepted": None, "entry": entry}, done)
        return
    held, entry = sourced.accept(ctx, actor, declared, name)
    done = f"{held.name} accepted the terms of {declared.title}. Now: tocsin feeds fetch {source}"
    emit({"source": source, "accepted": asdict(held), "entry": entry}, done)


def _source(source: str) -> SourceSpec:
    from tocsin.evidence.sources import live_ids, spec

    if source not in live_ids():
        raise Misuse(f"{source!r} cannot be fetched", todo=f"Choose one of {', '.join(live_ids())}")
    return spec(source)
