"""Mutations of a publisher's file, each by a seed: the damage that lines, carriers, spreadsheets and enemies do.

A mutation takes bytes and gives bytes. Text is treated as lines and fields of its delimiter; what is no text
(workbooks, Parquet, archives) is damaged as bytes.
"""

from __future__ import annotations

import random
from collections.abc import Callable

Lines = list[list[bytes]]
ODD = (
    b"", b"NA", b"-", b"NaN", b"inf", b"1e309", b"-1", b"0", b"999999999999999999999", b"1.5", b"0x1f", b"1,000",
    b"12abc", b"=1+1", b"=HYPERLINK(\"http://x.invalid\")", b"@SUM(A1)", b"+cmd|' /C calc'!A0", b"../../etc/passwd",
    b"2999-01-01",
    b"0000-00-00", b"31/12/2020", b"2020-02-30", b"<script>alert(1)</script>", b"'; DROP TABLE x;--", b"\xc2\xa0",
    b"\xe2\x80\xae", b"\xef\xbb\xbf", "１２".encode(), "٣".encode(), b"TRUE", b"null", b"#REF!", b"a" * 5000,
)  # fmt: skip


def delimiter_of(data: bytes) -> bytes:
    """The delimiter that stands most often in the first line."""
    first = data.partition(b"\n")[0]
    return max((b",", b";", b"\t", b"|"), key=first.count)


def is_text(data: bytes) -> bool:
    """Tell whether a file is delimited text."""
    return data[:4] not in (b"PK\x03\x04", b"PAR1") and data[:2] != b"\x1f\x8b" and data.lstrip()[:1] not in b"{[<"


def _cell(data: bytes, rng: random.Random, value: Callable[[bytes], bytes]) -> bytes:
    lines = data.split(b"\n")
    mark = delimiter_of(data)
    plain = [n for n, line in enumerate(lines) if n and line and b'"' not in line]
    if not plain:
        return data
    number = rng.choice(plain)
    fields = lines[number].split(mark)
    at = rng.randrange(len(fields))
    fields[at] = value(fields[at])
    lines[number] = mark.join(fields)
    return b"\n".join(lines)


def odd_value(data: bytes, rng: random.Random) -> bytes:
    """A cell holds something else."""
    return _cell(data, rng, lambda _: rng.choice([o for o in ODD if delimiter_of(data) not in o and b'"' not in o]))


def swapped_value(data: bytes, rng: random.Random) -> bytes:
    """A cell holds what another cell of the file holds."""
    lines = [line for line in data.split(b"\n") if line and b'"' not in line]
    if not lines:
        return data
    other = rng.choice(rng.choice(lines).split(delimiter_of(data)))
    return _cell(data, rng, lambda _: other)


def digit(data: bytes, rng: random.Random) -> bytes:
    """A digit of a cell is another, or twice there."""

    def change(old: bytes) -> bytes:
        at = [n for n, c in enumerate(old) if 48 <= c <= 57]
        if not at:
            return old + b"7"
        n = rng.choice(at)
        return old[:n] + str(rng.randrange(10)).encode() * rng.choice((1, 2)) + old[n + 1 :]

    return _cell(data, rng, change)


def null_byte(data: bytes, rng: random.Random) -> bytes:
    """A null byte stands somewhere."""
    at = rng.randrange(len(data))
    return data[:at] + b"\x00" + data[at:]


def flipped(data: bytes, rng: random.Random) -> bytes:
    """Some bits are others."""
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 3, 20))):
        out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)
    return bytes(out)


def cut(data: bytes, rng: random.Random) -> bytes:
    """The file ends too early."""
    return data[: rng.randrange(1, len(data))]


def cut_out(data: bytes, rng: random.Random) -> bytes:
    """A piece is missing in the middle."""
    at = rng.randrange(len(data))
    return data[:at] + data[at + rng.choice((1, 10, 1000, 4096)) :]


def spliced(data: bytes, rng: random.Random) -> bytes:
    """A piece of the file stands in another place as well."""
    a, b = rng.randrange(len(data)), rng.randrange(len(data))
    return data[:b] + data[a : a + rng.choice((1, 50, 2000))] + data[b:]


def line_twice(data: bytes, rng: random.Random) -> bytes:
    """A line stands twice."""
    lines = data.split(b"\n")
    number = rng.randrange(max(1, len(lines) - 1))
    return b"\n".join([*lines[: number + 1], lines[number], *lines[number + 1 :]])


def lines_swapped(data: bytes, rng: random.Random) -> bytes:
    """Two lines have changed places."""
    lines = data.split(b"\n")
    a, b = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[a], lines[b] = lines[b], lines[a]
    return b"\n".join(lines)


def delimiter_more(data: bytes, rng: random.Random) -> bytes:
    """A line has a field more or one less."""
    mark = delimiter_of(data)
    lines = data.split(b"\n")
    number = rng.randrange(len(lines))
    fields = lines[number].split(mark)
    at = rng.randrange(len(fields))
    fields[at : at + 1] = rng.choice(([], [fields[at], b""], [b"", fields[at]]))
    lines[number] = mark.join(fields)
    return b"\n".join(lines)


def quote(data: bytes, rng: random.Random) -> bytes:
    """A quote that nobody closes, or one inside a field."""
    return _cell(data, rng, lambda old: rng.choice((b'"' + old, old + b'"', old[:1] + b'"' + old[1:])))


def header_changed(data: bytes, rng: random.Random) -> bytes:
    """A column has another name, stands twice or is gone."""
    mark = delimiter_of(data)
    head, _, rest = data.partition(b"\n")
    names = head.split(mark)
    at = rng.randrange(len(names))
    names[at] = rng.choice((b"renamed", names[rng.randrange(len(names))], names[at].upper(), b"", names[at] + b" "))
    return mark.join(names) + b"\n" + rest


def columns_moved(data: bytes, rng: random.Random) -> bytes:
    """Two columns have changed places, header and all: that says the same."""
    mark = delimiter_of(data)
    lines = data.split(b"\n")
    if b'"' in data:
        return data
    width = len(lines[0].split(mark))
    a, b = rng.randrange(width), rng.randrange(width)
    out = []
    for line in lines:
        fields = line.split(mark)
        if len(fields) == width:
            fields[a], fields[b] = fields[b], fields[a]
        out.append(mark.join(fields))
    return b"\n".join(out)


def line_ends(data: bytes, rng: random.Random) -> bytes:
    """Line ends of another system, all of them or one."""
    if rng.random() < 0.5:
        return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    at = rng.randrange(len(data))
    return data[:at] + rng.choice((b"\r", b"\n", b"\r\n", b"\x0b", b"\x85", "\u2028".encode())) + data[at:]


def encoding(data: bytes, rng: random.Random) -> bytes:
    """Another encoding, or a mark of one."""
    return rng.choice((b"\xef\xbb\xbf" + data, data.decode("utf-8", "replace").encode("utf-16"), b"\xff\xfe" + data))


def other_delimiter(data: bytes, rng: random.Random) -> bytes:
    """All delimiters are others."""
    return data.replace(delimiter_of(data), rng.choice((b";", b"\t", b"|", b",")))


def page(data: bytes, rng: random.Random) -> bytes:
    """A web page stands before, after or instead of the table."""
    html = b"<!doctype html><html><body>Sign in</body></html>\n"
    return rng.choice((html, html + data, data + html))


OF_BYTES = (null_byte, flipped, cut, cut_out, spliced, page)
OF_TEXT = (
    *OF_BYTES, odd_value, odd_value, odd_value, swapped_value, swapped_value, digit, digit, line_twice, lines_swapped,
    delimiter_more, quote, header_changed, columns_moved, line_ends, encoding, other_delimiter,
)  # fmt: skip


def mutation(data: bytes, seed: int) -> tuple[str, bytes]:
    """Return the name of a mutation and the mutated file: the same seed gives the same bytes."""
    rng = random.Random(seed)
    act = rng.choice(OF_TEXT if is_text(data) else OF_BYTES)
    return act.__name__, act(data, rng)
