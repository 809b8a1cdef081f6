"""``tocsin people``: who holds which post."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tocsin.cli.output import context, emit, ready
from tocsin.core.errors import Refused

By = Annotated[str, typer.Option(help="The post you act under")]


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    group = typer.Typer(no_args_is_help=True, help="People and the posts they hold.")
    group.command("list")(listing)
    group.command("add")(add)
    group.command("hold")(hold)
    app.add_typer(group, name="people")


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
    from tocsin.response.register.models import Person

    person = Person.objects.filter(username=username).first()
    if person is None:
        raise Refused(f"There is no account {username!r}", todo=f"tocsin people add {username}")
    holding = people.hold(context(), post, person, people.cli_actor(by))
    emit({"post": post, "username": username, "since": holding.since}, f"{username} holds the post of {post}.")


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
