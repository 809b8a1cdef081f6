"""The directive of this home: the register holds what was adopted, and the folder ``directives/`` follows it.

``agree`` brings the folder up to date and stops when a file there is not what was adopted: an edit in place would
change running clocks without anybody's leave.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

from tocsin.catalog import directive
from tocsin.catalog.directive import book
from tocsin.core.errors import Damaged, Misuse
from tocsin.core.files import write_whole
from tocsin.core.settings import Settings
from tocsin.response.register.models import LedgerBody
from tocsin.response.register.models_directive import Adoption, InForce

RESTORE = "Put the adopted text back (tocsin directive restore); to change it, adopt a new version"


def agree(settings: Settings, *, restore: bool = False) -> list[str]:
    """Make the home's ``directives/`` follow the register; return the files written.

    Raises Damaged when a file is not what was adopted (``restore`` writes it again), when the folder has an adoption
    that the register does not, or when the register's text is not what its ledger entry says.
    """
    folder = settings.home / book.FOLDER
    rows = {row.version: row for row in Adoption.objects.order_by("id")}
    path = folder / book.NAME
    if not rows:
        if path.exists() and not restore:
            raise Damaged(
                "The data folder says that a directive was adopted, and the register knows of none",
                where=str(path),
                todo="Restore the register, or move the file away",
            )
        path.unlink(missing_ok=True)
        return []
    last = InForce.objects.select_related("adoption").order_by("id").last()
    if last is not None:
        _as_entered(last.adoption)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for row in rows.values():
        file, data = folder / f"{row.version}.yml", row.text.encode()
        if file.exists() and file.read_bytes() == data:
            continue
        if file.exists() and not restore:
            raise Damaged(
                f"The directive {row.version} in this home is not what was adopted", where=str(file), todo=RESTORE
            )
        write_whole(file, data)
        written.append(file.name)
    said = {"in_force": last.adoption.version if last else "", "sha256": {v: r.sha256 for v, r in rows.items()}}
    data = (json.dumps(said, indent=1, sort_keys=True) + "\n").encode()
    if not path.exists() or path.read_bytes() != data:
        write_whole(path, data)
        written.append(path.name)
    return written


def _as_entered(row: Adoption) -> None:
    """Hold an adoption against its ledger entry. A body that was erased by its own entry proves nothing either way."""
    found = LedgerBody.objects.filter(pk=row.ledger_seq).first()
    said = json.loads(found.body).get("sha256") if found else row.sha256
    if said != row.sha256 or hashlib.sha256(row.text.encode()).hexdigest() != row.sha256:
        raise Damaged(
            f"The directive {row.version} in the register is not what ledger entry {row.ledger_seq} says was adopted",
            todo="Restore the register from a copy; nothing was changed",
        )


def versions() -> Iterator[directive.Directive]:
    """Yield the directives that items of this home may run under, the one in force first, then the newest first."""
    yield directive.current()
    past = InForce.objects.select_related("adoption").order_by("-id").values_list("adoption__version", flat=True)
    for name in dict.fromkeys([*past, directive.default().version, "1"]):
        yield directive.version(name)


def rules_of(post_id: str) -> directive.Directive:
    """Return the directive that has a post: the one in force, or the newest earlier one. Raises Misuse when none has.

    A post of an earlier version lives on while an open item needs it.
    """
    for rules in versions():
        if any(p.id == post_id for p in rules.posts):
            return rules
    known = ", ".join(p.id for p in directive.current().posts)
    raise Misuse(f"The directive has no post {post_id!r}", todo=f"Its posts are {known}")


def post(post_id: str) -> directive.Post:
    """Return a post of the directive in force or of an earlier one. Raises Misuse when none of them has it."""
    return rules_of(post_id).post(post_id)


def office(post_id: str) -> str | None:
    """Return the office a post sits in; None without one, or when no version has the post."""
    try:
        return post(post_id).office
    except Misuse:
        return None


def title(post_id: str) -> str:
    """Return a post's title; its id when no version has it."""
    try:
        return post(post_id).title
    except Misuse:
        return post_id
