"""``tocsin package …``: options put together for an item. They prepare a decision and never take one."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from tocsin.cli.output import context, emit, ready
from tocsin.core.errors import Misuse, Refused
from tocsin.core.plain_yaml import weighed

if TYPE_CHECKING:
    from tocsin.response.docket.models import Item
    from tocsin.response.docket.packages.check import Checked
    from tocsin.response.docket.packages.models import Package

Number = Annotated[int, typer.Argument(help="Number of the docket item")]
File = Annotated[Path, typer.Argument(help="The package, as YAML or JSON; tocsin package form shows its fields")]
By = Annotated[str, typer.Option(help="The post you act under")]
Version = Annotated[int | None, typer.Option("--version", help="Which version; the newest, if not given")]

group = typer.Typer(no_args_is_help=True, help="Options put together for an item: actors, authority, sequence, risks.")


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(group, name="package")


@group.command(name="form")
def show_form() -> None:
    """Show every field of a package, which a whole one needs, which a rapid one needs, and why some can wait."""
    from tocsin.catalog.packages import form

    data = form().model_dump(mode="json")
    lines = ["A field marked whole must be filled in a whole package, one marked rapid in a rapid one too."]
    for section in form().sections:
        lines.append(f"\n{section.id}: {section.title}{' (several)' if section.repeats else ''}")
        for f in section.fields:
            needs = ", ".join(w for w, asked in (("whole", f.full), ("rapid", f.rapid)) if asked) or "if it applies"
            lines.append(f"  {f.id:<14} {f.label} [{needs}] {f.hint}".rstrip())
            lines += [f"{'':17}can wait: {f.why_not}"] if f.why_not else []
    lines.append(f"\ncost_band: {', '.join(f'{b.id} ({b.label})' for b in form().bands)}")
    lines.append("Also: is_rapid: true for a rapid one, and answers: {FLAG: REASON} for what is flagged.")
    emit(data, "\n".join(lines))


@group.command()
def check(number: Number, file: File) -> None:
    """Say what a package lacks and what is flagged in it. Writes nothing; exits 1 when it could not be submitted."""
    said = read_file(file, "package", "tocsin package form shows its fields")
    item = _item(number)
    from tocsin.response.docket.packages.check import check as look
    from tocsin.response.docket.packages.words import words

    found = look(item, words(said), context().now().date())
    emit(_found(found), lambda: _told(found))
    if not found.ready:
        raise typer.Exit(1)


@group.command()
def submit(number: Number, file: File, by: By) -> None:
    """Submit a package: a version that stays. An incomplete one is refused, and told exactly what is missing."""
    said = read_file(file, "package", "tocsin package form shows its fields")
    _item(number)
    from tocsin.response.docket.packages import submit as packages
    from tocsin.response.register.people import cli_actor

    actor = cli_actor(by)
    draft = packages.save(context(), number, actor, said)
    row = packages.submit(context(), draft, actor)
    _emit(row, f"Version {row.version} is submitted. It decides nothing. sha256 {row.sha256}")


@group.command(name="list")
def listing(number: Number) -> None:
    """List the versions of an item's package, and what changed from one to the next."""
    item = _item(number)
    from tocsin.response.docket.packages.show import versions

    rows = versions(item)

    def text() -> str:
        lines = []
        for row in rows:
            p = row["package"]
            kind = "rapid" if p["rapid"] else "whole"
            lines.append(f"Version {p['version']} ({kind}, {p['state']}), {p['submitted_by']}, {p['submitted_at']:%F}")
            lines += [
                f"  {c['where']}: {c['before'] or 'nothing'} -> {c['after'] or 'nothing'}" for c in row["changed"]
            ]
        return "\n".join(lines) or f"No package has been submitted for item {number}."

    emit({"item": number, "versions": rows}, text)


@group.command()
def show(number: Number, version: Version = None) -> None:
    """Show a version of a package."""
    row = _version(number, version)
    _emit(row, "")


@group.command()
def export(
    number: Number,
    out: Annotated[Path, typer.Argument(help="Where to: NAME.json or NAME.csv (its lines)")],
    version: Version = None,
) -> None:
    """Write a version to a file: the same bytes for everybody who holds the same version."""
    row = _version(number, version)
    from tocsin.core.files import write_whole
    from tocsin.response.docket.packages.show import as_csv, as_json

    if out.exists():
        raise Refused(f"{out} is there already", todo="Choose another name, or take it away first")
    makers = {".json": as_json, ".csv": as_csv}
    if out.suffix not in makers:
        raise Misuse(f"{out.name} is neither .json nor .csv", todo="Name the file NAME.json or NAME.csv")
    write_whole(out, makers[out.suffix](row))
    emit({"file": out, "version": row.version, "sha256": row.sha256}, f"Version {row.version} is in {out}.")


@group.command()
def signoff(number: Number, by: By, version: Version = None) -> None:
    """Put the name of a post that prepares packages to a version. It decides nothing."""
    row = _version(number, version)
    from tocsin.response.docket.packages.submit import sign_off
    from tocsin.response.register.people import cli_actor

    sign_off(context(), number, row.version, cli_actor(by))
    _emit(row, f"Version {row.version} is signed off by {by}. No personal signature.")


def read_file(file: Path, what: str, todo: str) -> dict[str, Any]:
    """Return what stands in a file. Raises Misuse when it cannot be read; days are read as they are written."""
    try:
        text = file.read_text(encoding="utf-8")
        given = json.loads(text) if file.suffix == ".json" else as_text(YAML(typ="safe").load(weighed(text)))
    except (OSError, UnicodeDecodeError) as error:
        raise Misuse(f"{file} cannot be read", where=str(error)) from None
    except (ValueError, YAMLError, RecursionError) as error:
        raise Misuse(f"{file} is neither YAML nor JSON", where=" ".join(str(error).split())[:200]) from None
    if not isinstance(given, dict):
        raise Misuse(f"{file} holds no {what}", todo=todo)
    return given


def as_text(value: Any) -> Any:
    """Return YAML's values as a package has them: days and numbers as text, nothing as an empty one."""
    if isinstance(value, dict):
        return {str(k): as_text(v) for k, v in value.items()}
    if isinstance(value, list):
        return [as_text(v) for v in value]
    if isinstance(value, date):
        return value.isoformat()
    return (
        "" if value is None else str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
    )


def _item(number: int) -> Item:
    ready()
    from tocsin.response.docket.models import Item

    found = Item.objects.filter(pk=number).first()
    if found is None:
        raise Refused(f"There is no docket item {number}", todo="See tocsin docket list")
    return found


def _version(number: int, version: int | None) -> Package:
    rows = _item(number).packages.order_by("version")
    row: Package | None = (rows.filter(version=version) if version is not None else rows).last()
    if row is None:
        which = f"package version {version}" if version is not None else "package"
        raise Refused(f"Item {number} has no {which}", todo=f"See tocsin package list {number}")
    return row


def _found(found: Checked) -> dict[str, Any]:
    return {
        "ready": found.ready,
        "missing": [{"field": m.field, "where": m.where, "what": m.what} for m in found.missing],
        "flags": [f.body() | {"field": f.field, "answered": f.answered} for f in found.flags],
        "incomplete": found.incomplete,
    }


def _told(found: Checked) -> str:
    lines = ["Nothing is missing." if not found.missing else f"{len(found.missing)} missing:"]
    lines += [f"  {m.field:<24} {m.sentence()}" for m in found.missing]
    lines += [f"{len(found.flags)} flagged:"] if found.flags else []
    for flag in found.flags:
        lines.append(f"  {flag.key:<24} {flag.what}")
        lines += [f"{'':27}{why}" for why in flag.why]
        lines.append(f"{'':27}answered: {flag.answer}" if flag.answered else f"{'':27}to be changed, or answered")
    lines += [_joint(one) for one in found.incomplete]
    lines.append("It can be submitted." if found.ready else "It cannot be submitted yet.")
    return "\n".join(lines)


def _joint(one: dict[str, Any]) -> str:
    return one["what"] + (f"; the catalogue has {', '.join(one['options'])}" if one["options"] else "")


def _emit(row: Package, said: str) -> None:
    from tocsin.response.docket.packages.show import package

    data = package(row)

    def text() -> str:
        lines = [said] if said else []
        head = f"Item {data['item']}, package version {data['version']}, {data['state']}"
        lines.append(f"{head}{': ' + data['label'] if data['label'] else ''}")
        if row.rapid:
            lines.append(f"Confidence {data['confidence']}; to be whole by {data['complete_by']}. {data['caveats']}")
        lines.append(f"Goal: {data['goal']}")
        for one in data["lines"]:
            who = f"led by {', '.join(one['leads'])}; {one['authority']}"
            when = (
                f"{one['starts']} to {one['ends'] or 'no end set'}; {one['lead_days_min']}-{one['lead_days_max']} days"
            )
            lines.append(f"  {one['line']}. {one['option']} {one['what']}: {who}; {when}")
        lines += [f"  flagged: {f['what']} Answer: {f['answer']}" for f in data["flags"]]
        return "\n".join(lines)

    emit({"package": data}, text)
