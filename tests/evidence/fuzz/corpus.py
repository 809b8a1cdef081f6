"""The real files that are mutated, and what is found: one count a kind of outcome, and every failure by its seed."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from tests.evidence.fuzz import oracle
from tests.evidence.fuzz.mutate import is_text, mutation

NOW = datetime(2026, 11, 26, tzinfo=UTC)
HEAD = 60_000
FILES = [
    ("facts_coups", "coups/all-coups.csv"),
    ("facts_coups", "coups/ptcoups_gw.csv"),
    ("facts_mass_killing", "mass_killing/ewp_mass_killings.csv"),
    ("gdelt", "gdelt/events1samp_50.csv"),
    ("gdelt", "gdelt/events2samp_50.csv"),
    ("gdelt", "gdelt/events2Transsamp_50.csv"),
    ("inform_risk", "inform/inform_risk_index_trends.csv"),
    ("ipc", "ipc/ipc_eth_national_long.csv"),
    ("ipc", "ipc/ipc_global_area_long_latest.csv"),
    ("ipc", "ipc/ipc_global_national_long.csv"),
    ("ucdp_brd", "ucdp/BattleDeaths_v25_1.csv"),
    ("ucdp_ged", "ucdp/ged191_mmr_bgd.zip"),
    ("ucdp_ged", "ucdp/ged_2025_events.csv"),
    ("ucdp_ged", "ucdp/ged_random_sample_1000.csv"),
    ("ucdp_ged", "ucdp/hxl_conflict_data_bgd.csv"),
    ("ucdp_prio", "ucdp/UcdpPrioConflict_v25_1.csv"),
    ("unhcr", "unhcr/idmc.csv"),
    ("unhcr", "unhcr/unrwa.csv"),
    ("ushmm_tools", "options_evidence/all_sources_3.csv"),
    ("worldbank", "worldbank/API_SP.POP.TOTL_DS2_en_csv_v2_38144.csv"),
]


@dataclass
class Found:
    """What a number of mutations came to."""

    outcomes: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    """Cells that changed and read as before: for a person to look at."""


def head(data: bytes) -> bytes:
    """Return the first lines of a text, whole ones; anything else as it is."""
    if not is_text(data) or len(data) <= HEAD:
        return data
    end = data.rfind(b"\n", 0, HEAD)
    while end > 0 and data.count(b'"', 0, end) % 2:
        end = data.rfind(b"\n", 0, end)
    return data[: end + 1]


@cache
def _whole(source_id: str, path: Path) -> tuple[bytes, oracle.Seen]:
    data = head(path.read_bytes())
    seen = oracle.look(source_id, data, NOW, path.name)
    assert not seen.refused, (path, seen.refused)
    return data, seen


def fuzz(root: Path, seeds: Iterable[int]) -> Found:
    """Mutate one file a seed and judge what its reader makes of it."""
    found = Found()
    for seed in seeds:
        source_id, name = FILES[seed % len(FILES)]
        data, whole = _whole(source_id, root / name)
        kind, changed = mutation(data, zlib.crc32(f"{seed}".encode()))
        where = f"seed {seed}: {name}, {kind}"
        if changed == data:
            found.outcomes["nothing changed"] += 1
            continue
        try:
            after = oracle.look(source_id, changed, NOW, name)
        except Exception as error:  # noqa: BLE001 - whatever a reader raises that is no refusal is a crash
            found.outcomes["crashed"] += 1
            found.failures.append(f"{where}: crashed with {type(error).__name__}: {str(error)[:160]}")
            continue
        said = oracle.wrong(whole, after, data, changed)
        silent = [t for t in oracle.touched_silently(whole, after) if not same(t[1], t[2])]
        if not said and silent and keeps(source_id, data, changed, whole, name):
            found.same.append(f"{where}: {silent[0][0]} {silent[0][1][:40]!r} → {silent[0][2][:40]!r}")
        if said:
            found.outcomes["wrong in silence"] += 1
            found.failures.append(f"{where}: {said}")
        elif after.refused:
            found.outcomes["refused"] += 1
        elif after.quarantined - whole.quarantined:
            found.outcomes["quarantined"] += 1
        elif after.findings != whole.findings:
            found.outcomes["flagged"] += 1
        elif after.tables != whole.tables or after.kept != whole.kept:
            found.outcomes["visibly different"] += 1
        else:
            found.outcomes["nothing that is read changed"] += 1
    return found


def same(old: str, new: str) -> bool:
    """Tell whether two texts say the same: outer space apart, or the same number."""
    if old.strip() == new.strip():
        return True
    try:
        return float(old) == float(new)
    except ValueError:
        return False


def keeps(source_id: str, data: bytes, changed: bytes, whole: oracle.Seen, name: str) -> bool:
    """Tell whether the reader looks at the cell that a mutation changed: whether nonsense there changes anything."""
    first = next(
        (n for n, (a, b) in enumerate(zip(data, changed, strict=False)) if a != b), min(len(data), len(changed))
    )
    end = next((n for n, (a, b) in enumerate(zip(data[::-1], changed[::-1], strict=False)) if a != b), 0)
    nonsense = changed[:first] + b"~nonsense~" + changed[max(first, len(changed) - end) :]
    after = oracle.look(source_id, nonsense, NOW, name)
    return bool(after.refused) or after.findings != whole.findings or after.tables != whole.tables
