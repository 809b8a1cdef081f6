"""Random corruptions of an export, and a verifier that need not read again what comes before the first change.

The state of a pass over the untouched lines is kept at every fiftieth line; a corrupted export is read on from the last
one before its first changed line. That changes nothing in what the verifier sees: it reads line by line and
never looks back.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable

from ledger.sealed_log import built
from tocsin.ledger import canonical, verify

EVERY = 50


class Attacked:
    """An export of ``size`` entries under ``size // 100`` checkpoints, to be corrupted one way at a time."""

    def __init__(self, size: int) -> None:
        log = built(size, every=100)
        self.lines = log.lines()
        self.key = verify.read_key(str(log.key.verifier))
        self.states: list[verify.Export] = []
        export = verify.Export(self.key, [])
        for number, line in enumerate(self.lines):
            if number % EVERY == 0:
                self.states.append(copy.deepcopy(export))
            export.read(line)
        export.finish()
        assert not export.faults

    def attack(self, seed: int) -> tuple[str, bool]:
        """Corrupt the export in one way drawn by ``seed``; return which, and whether the verifier finds it."""
        draw = random.Random(seed)
        lines = self.lines
        while lines == self.lines:  # a swap of equals is no corruption
            way = draw.choice(WAYS)
            lines = way(draw, list(self.lines))
        return way.__name__, self.finds(lines)

    def finds(self, lines: list[bytes]) -> bool:
        """Tell whether the verifier finds fault with these lines."""
        raw = b"".join(lines).splitlines(keepends=True)  # a line feed may have come or gone within a line
        first = next((n for n, pair in enumerate(zip(raw, self.lines, strict=False)) if pair[0] != pair[1]), len(raw))
        start = min(first, len(raw) - 1, len(self.lines) - 1) // EVERY
        export = copy.deepcopy(self.states[start])
        try:
            for line in raw[start * EVERY :]:
                export.read(line)
                if export.faults:
                    return True
            export.finish()
        except verify.Fault:
            return True
        return bool(export.faults)


def flip_a_bit(draw: random.Random, lines: list[bytes]) -> list[bytes]:
    at = draw.randrange(len(lines))
    line = bytearray(lines[at])
    line[draw.randrange(len(line))] ^= 1 << draw.randrange(8)
    lines[at] = bytes(line)
    return lines


def change_bytes(draw: random.Random, lines: list[bytes]) -> list[bytes]:
    at = draw.randrange(len(lines))
    line, count = bytearray(lines[at]), draw.randint(1, 8)
    begin = draw.randrange(len(line))
    line[begin : begin + draw.randint(0, count)] = bytes(draw.choices(range(256), k=draw.randint(0, count)))
    lines[at] = bytes(line)
    return lines


def change_a_digit(draw: random.Random, lines: list[bytes]) -> list[bytes]:
    """Stays canonical JSON nearly always: the numbers, times and hashes are attacked, not the form."""
    at = draw.randrange(len(lines))
    line = bytearray(lines[at])
    digits = [n for n, byte in enumerate(line) if byte in b"0123456789abcdef"]
    line[draw.choice(digits)] = draw.choice(b"0123456789abcdef")
    lines[at] = bytes(line)
    return lines


def swap_lines(draw: random.Random, lines: list[bytes]) -> list[bytes]:
    a, b = draw.sample(range(len(lines)), 2)
    lines[a], lines[b] = lines[b], lines[a]
    return lines


def drop_lines(draw: random.Random, lines: list[bytes]) -> list[bytes]:
    at = draw.randrange(len(lines))
    del lines[at : at + draw.randint(1, 3)]
    return lines or [b"\n"]


def repeat_a_line(draw: random.Random, lines: list[bytes]) -> list[bytes]:
    lines.insert(draw.randrange(len(lines) + 1), lines[draw.randrange(len(lines))])
    return lines


def cut_the_end(draw: random.Random, lines: list[bytes]) -> list[bytes]:
    whole = b"".join(lines)
    return whole[: draw.randrange(len(whole))].splitlines(keepends=True) or [b"\n"]


def _entry(draw: random.Random, lines: list[bytes], change: Callable[[dict], None]) -> list[bytes]:
    at = draw.choice([n for n, line in enumerate(lines) if b'"record":"entry"' in line])
    record = json.loads(lines[at])
    change(record)
    lines[at] = canonical.encode(record) + b"\n"
    return lines


def edit_a_header(draw: random.Random, lines: list[bytes]) -> list[bytes]:
    name, value = draw.choice(
        [
            ("time", f"2026-0{draw.randint(1, 9)}-11T0{draw.randint(0, 9)}:00:00Z"),
            ("kind", draw.choice(["item.opened", "item.decided", "clock.lapsed"])),
            ("item", draw.choice([None, *range(2000)])),
            ("seq", draw.randrange(2000)),
            ("commitment", draw.randbytes(32).hex()),
            ("schema", "tocsin.leaf.1"),
        ]
    )
    return _entry(draw, lines, lambda record: record["leaf"].update({name: value}))


def edit_a_body(draw: random.Random, lines: list[bytes]) -> list[bytes]:
    change = draw.choice(
        [
            lambda body: body.update({"text": f"entry {draw.randrange(10**6)}"}),
            lambda body: body.update({"seq": draw.randrange(10**6)}),
            lambda body: body.update({f"added {draw.randrange(100)}": None}),
            lambda body: body.pop(draw.choice(sorted(body))),
        ]
    )
    return _entry(draw, lines, lambda record: change(record["body"]))


def edit_a_salt(draw: random.Random, lines: list[bytes]) -> list[bytes]:
    return _entry(draw, lines, lambda record: record.update({"salt": draw.randbytes(32).hex()}))


def give_another_body(draw: random.Random, lines: list[bytes]) -> list[bytes]:
    """Body and salt of another entry: they open a commitment, only not this one."""
    other = json.loads(draw.choice([line for line in lines if b'"record":"entry"' in line]))
    return _entry(draw, lines, lambda record: record.update({"salt": other["salt"], "body": other["body"]}))


def reseal_an_entry(draw: random.Random, lines: list[bytes]) -> list[bytes]:
    """Body, commitment and leaf agree again, as whoever holds the database but no key can make them."""
    from tocsin.ledger import leaf

    def change(record: dict) -> None:
        record["body"]["text"] = f"rewritten {draw.randrange(10**6)}"
        body = canonical.encode(record["body"])
        record["leaf"]["commitment"] = leaf.commit(bytes.fromhex(record["salt"]), body)

    return _entry(draw, lines, change)


WAYS = [
    flip_a_bit,
    change_bytes,
    change_a_digit,
    swap_lines,
    drop_lines,
    repeat_a_line,
    cut_the_end,
    edit_a_header,
    edit_a_body,
    edit_a_salt,
    give_another_body,
    reseal_an_entry,
]
