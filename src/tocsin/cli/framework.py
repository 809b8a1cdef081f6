"""``tocsin framework``: the frameworks of assessment, what each form cannot hold of another, and forms filled."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin.cli.output import context, emit, ready
from tocsin.core.errors import Misuse, Refused

if TYPE_CHECKING:
    from tocsin.catalog.frameworks import Question

FORMATS = ("json", "csv")
EDITIONS = ("jsonld", "csv")
To = Annotated[Path | None, typer.Option(help="A file to write; without it, the screen")]
Words = Annotated[str, typer.Option(help="Headings in the words of: un | us | eu_au | ngo | data")]


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    group = typer.Typer(no_args_is_help=True, help="Frameworks of assessment: questions, crosswalk, filled forms.")
    for command in (show_all, show, export, crosswalk, fill, convert, level, publish):
        group.command("list" if command is show_all else command.__name__)(command)
    app.add_typer(group, name="framework")
    assessing = next((g.typer_instance for g in app.registered_groups if g.name == "assess"), None)
    if assessing is not None:  # the same by the name under which an assessor looks for it
        assessing.command("export")(fill)


def show_all() -> None:
    """List the frameworks with how many questions each asks, and how many of them are asked once elsewhere."""
    from tocsin.catalog import frameworks

    rows = [
        {
            "id": f.id,
            "title": f.title,
            "version": f.version,
            "questions": len(f.questions),
            "asked_once_elsewhere": sum(q.asked_once_as is not None for q in f.questions.values()),
            "basis": f.basis,
        }
        for f in frameworks.all().values()
    ]
    emit(
        {"frameworks": rows},
        lambda: "\n".join(
            f"{r['id']:<18} {r['title']}, version {r['version']}: {r['questions']} questions, "
            f"{r['asked_once_elsewhere']} of them asked once elsewhere. Basis: {r['basis']}"
            for r in rows
        ),
    )


def show(
    framework: Annotated[str, typer.Argument(help="un_framework | us_araf | evidence_protocol")],
    code: Annotated[str | None, typer.Argument(help="One question, as RF8 or A3")] = None,
    language: Annotated[str, typer.Option(help="en | fr | es; English where there is no translation")] = "en",
) -> None:
    """Show the questions of a framework, each with its source, the state of its wording and its counterparts."""
    from tocsin.catalog import frameworks
    from tocsin.catalog.frameworks.schema import LANGUAGES

    if language not in LANGUAGES:
        raise Misuse(f"{language!r} is not offered", todo=f"Choose one of {', '.join(LANGUAGES)}")
    frame = frameworks.get(framework)
    if code is not None and code not in frame.questions:
        raise Misuse(f"{framework} has no question {code!r}", todo=f"tocsin framework show {framework} lists them")
    rows = [_question(q, language) for q in frame.questions.values() if code in {None, q.code}]

    def text() -> str:
        lines = [f"{frame.title}. {frame.card.wording}"]
        for row in rows:
            lines.append(f"{row['code']:<6} {row['text']}  [{row['wording']}; {row['basis_label']}]")
            lines += [f"         asked once as {row['asked_once_as']}"] if row["asked_once_as"] else []
            if code is not None:
                lines.append(f"         source: {row['source']}")
                lines += [f"         {c['relation']}: {c['id']}" for c in row["counterparts"]] or [
                    "         no counterpart"
                ]
        return "\n".join(lines)

    emit({"framework": frame.id, "title": frame.title, "wording": frame.card.wording, "questions": rows}, text)


def export(
    framework: Annotated[str, typer.Argument(help="un_framework | us_araf | evidence_protocol")],
    form: Annotated[str, typer.Option("--format", help="jsonld | csv")] = "jsonld",
    to: To = None,
) -> None:
    """Write one framework as JSON-LD or CSV, under CC BY 4.0 for this project's own words."""
    from tocsin.catalog.frameworks.editions import LICENCE, find

    _written(find(framework, _among(form, EDITIONS)), to, {"framework": framework, "format": form, "licence": LICENCE})


def crosswalk(
    framework: Annotated[str | None, typer.Argument(help="Only rows of this framework's questions")] = None,
) -> None:
    """Show, pair by pair, what each form cannot hold of the other."""
    from tocsin.catalog import frameworks

    if framework is not None:
        frameworks.get(framework)
    rows = [
        row.model_dump()
        for row in frameworks.crossings()
        if framework is None or any(end.startswith(f"{framework}:") for end in (row.a, row.b))
    ]

    def text() -> str:
        lines = []
        for r in rows:
            lines.append(
                f"{r['a'] or '(nothing)'} {r['relation']} {r['b'] or '(nothing)'}  [{r['basis'] or 'no basis'}]"
            )
            lines += [f"    the left one cannot hold: {r['a_cannot_hold']}"] if r["a_cannot_hold"] else []
            lines += [f"    the right one cannot hold: {r['b_cannot_hold']}"] if r["b_cannot_hold"] else []
        sheets = frameworks.all().values()
        for f in sheets:
            lines += [f"{f.id} has no place for {field}: {why}" for field, why in f.card.lacks.items()]
        return "\n".join(lines)

    lacks = {f.id: f.card.lacks for f in frameworks.all().values()}
    emit({"pairs": rows, "fields_a_sheet_lacks": lacks}, text)


def fill(
    place: Annotated[str, typer.Option("--place", help="ISO 3166 code of three letters, or a name")],
    form: Annotated[str, typer.Option("--form", help="un_framework | us_araf")],
    form_of_file: Annotated[str, typer.Option("--format", help="json | csv")] = "json",
    to: To = None,
    words: Words = "un",
) -> None:
    """Write the answers in force about a place in the form of a framework, with what that form cannot hold."""
    ready()
    from tocsin.response.docket.acts.bell import find_place
    from tocsin.response.register.forms import filled

    made = filled(context(), find_place(place), form)
    _put(made, form_of_file, to, words)


def convert(
    file: Annotated[Path, typer.Argument(help="A filled form, as fill writes it in JSON")],
    form: Annotated[str, typer.Option("--form", help="un_framework | us_araf")],
    form_of_file: Annotated[str, typer.Option("--format", help="json | csv")] = "json",
    to: To = None,
    words: Words = "un",
) -> None:
    """Put a filled form into another form; back again, every field stands where it was. Needs no data folder."""
    from tocsin.catalog.frameworks.forms import fill as filled
    from tocsin.catalog.frameworks.forms import read_back

    try:
        given = json.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise Refused(
            "The file cannot be read as JSON", where=str(file), todo="Give a form that fill has written"
        ) from error
    answers = read_back(given)
    made = filled(answers, form, str(given.get("place_id") or ""), str(given.get("as_of") or ""))
    _put(made, form_of_file, to, words)


def level(
    pieces: Annotated[list[str], typer.Argument(help="ORIGIN,direct|indirect,GRADE[,DAY], as 'clinic,direct,B2'")],
) -> None:
    """Show how well pieces of evidence support an answer, by the evidence protocol, and what the next level needs.

    GRADE is an Admiralty letter and figure. Pieces of one origin count once. A level is not how grave a thing is.
    """
    from dataclasses import asdict

    from tocsin.catalog.frameworks.level import level as reached
    from tocsin.catalog.frameworks.protocol import piece

    found = reached([piece(text) for text in pieces], context().now().date())

    def text() -> str:
        counts = (
            f"{found.direct_reliable} reliable and direct, {found.direct} direct, {found.pieces} of different origin"
        )
        lines = [f"{found.code}: {found.text}", f"Counted: {counts}."]
        lines += [f"Left out: {said}." for said in found.left_out]
        return "\n".join([*lines, *([f"{found.next_needs}."] if found.next_needs else [])])

    emit(asdict(found), text)


def publish(to: Annotated[Path, typer.Option(help="A folder; it is made when it is not there")]) -> None:
    """Write every framework, the crosswalk and the map of duties (r2p) as JSON-LD and CSV, always the same bytes."""
    from tocsin.catalog.frameworks.editions import files
    from tocsin.catalog.r2p import editions
    from tocsin.core.files import write_whole

    if to.exists() and not to.is_dir():
        raise Misuse(f"{to} is a file", todo="Name a folder")
    to.mkdir(parents=True, exist_ok=True)
    made = files() | editions.files()
    for name, data in made.items():
        write_whole(to / name, data)
    emit({"folder": str(to), "files": list(made)}, f"{len(made)} files in {to}: {', '.join(made)}")


def _question(q: Question, language: str) -> dict[str, Any]:
    """Return a question as plain values, in a language."""
    from tocsin.catalog.frameworks.editions import counterparts

    text, wording = q.say(language)
    return {
        "id": q.id,
        "code": q.code,
        "group": q.group,
        "kind": q.kind,
        "text": text,
        "language": language if language in q.texts else "en",
        "wording": wording,
        "source": q.source,
        "basis_label": q.basis_label,
        "asked_once_as": q.asked_once_as,
        "counterparts": [{"relation": relation, "id": other} for relation, other in counterparts(q)],
    }


def _put(made: dict[str, Any], form: str, to: Path | None, words: str) -> None:
    """Write a filled form as JSON or CSV."""
    from tocsin.catalog.frameworks.tables import as_csv, as_json, worded

    whole = worded(made, words)
    data = as_csv(whole) if _among(form, FORMATS) == "csv" else as_json(whole)
    told = {k: len(whole[k]) for k in ("answers", "unplaced", "not_answered", "losses")}
    _written(data, to, {"form": whole["form"], "format": form, "words": words, **told}, whole)


def _written(data: bytes, to: Path | None, told: dict[str, Any], whole: dict[str, Any] | None = None) -> None:
    """Write bytes to a file, or show them."""
    from tocsin.core.files import write_whole

    if to is None:
        emit(whole or {**told, "text": data.decode()}, data.decode().rstrip("\n"))
        return
    if not to.parent.is_dir():
        raise Misuse(f"There is no folder {to.parent}", todo="Make it, or write elsewhere")
    write_whole(to, data)
    counted = ", ".join(f"{k.replace('_', ' ')}: {v}" for k, v in told.items())
    emit({"file": str(to), **told}, f"{to}: {counted}")


def _among(value: str, known: tuple[str, ...]) -> str:
    """Return a format. Raises Misuse for one there is not."""
    if value not in known:
        raise Misuse(f"{value!r} is no format", todo=f"Choose one of {', '.join(known)}")
    return value
