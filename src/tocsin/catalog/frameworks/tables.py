"""A filled form as a file: JSON that can be read back, CSV to look at; headings in the words of a vocabulary."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from tocsin.catalog.cards import FIELDS
from tocsin.catalog.terms import say
from tocsin.core.words import in_cell

HEADINGS = {"risk factor": "T31", "indicator": "T32", "triggering factor": "T33", "crimes": "T01", "evidence of": "T30"}
"""Concepts that a form speaks of, with what each is called in it."""
TOP = ("section", "question", "text", "relation", "why", "reads")


def worded(filled: dict[str, Any], words: str) -> dict[str, Any]:
    """Return a form with the concepts it speaks of in a vocabulary, false friends warned of. Answers are not touched.

    Raises Misuse for a vocabulary there is not.
    """
    said = []
    for meant, concept in HEADINGS.items():
        term = say(concept, words)
        said.append({"concept": concept, "meant": meant, "word": term.text, "own": term.own, "warning": term.warning})
    return {**filled, "words": {"vocabulary": words, "said": said}}


def as_json(filled: dict[str, Any]) -> bytes:
    """Return a form as JSON, the same bytes for the same form."""
    return (json.dumps(filled, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def as_csv(filled: dict[str, Any]) -> bytes:
    """Return a form as one table: answers, then what has no place, what nobody answered, what is lost, the words."""
    columns = [
        *TOP,
        *(f"held:{f}" for f in FIELDS),
        "carried:framework",
        "carried:code",
        *(f"carried:{f}" for f in FIELDS),
    ]
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n", restval="")
    writer.writeheader()
    rows = [_answer(row, part) for part in ("answers", "unplaced") for row in filled[part]]
    rows += [{"section": "not answered", "question": r["question"], "text": r["text"]} for r in filled["not_answered"]]
    rows += [
        {
            "section": "lost",
            "question": loss.get("under", ""),
            "text": f"{loss['kind']} {loss['what']}, {loss['answers']} answers",
            "why": loss["why"],
        }
        for loss in filled["losses"]
    ]
    rows += [
        {"section": "words", "question": w["concept"], "text": f"{w['meant']}: {w['word']}", "why": w["warning"]}
        for w in filled["words"]["said"]
    ]
    writer.writerows({k: in_cell(v) if v is not None else "" for k, v in row.items()} for row in rows)
    return out.getvalue().encode()


def _answer(row: dict[str, Any], part: str) -> dict[str, Any]:
    top = {k: row[k] for k in TOP[1:]}
    held = {f"held:{k}": v for k, v in row["held"].items()}
    carried = {f"carried:{k}": v for k, v in row["carried"].items()}
    return {
        "section": part.removesuffix("s") if part == "answers" else "no place in this form",
        **top,
        **held,
        **carried,
    }
