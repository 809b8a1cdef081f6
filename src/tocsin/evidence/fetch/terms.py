"""Terms that a named person accepts before a source is asked for the first time; changed terms are accepted anew.

``<store>/<source>/terms.json`` is how it stands: an acceptance, or that one was withdrawn. Both are in the ledger, by
whoever may import both rooms (``desk.sourced``).
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.core.words import SHORT, said, substantial
from tocsin.evidence.sources import SourceSpec
from tocsin.evidence.sources.spec import Terms
from tocsin.evidence.store.files import read_json, write_json

FEWEST_NAMES = 2
MOST_NAME = 120


@dataclass(frozen=True)
class Accepted:
    """Who accepted which terms, when, and under which post and account of the machine."""

    name: str
    post: str
    account: str
    at: str
    terms_sha256: str


@dataclass(frozen=True)
class Withdrawn:
    """Who withdrew from which acceptance, when and why, and under which post and account of the machine."""

    of: Accepted
    name: str
    why: str
    at: str
    post: str = ""
    account: str = ""


def digest(terms: Terms) -> str:
    """Return the hash of what is accepted."""
    return hashlib.sha256(f"{terms.title}\n{terms.url}\n{terms.text}".encode()).hexdigest()


def accepted(ctx: Context, source: SourceSpec) -> Accepted | None:
    """Return the acceptance of the terms as they are now; None when nobody has accepted these."""
    file = path(ctx, source)
    if source.live is None or source.live.terms is None or not file.exists():
        return None
    found = read_json(file)
    try:
        held = Accepted(**{name: str(found[name]) for name in Accepted.__dataclass_fields__})
    except KeyError:
        return None
    return held if held.terms_sha256 == digest(source.live.terms) else None


def withdrawn(ctx: Context, source: SourceSpec) -> Withdrawn | None:
    """Return how the acceptance of a source's terms was withdrawn; None when it was not, or was given anew."""
    file = path(ctx, source)
    found = read_json(file).get("withdrawn") if file.exists() else None
    return Withdrawn(**{**found, "of": Accepted(**found["of"])}) if found else None


def path(ctx: Context, source: SourceSpec) -> Path:
    """Return where it stands how a source's terms are held."""
    return ctx.settings.store / source.id / "terms.json"


def asked(source: SourceSpec) -> Terms:
    """Return the terms that a source asks for. Raises Misuse when it asks for none."""
    if source.live is None or source.live.terms is None:
        raise Misuse(f"{source.title} asks nobody to accept terms", todo=f"Run: tocsin feeds fetch {source.id}")
    return source.live.terms


def whole(name: str) -> str:
    """Return a person's name in one line. Raises Misuse when it names nobody."""
    if len(name.split()) < FEWEST_NAMES:
        raise Misuse("Terms are accepted by a person", todo='Give the whole name: --name "Given Family"')
    return " ".join(said(name, MOST_NAME).split())


def accept(ctx: Context, source: SourceSpec, name: str, post: str, account: str) -> Accepted:
    """Accept the terms in the name of a person. Raises Misuse when there are none, or no person is named."""
    held = Accepted(whole(name), post, account, iso(ctx.now()) or "", digest(asked(source)))
    write_json(path(ctx, source), vars(held))
    return held


def may_withdraw(ctx: Context, source: SourceSpec, name: str, why: str) -> Withdrawn:
    """Return a withdrawal as it would be kept, not yet done.

    Raises Misuse when there are no terms or no person is named, Refused when nobody has accepted them, or the reason
    says too little.
    """
    asked(source)
    told = said(why, SHORT)
    if not substantial(told):
        raise Refused("Terms are withdrawn from with why", todo='Write the reason in a few words: --why "…"')
    held = accepted(ctx, source)
    if held is None:
        raise Refused(f"Nobody has accepted the terms of {source.title} here", todo="There is nothing to withdraw from")
    return Withdrawn(held, whole(name), told, iso(ctx.now()) or "")


def withdraw(ctx: Context, source: SourceSpec, held: Withdrawn, post: str, account: str) -> Withdrawn:
    """Withdraw: from now on the source is neither asked nor loaded. What came before stays where it is."""
    done = replace(held, post=post, account=account)
    write_json(path(ctx, source), {"withdrawn": asdict(done)})
    return done


def require(ctx: Context, source: SourceSpec) -> None:
    """Refuse a source whose terms nobody has accepted, asked or loaded by hand. Raises Refused."""
    if source.live and source.live.terms and accepted(ctx, source) is None:
        todo = f"Read them: tocsin feeds terms {source.id}; accept them: tocsin feeds accept {source.id} --name NAME"
        raise Refused(f"{source.title} is used only after a named person has accepted its terms", todo=todo)
