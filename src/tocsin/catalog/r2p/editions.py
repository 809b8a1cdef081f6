"""The map as files for anybody, beside the editions of the frameworks: JSON-LD and CSV. Same catalogue, same bytes."""

from __future__ import annotations

from typing import Any

from tocsin.catalog.frameworks.editions import CONTEXT, LICENCE, csv_file, json_file
from tocsin.catalog.r2p.reading import Map, whole
from tocsin.catalog.r2p.schema import KINDS, NEEDS

BASE = "urn:tocsin:r2p"
RIGHTS = (
    "CC BY 4.0 for the words of this edition, which are Tocsin's own. What instruments say is theirs; this is a map by "
    "their side, reviewed by no lawyer, and no advice."
)
COLUMNS = ["kind", "id", "says", "pillars", "crimes", "who", "force", "duties", "undertakings", "procedures", "needs"]
COLUMNS += ["coercive", "source", "limits", "basis"]


def files() -> dict[str, bytes]:
    """Return both editions by file name."""
    return {f"r2p-{whole().sides.version}.{form}": find(form) for form in ("jsonld", "csv")}


def find(form: str) -> bytes:
    """Return one edition: ``jsonld`` or ``csv``."""
    return as_csv(whole()) if form == "csv" else as_jsonld(whole())


def as_csv(found: Map) -> bytes:
    """Return the map as one table: a row a duty, then a row a mechanism."""
    many = "; ".join
    rows = [
        ["duty", d.id, d.duty, many(d.pillars), many(d.crimes), d.who, d.kind, "", many(d.undertakings), "", "", "",
         d.source, "", d.basis]
        for d in found.duties.values()
    ]  # fmt: skip
    rows += [
        ["mechanism", m.id, m.title, many(m.pillars), many(m.crimes), "", "", many(m.duties), "", many(m.procedures),
         m.needs, m.coercive, m.source, m.limits, m.basis]
        for m in found.mechanisms.values()
    ]  # fmt: skip
    return csv_file(COLUMNS, rows)


def as_jsonld(found: Map) -> bytes:
    """Return the map as linked data, its context written out: every part names what it belongs to."""
    sides = found.sides
    graph: list[dict[str, Any]] = [
        {
            "@id": BASE,
            "@type": "skos:ConceptScheme",
            "dct:title": {"@language": "en", "@value": sides.title},
            "dct:source": sides.source,
            "dct:license": {"@id": LICENCE},
            "dct:rights": RIGHTS,
            "dct:hasVersion": sides.version,
            "skos:editorialNote": [f"Basis: {sides.basis}", *(f"{k}: {w}" for k, w in (KINDS | NEEDS).items())],
        }
    ]
    for name, pillar in sides.pillars.items():
        graph.append(_node(f"pillar:{name}", "Pillar", pillar.title, pillar.source, note=[pillar.says]))
    for name, crime in sides.crimes.items():
        graph.append(_node(f"crime:{name}", "Crime", crime.title, crime.source, note=[crime.note]))
    for d in found.duties.values():
        node = _node(f"duty:{d.id}", "Duty", d.duty, d.source, note=[f"basis: {d.basis_label}"])
        links = {"pillar": d.pillars, "crime": d.crimes}
        undertaken = [{"@id": f"urn:tocsin:undertaking:{key}"} for key in d.undertakings]
        graph.append(
            node | _links(links) | {"tocsin:who": d.who, "tocsin:force": d.kind, "tocsin:undertaken": undertaken}
        )
    for m in found.mechanisms.values():
        node = _node(f"mechanism:{m.id}", "Mechanism", m.title, m.source, note=[m.limits, f"basis: {m.basis_label}"])
        links = {"pillar": m.pillars, "crime": m.crimes, "duty": m.duties}
        led = [{"@id": f"urn:tocsin:procedure:{p}"} for p in m.procedures]
        more = {"tocsin:needs": m.needs, "tocsin:coercive": m.coercive == "yes", "tocsin:procedure": led}
        graph.append(node | _links(links) | more)
    return json_file({"@context": CONTEXT, "@graph": graph})


def _node(name: str, kind: str, label: str, source: str, *, note: list[str]) -> dict[str, Any]:
    return {
        "@id": f"{BASE}:{name}",
        "@type": ["skos:Concept", f"tocsin:{kind}"],
        "skos:prefLabel": {"@language": "en", "@value": label},
        "skos:inScheme": {"@id": BASE},
        "dct:source": source,
        "skos:editorialNote": note,
    }


def _links(named: dict[str, tuple[str, ...]]) -> dict[str, Any]:
    return {f"tocsin:{kind}": [{"@id": f"{BASE}:{kind}:{name}"} for name in names] for kind, names in named.items()}
