"""Which directive was adopted, by whom and from when; and the moment it took effect. Both tables only grow."""

from __future__ import annotations

from django.db import models


class Adoption(models.Model):
    """Somebody adopted a version of the directive; ``text`` is what was adopted, byte for byte."""

    version = models.CharField(max_length=20)
    name = models.CharField(max_length=32)
    sha256 = models.CharField(max_length=64)
    text = models.TextField()
    from_at = models.DateTimeField(help_text="It takes effect at this moment, and not before.")
    successors = models.JSONField(default=dict, help_text="{post that is no more: post that takes its duties over}.")
    reasons = models.TextField(blank=True)
    adopted_at = models.DateTimeField()
    ledger_seq = models.BigIntegerField()

    class Meta:
        ordering = ["id"]


class Withdrawal(models.Model):
    """An adoption that waited for its day was taken back; it never takes effect."""

    adoption = models.OneToOneField(Adoption, on_delete=models.PROTECT, related_name="withdrawn")
    at = models.DateTimeField()
    post = models.CharField(max_length=60)
    reasons = models.TextField()
    ledger_seq = models.BigIntegerField()

    class Meta:
        ordering = ["id"]


class InForce(models.Model):
    """An adopted directive took effect."""

    adoption = models.OneToOneField(Adoption, on_delete=models.PROTECT, related_name="in_force")
    since = models.DateTimeField()
    ledger_seq = models.BigIntegerField()

    class Meta:
        ordering = ["id"]
