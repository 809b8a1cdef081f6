"""Who holds which post, who leaves, and what they hand on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from tocsin.cli.output import context, emit, ready
from tocsin.cli.people.asked import By, account
from tocsin.core.errors import Misuse


def listing() -> None:
    """List the posts of the directive and who holds each."""
    ready()
    from tocsin.catalog import directive
    from tocsin.response.register import people

    people.ensure_operator(context())
    posts = people.roll()
    rules = directive.current()
    emit(
        {"directive": rules.version, "organisation": rules.organisation, "posts": posts},
        lambda: _text(posts, rules.organisation),
    )


def add(
    username: Annotated[str, typer.Argument(help="Letters, digits and _")],
    name: Annotated[str, typer.Option(help="The name as it is shown")] = "",
    by: By = "operator",
) -> None:
    """Open an account. It holds no post until it is given one."""
    ready()
    from tocsin.response.register import people

    person = people.add(context(), username, name, people.cli_actor(by))
    emit(
        {"username": person.username, "name": person.display_name},
        f"{person.username} has an account and holds no post yet.",
    )


def hold(
    post: Annotated[str, typer.Argument(help="A post of the directive")],
    username: Annotated[str, typer.Argument(help="An account")],
    by: By = "operator",
) -> None:
    """Give a post to a person; whoever held it holds it no more."""
    ready()
    from tocsin.response.register import people

    holding = people.hold(context(), post, account(username), people.cli_actor(by))
    emit({"post": post, "username": username, "since": holding.since}, f"{username} holds the post of {post}.")


def leave(
    username: Annotated[str, typer.Argument(help="An account")],
    to: Annotated[
        str | None, typer.Option(help="Who takes over all their posts; else a deputy, else the operator")
    ] = None,
    by: By = "operator",
) -> None:
    """Close somebody's account and hand on every post, shift and duty that hung on them."""
    ready()
    from tocsin.response.register import people, succession

    left = succession.leave(context(), account(username), people.cli_actor(by), to=account(to) if to else None)
    result = {"username": username, "posts": left.posts, "shifts": left.shifts, "contacts": left.contacts}
    lines = [f"{username} has left."] + [f"  {post} is now held by {who}" for post, who in left.posts.items()]
    lines += [f"  {len(left.shifts)} shifts handed on, {len(left.contacts)} of their own contacts retired."]
    emit(result, "\n".join(lines))


def come_back(username: Annotated[str, typer.Argument(help="An account")], by: By = "operator") -> None:
    """Open the account of somebody who left again; it holds no post until it is given one."""
    ready()
    from tocsin.response.register import people, succession

    succession.come_back(context(), account(username), people.cli_actor(by))
    emit({"username": username}, f"{username} has an account again and holds no post yet.")


def handover(
    username: Annotated[str | None, typer.Argument(help="An account; or --all")] = None,
    everybody: Annotated[bool, typer.Option("--all", help="Every post of the directive")] = False,
    out: Annotated[Path | None, typer.Option(help="Folder for handover.md, handover.html and handover.json")] = None,
) -> None:
    """Write the continuity pack of somebody's posts: what a successor must know, from the record."""
    if bool(username) == everybody:
        raise Misuse("A pack is of one account, or of --all", todo="tocsin people handover NAME, or --all")
    ready()
    from tocsin.response.docket import handover as packs

    made = packs.pack(context(), account(username) if username else None)
    if out is None:
        emit(made, lambda: packs.as_markdown(made))
        return
    written = packs.write(made, out)
    emit({"files": written}, "\n".join(["Written, readable by you alone:", *(f"  {path}" for path in written)]))


def orphaned() -> None:
    """List the duties that nobody holds; exit 1 when there are any."""
    ready()
    from tocsin.response.docket.orphans import orphans
    from tocsin.response.register import people

    people.ensure_operator(context())
    found = orphans(context())
    emit(
        {"orphans": found},
        lambda: (
            "\n".join(f"  {o['what']} {o['which']} of {o['of']}: {o['todo']}" for o in found)
            or "No duty is without somebody who holds it."
        ),
    )
    if found:
        raise typer.Exit(1)


def _text(posts: list[dict[str, Any]], organisation: str) -> str:
    lines = [organisation, ""]
    for post in posts:
        tier = f"tier {post['tier']}" if post["tier"] else "no tier"
        held = ", ".join(post["held_by"]) or "nobody"
        lines.append(
            f"  {post['post']:<14} {tier:<8} {post['title']:<30} {held}{' (stands in)' if post['stands_in'] else ''}"
        )
    if any(post["stands_in"] for post in posts):
        lines += [
            "",
            "One local account, operator, stands in for every post that nobody else holds. Give each to somebody:",
        ]
        lines += ["tocsin people add NAME, then tocsin people hold POST NAME."]
    return "\n".join(lines)
