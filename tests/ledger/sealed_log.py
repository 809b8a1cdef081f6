"""A ledger made of plain lists, for tests that attack it: no database, the same leaves, notes and export lines."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tocsin.ledger import canonical, export, leaf, note, tree, verify

VERIFY = Path(verify.__file__)
START = datetime(2026, 1, 1, tzinfo=UTC)
ORIGIN = "tocsin.local/0123456789abcdef"


def signer(seed: int = 1, name: str = ORIGIN) -> note.Signer:
    return note.Signer(name, Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"key %d" % seed).digest()))


@dataclass
class Log:
    """Entries as (leaf, salt, body), and signed notes by size."""

    key: note.Signer = field(default_factory=signer)
    entries: list[dict] = field(default_factory=list)
    notes: dict[int, str] = field(default_factory=dict)

    def enter(self, text: str = "x", kind: str = "test.made", at: datetime | None = None) -> None:
        seq = len(self.entries)
        sealed = leaf.seal(
            seq=seq,
            time=at or START + timedelta(hours=seq),
            kind=kind,
            item=seq % 3 or None,
            body={"text": text, "seq": seq},
            salt=hashlib.sha256(b"salt %d" % seq).digest(),
        )
        self.entries.append(
            {"leaf": json.loads(sealed.leaf.encode()), "salt": sealed.salt, "body": json.loads(sealed.body)}
        )

    def root(self, size: int | None = None) -> bytes:
        return tree.root(tree.leaf_hash(canonical.encode(entry["leaf"])) for entry in self.entries[:size])

    def sign(self, key: note.Signer | None = None) -> str:
        size = len(self.entries)
        self.notes[size] = note.sign_checkpoint(key or self.key, size, self.root())
        return self.notes[size]

    def lines(self) -> list[bytes]:
        said = [export.log_line(self.key.name, len(self.entries), len(self.notes))]
        if 0 in self.notes:
            said.append(export.checkpoint_line(self.notes[0]))
        for seq, entry in enumerate(self.entries):
            said.append(canonical.encode({"record": "entry", **entry}) + b"\n")
            if seq + 1 in self.notes:
                said.append(export.checkpoint_line(self.notes[seq + 1]))
        return said


def built(size: int, every: int = 3) -> Log:
    """Return a log of ``size`` entries with a checkpoint every few and at the end."""
    log = Log()
    for seq in range(size):
        log.enter(f"entry {seq}")
        if seq % every == every - 1:
            log.sign()
    log.sign()
    return log


def check(lines: list[bytes], key: str | None, olds: list[str] = ()) -> verify.Report:
    """Run the verifier in this process."""
    import io

    known = verify.read_key(key) if key else None
    return verify.verify(
        io.BytesIO(b"".join(lines)), known, [(str(n), verify.read_note(old)) for n, old in enumerate(olds)]
    )


def bare(folder: Path, lines: list[bytes], *arguments: str, olds: list[str] = (), python: str = sys.executable):
    """Run verify.py as a stranger does: another folder, a bare interpreter, an empty environment."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "export.txt").write_bytes(b"".join(lines))
    (folder / "verify.py").write_bytes(VERIFY.read_bytes())
    command = [python, "-I", "-S", "verify.py", "export.txt", *arguments]
    for number, old in enumerate(olds):
        (folder / f"{number}.note").write_text(old, encoding="utf-8")
        command += ["--checkpoint", f"{number}.note"]
    return subprocess.run(command, cwd=folder, env={}, capture_output=True, text=True, check=False, timeout=60)
