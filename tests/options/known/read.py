"""Reads a question of this folder."""

from datetime import date
from pathlib import Path

from ruamel.yaml import YAML

from tocsin.catalog.fitting import actors
from tocsin.options import Question
from tocsin.options.window import even

HERE = Path(__file__).parent
KENYA, RWANDA = "kenya_2008_01_02", "rwanda_1994_01_11"
READERS = ("reader_1", "reader_2")


def facts(name):
    return YAML(typ="safe").load((HERE / f"{name}.yml").read_text(encoding="utf-8"))


def question(name, reader="reader_1", on=None, phase=None, days=None):
    """Return the question of a file; ``on``, ``phase`` and ``days`` move it."""
    said = facts(name)
    asked: date = on or said["asked_on"]
    left = (said["window_ends"] - asked).days if days is None else days
    return Question(
        said["place_id"],
        tuple(said["factors"][reader]),
        phase or said["phase"],
        left,
        asked,
        actors=actors().kinds_of(said["names"]),
        window=even(left, "the end of the forecast's window", "forecast"),
    )
