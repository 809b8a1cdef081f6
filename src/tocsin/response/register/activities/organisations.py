"""Organisations by key: those of the directive, the bodies of the catalogue's procedures, and those added here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import get_args

from django.db import transaction

from tocsin.catalog import directive
from tocsin.catalog.directive import parts
from tocsin.catalog.library import BODIES, FILES, ROOT
from tocsin.catalog.tables import read_rows
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.core.words import said
from tocsin.response.register.models import Organisation
from tocsin.response.register.people import Actor, may

KINDS: tuple[str, ...] = get_args(parts.Organisation.model_fields["kind"].annotation)
SECTORS = {
    "government": "Government",
    "un": "United Nations and other international bodies",
    "ngo": "Non-governmental organisations",
    "company": "Companies",
}
"""The sides that a need is put to, in words. Each is always listed, also when it offers nothing."""
_SIDE = {"legislature": "government", "regional": "un", "research": "ngo"}
_BODY = {"UN": "un", "regional": "regional", "national": "government", "alliance": "regional"}
_KEY = re.compile(r"[a-z0-9][a-z0-9-]{1,58}")


@dataclass(frozen=True)
class Org:
    """An organisation: its key, name, kind, and where it is known from: directive, catalogue or register."""

    key: str
    name: str
    kind: str
    known_from: str

    @property
    def side(self) -> str:
        """The side it is listed under when needs are matched."""
        return _SIDE.get(self.kind, self.kind)


def slug(name: str) -> str:
    """Return a key made of a name: small letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:58]


def known() -> dict[str, Org]:
    """Return every organisation by key. Of two with one key, that of the directive stands, then the register's."""
    rows, _ = read_rows(ROOT / BODIES, FILES[BODIES][0], BODIES, "name")
    bodies = [Org(slug(b.name), b.name, _BODY.get(b.kind, "un"), "catalogue") for _, b in rows]  # type: ignore[attr-defined]
    added = [Org(o.key, o.name, o.kind, "register") for o in Organisation.objects.all()]
    ours = [Org(o.id, o.name, o.kind, "directive") for o in directive.current().organisations]
    return {o.key: o for o in (*bodies, *added, *ours)}


def named(key: str) -> Org:
    """Return an organisation; one that is known no more keeps its key as its name."""
    return known().get(key) or Org(key, key, "ngo", "record")


def meant(text: str, among: dict[str, Org] | None = None) -> str:
    """Return the key of the organisation that somebody names by key or name. Raises Misuse when there is none."""
    word = " ".join(text.split())
    every = known() if among is None else among
    if word in every:
        return word
    found = [o.key for o in every.values() if o.name.casefold() == word.casefold()]
    if len(found) == 1:
        return found[0]
    raise Misuse(
        f"{word[:60]!r} names no organisation known here",
        todo="Add it: tocsin activities organisation NAME --kind KIND",
    )


def add(ctx: Context, actor: Actor, name: str, kind: str, key: str = "") -> Organisation:
    """Add an organisation. Raises Misuse on an unknown kind or a key of another shape, Refused when it is known."""
    from tocsin.response.register.record import enter

    may(actor, "read").enforce()
    name = " ".join(said(name, 200).split())
    key = key.strip() or slug(name)
    if kind not in KINDS:
        raise Misuse(f"{kind[:20]!r} is no kind of organisation", todo=f"Choose one of {', '.join(KINDS)}")
    if len(name) < 2 or not _KEY.fullmatch(key):
        raise Misuse("An organisation has a name, and a key of small letters, digits and hyphens", todo="Give --key")
    with transaction.atomic():
        if any(o.key == key or o.name.casefold() == name.casefold() for o in known().values()):
            raise Refused(f"{name} or {key} is known already", todo="Use it as it stands, or give another --key")
        entry = enter(ctx, kind="organisation.added", body={"key": key, "name": name, "kind": kind, "by": actor.body()})
        return Organisation.objects.create(key=key, name=name, kind=kind, added_at=ctx.now(), ledger_seq=entry.seq)
