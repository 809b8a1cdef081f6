"""Tiles of the ledger's tree: derived from the leaves, kept so that a proof reads a few rows and not all of them."""

from __future__ import annotations

from django.db import models


class LedgerTile(models.Model):
    """256 neighbouring hashes of one level of the tree, and the root over them. Written when full, never changed.

    Level 0 holds hashes of leaves, level 1 the roots of tiles of level 0, and so on, as in c2sp.org/tlog-tiles.
    """

    level = models.PositiveSmallIntegerField()
    position = models.BigIntegerField(help_text="0, 1, 2 … along its level.")
    root = models.BinaryField(help_text="32 bytes.")
    hashes = models.BinaryField(help_text="256 times 32 bytes.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "position"], name="one_tile_a_place")]
