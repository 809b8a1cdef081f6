"""One command is looked for among its own group only, and is found there as it stands among all."""

from __future__ import annotations

from typing import Any

import pytest
import typer

from tocsin.cli.main import build, narrowed


def told(command: Any) -> dict[str, Any]:
    """Return a command as its help and its parameters tell it, with everything below it."""
    below = {name: told(one) for name, one in getattr(command, "commands", {}).items()}
    params = [(param.name, param.opts, param.required, param.default) for param in command.params]
    return {"help": command.help, "params": params, "below": below}


@pytest.fixture(scope="module")
def whole() -> dict[str, Any]:
    return told(typer.main.get_command(build()))


def test_every_command_is_the_same_found_either_way(whole: dict[str, Any]) -> None:
    assert len(whole["below"]) > 30
    for word in whole["below"]:
        one = told(typer.main.get_command(narrowed(build(), ["--x", word, "docket"])))
        assert one == {**whole, "below": {word: whole["below"][word]}}


@pytest.mark.parametrize("words", [[], ["--help"], ["no-such-command"], ["-x"]])
def test_what_names_no_command_is_answered_by_all_of_them(words: list[str]) -> None:
    assert narrowed(build(), words) is build()
