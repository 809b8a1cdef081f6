"""Terms that a named person accepts before a source is asked for the first time; changed terms are accepted anew."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.evidence.sources import SourceSpec
from tocsin.evidence.sources.spec import Terms
from tocsin.evidence.store.files import read_json, write_json

FEWEST_NAMES = 2


@dataclass(frozen=True)
class Accepted:
    """Who accepted which terms, when, and under which post and account of the machine."""

    name: str
    post: str
    account: str
    at: str
    terms_sha256: str


def digest(terms: Terms) -> str:
    """Return the hash of what is accepted."""
    return hashlib.sha256(f"{terms.title}\n{terms.url}\n{terms.text}".encode()).hexdigest()


def accepted(ctx: Context, source: SourceSpec) -> Accepted | None:
    """Return the acceptance of the terms as they are now; None when nobody has accepted these."""
    path = ctx.settings.store / source.id / "terms.json"
    if source.live is None or source.live.terms is None or not path.exists():
        return None
    found = read_json(path)
    try:
        held = Accepted(**{name: str(found[name]) for name in Accepted.__dataclass_fields__})
    except KeyError:
        return None
    return held if held.terms_sha256 == digest(source.live.terms) else None


def accept(ctx: Context, source: SourceSpec, name: str, post: str, account: str) -> Accepted:
    """Accept the terms in the name of a person. Raises Misuse when there are none, or no person is named."""
    if source.live is None or source.live.terms is None:
        raise Misuse(f"{source.title} asks nobody to accept terms", todo=f"Run: tocsin feeds fetch {source.id}")
    if len(name.split()) < FEWEST_NAMES:
        raise Misuse("Terms are accepted by a person", todo='Give the whole name: --name "Given Family"')
    held = Accepted(" ".join(name.split()), post, account, iso(ctx.now()) or "", digest(source.live.terms))
    write_json(ctx.settings.store / source.id / "terms.json", vars(held))
    return held


def require(ctx: Context, source: SourceSpec) -> None:
    """Refuse a source whose terms nobody has accepted, asked or loaded by hand. Raises Refused."""
    if source.live and source.live.terms and accepted(ctx, source) is None:
        todo = f"Read them: tocsin feeds terms {source.id}; accept them: tocsin feeds accept {source.id} --name NAME"
        raise Refused(f"{source.title} is used only after a named person has accepted its terms", todo=todo)
