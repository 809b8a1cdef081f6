"""An inclusion proof from tiles (c2sp.org/tlog-tiles): at most two rows a level, whatever the size of the log.

A tile is written when its 256 hashes are there, by the checkpoint that covers them. What has no tile yet is hashed from
the leaves, so a register whose tiles are missing proves the same, slower. Tiles are not trusted: the
examination holds each against the leaves, and a proof is checked against the signed root before it is handed out.

Cost with n entries: ``fill`` reads what is new and writes n/256 rows of 8 kB in all; ``proof`` reads fewer than 256
leaves and three rows for each factor of 256 in n.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Max

from tocsin.ledger import tree
from tocsin.response.register.models import LedgerEntry, LedgerTile

WIDTH = 256
HEIGHT = 8
HASH = 32
AT_ONCE = 64  # tiles read and written in one go: half a megabyte


def fill(size: int) -> int:
    """Write the tiles that ``size`` entries fill and that are not there; return how many. Call it in a transaction."""
    if size // WIDTH == 0 or LedgerTile.objects.filter(level=0, position=size // WIDTH - 1).exists():
        return 0
    written, level = 0, 0
    while (full := size >> HEIGHT * (level + 1)) > 0:
        last = LedgerTile.objects.filter(level=level).aggregate(last=Max("position"))["last"]
        first = 0 if last is None else last + 1
        for begin in range(first, full, AT_ONCE):
            count = min(AT_ONCE, full - begin)
            row = _row(level, begin * WIDTH, count * WIDTH)
            made = [row[at * WIDTH : (at + 1) * WIDTH] for at in range(count)]
            LedgerTile.objects.bulk_create(
                LedgerTile(level=level, position=begin + at, root=tree.root(hashes), hashes=b"".join(hashes))
                for at, hashes in enumerate(made)
            )
        written += max(0, full - first)
        level += 1
    return written


def proof(seq: int, frontier: tree.Frontier) -> list[bytes]:
    """Return the audit path of entry ``seq`` in the tree of a frontier, whose size it must be below."""
    size, peaks, read = frontier.size, frontier.peaks, _Reader()

    def over(low: int, high: int) -> bytes:
        count = high - low
        if count & (count - 1) == 0:
            return read.node(count.bit_length() - 1, low // count)
        # Only what ends where the tree ends is not complete: it is made of the last and smallest peaks.
        root, *larger = peaks[-count.bit_count() :][::-1]
        for peak in larger:
            root = tree.node_hash(peak, root)
        return root

    path: list[bytes] = []
    low, high = 0, size
    while high - low > 1:
        middle = low + (1 << (high - low - 1).bit_length() - 1)
        if seq < middle:
            path.append(over(middle, high))
            high = middle
        else:
            path.append(over(low, middle))
            low = middle
    return path[::-1]


class Builder:
    """Builds every tile anew from hashes of leaves, to hold the stored ones against; keeps one open tile a level."""

    def __init__(self) -> None:
        self.open: list[list[bytes]] = []
        self.done: list[int] = []

    def add(self, leaf: bytes) -> Iterator[tuple[int, int]]:
        """Take the next leaf; yield (level, position) of each stored tile that is not what its entries give."""
        carried: bytes | None = leaf
        level = 0
        while carried is not None:
            if level == len(self.open):
                self.open.append([])
                self.done.append(0)
            hashes = self.open[level]
            hashes.append(carried)
            carried = None
            if len(hashes) == WIDTH:
                root, position = tree.root(hashes), self.done[level]
                stored = LedgerTile.objects.filter(level=level, position=position).values_list("root", "hashes")
                for kept_root, kept in stored:
                    if (bytes(kept_root), bytes(kept)) != (root, b"".join(hashes)):
                        yield level, position
                carried, self.open[level] = root, []
                self.done[level] += 1
            level += 1

    def beyond(self) -> Iterator[tuple[int, int]]:
        """Yield (level, position) of stored tiles that no entries fill."""
        done = dict(enumerate(self.done))
        for level, last in LedgerTile.objects.values_list("level").annotate(last=Max("position")):
            if last >= done.get(level, 0):
                yield level, last


class _Reader:
    """Reads tiles once each for one proof."""

    def __init__(self) -> None:
        self.tiles: dict[tuple[int, int], list[bytes]] = {}

    def node(self, height: int, index: int) -> bytes:
        """Return the root of the complete subtree of ``2 ** height`` leaves at ``index`` among those of its height."""
        level, above = divmod(height, HEIGHT)
        start, count = index << above, 1 << above
        key = level, start // WIDTH
        if key not in self.tiles:
            tile = LedgerTile.objects.filter(level=level, position=key[1]).first()
            self.tiles[key] = _split(bytes(tile.hashes)) if tile else []
        at = start % WIDTH
        return tree.root(self.tiles[key][at : at + count] or _row(level, start, count))


def _row(level: int, start: int, count: int) -> list[bytes]:
    """Return ``count`` neighbouring hashes of a level from the rows below it, all of which are there."""
    if level == 0:
        leaves = LedgerEntry.objects.filter(seq__gte=start, seq__lt=start + count).order_by("seq")
        return [tree.leaf_hash(data.encode()) for data in leaves.values_list("leaf", flat=True)]
    below = LedgerTile.objects.filter(level=level - 1, position__gte=start, position__lt=start + count)
    roots = {position: bytes(root) for position, root in below.values_list("position", "root")}
    return [
        roots[at] if at in roots else tree.root(_row(level - 1, at * WIDTH, WIDTH))
        for at in range(start, start + count)
    ]


def _split(hashes: bytes) -> list[bytes]:
    return [hashes[at : at + HASH] for at in range(0, len(hashes), HASH)]
