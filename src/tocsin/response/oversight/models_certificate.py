"""Rows of certificates: what a player of an exercise did, and what they missed. They only grow."""

from __future__ import annotations

from django.db import models


class Certificate(models.Model):
    """One certificate: made in the home of its exercise, or taken from there into the home that was copied.

    ``statement`` is the certificate itself, ``proof`` the line by which a stranger checks that the exercise's log has
    it, word for word (see ``tocsin exercise verify``).
    """

    number = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the statement, hex.")
    player = models.CharField(max_length=150, help_text="Account name, here and in the exercise.")
    post = models.CharField(max_length=60)
    statement = models.JSONField()
    proof = models.TextField(blank=True, help_text="One line of the log with its path; here: only where taken.")
    log = models.CharField(max_length=120, help_text="Name of the log it stands in.")
    key = models.CharField(max_length=200, help_text="The key that log is verified with.")
    issued_at = models.DateTimeField()
    valid_until = models.DateField()
    taken = models.BooleanField(help_text="Taken from an exercise's folder; else made here.")
    ledger_seq = models.BigIntegerField()

    class Meta:
        ordering = ["id"]
