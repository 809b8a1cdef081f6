"""What this home says of the catalogue: sources withdrawn, options proposed, reviewed, published, taken back.

All five tables only grow; how a proposal stands is read from what was added to it (``catalogue.standing``).
"""

from __future__ import annotations

from django.conf import settings
from django.db import models


class SourceWord(models.Model):
    """Somebody said of a source that it may not be leaned on any more, or that it stands again."""

    source = models.CharField(max_length=400, help_text="As it was given: a DOI or an address.")
    key = models.CharField(max_length=400, db_index=True, help_text="Its one name, however it is written.")
    kind = models.CharField(max_length=10, help_text="retracted | withdrawn | expired | restored")
    why = models.TextField()
    post = models.CharField(max_length=60)
    at = models.DateTimeField()
    ledger_seq = models.BigIntegerField()

    class Meta:
        ordering = ["id"]


class OptionProposal(models.Model):
    """Somebody proposes an option, or a change to one. What was proposed is never changed; a new one may follow it."""

    option_id = models.CharField(max_length=10, blank=True, help_text="The option it changes; empty: a new one.")
    content = models.JSONField(help_text="The option as proposed, by field.")
    why = models.TextField(help_text="Why the catalogue needs it.")
    follows = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="followed_by")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT)
    post = models.CharField(max_length=60, blank=True, help_text="Empty: an account without a post.")
    hand = models.CharField(max_length=160, help_text="Whose hand it came by: an account, or one of a machine.")
    contributor = models.CharField(max_length=200, blank=True, help_text="On whose behalf, where it was brought in.")
    credit = models.CharField(max_length=200, blank=True, help_text="The name to be credited, as they wish it.")
    may_credit = models.BooleanField(default=False, help_text="They consented to being named.")
    at = models.DateTimeField()
    ledger_seq = models.BigIntegerField()

    class Meta:
        ordering = ["id"]


class OptionReview(models.Model):
    """A post reviewed a proposal: accept or reject, with a grade of the evidence and reasons."""

    proposal = models.ForeignKey(OptionProposal, on_delete=models.PROTECT, related_name="reviews")
    post = models.CharField(max_length=60)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT)
    hand = models.CharField(max_length=160)
    verdict = models.CharField(max_length=6, help_text="accept | reject")
    grade = models.CharField(max_length=12, blank=True, help_text="The grade of its evidence; empty when rejected.")
    reasons = models.TextField()
    at = models.DateTimeField()
    ledger_seq = models.BigIntegerField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "post"], name="one_review_a_post"),
            models.UniqueConstraint(fields=["proposal", "hand"], name="one_review_a_hand"),
        ]


class OptionPublication(models.Model):
    """A reviewed proposal entered the catalogue of this home, as a version of its option."""

    proposal = models.OneToOneField(OptionProposal, on_delete=models.PROTECT, related_name="publication")
    option_id = models.CharField(max_length=10)
    version = models.PositiveIntegerField()
    row = models.JSONField(help_text="The option as published.")
    post = models.CharField(max_length=60)
    at = models.DateTimeField()
    ledger_seq = models.BigIntegerField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["option_id", "version"], name="one_version_of_an_option")]


class OptionTakenBack(models.Model):
    """A published version was taken back: the version before it, or what ships, stands again."""

    publication = models.OneToOneField(OptionPublication, on_delete=models.PROTECT, related_name="taken_back")
    why = models.TextField()
    post = models.CharField(max_length=60)
    at = models.DateTimeField()
    ledger_seq = models.BigIntegerField()

    class Meta:
        ordering = ["id"]
