"""Rows of the docket. Only ``docket.acts`` and ``docket.tick`` write them, each act with its ledger entry."""

from __future__ import annotations

from django.conf import settings
from django.db import models

LEVELS = [("watch", "watch"), ("alert", "alert"), ("emergency", "emergency")]


class Warning(models.Model):
    """A tripwire that fired, or a person who rang the bell."""

    warning_id = models.CharField(max_length=120, unique=True)
    run_id = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=20, help_text="forecast | event | silence | bell")
    tripwire_id = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    place_id = models.CharField(max_length=3, blank=True, help_text="Empty for a silent source.")
    source_id = models.CharField(max_length=60, blank=True)
    fired_at = models.DateTimeField()
    as_of = models.CharField(max_length=10)
    level = models.CharField(max_length=10, choices=LEVELS)
    summary = models.TextField()
    question = models.TextField(blank=True, help_text="What its tripwire asks; empty on rows older than this column.")
    because = models.JSONField(default=list, help_text="[{text, value, source, row, vintage}]")

    class Meta:
        ordering = ["-fired_at", "warning_id"]


class Item(models.Model):
    """A question awaiting decision: a place, an owner, two clocks."""

    class State(models.TextChoices):
        """Where a question stands. Nothing reaches ``closed`` without a decision or a lapse."""

        OPEN = "open"
        ACTING = "acting"
        DECLINED = "declined"
        DEFERRED = "deferred"
        LAPSED = "lapsed"
        CLOSED = "closed"

    place_id = models.CharField(max_length=3, blank=True)
    source_id = models.CharField(max_length=60, blank=True)
    question = models.TextField()
    level = models.CharField(max_length=10, choices=LEVELS)
    tier = models.PositiveSmallIntegerField()
    ceiling = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    owner_post = models.CharField(max_length=60)
    opened_at = models.DateTimeField()
    decision_due = models.DateTimeField()
    review_on = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    run_id = models.CharField(max_length=80, blank=True)
    evidence_vintage = models.CharField(max_length=40)
    directive_version = models.CharField(max_length=20)
    decision_lapsed = models.BooleanField(default=False, help_text="The decision clock in force has run out.")
    next_due = models.DateTimeField(
        null=True, blank=True, help_text="The next moment at which any of its clocks runs out; None when none runs."
    )
    follows = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="followed_by",
        help_text="The decided item it comes after.",
    )
    stand_ins = models.JSONField(
        default=dict, help_text="{post that is recused: post that has its duty here, empty when nobody is left}."
    )
    warnings = models.ManyToManyField(Warning, through="ItemWarning", related_name="items")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["place_id", "source_id"],
                condition=models.Q(state__in=["open", "lapsed", "deferred"]),
                name="one_undecided_item_a_place",
            )
        ]
        indexes = [models.Index(fields=["next_due", "id"], name="docket_item_next_due")]


class ItemWarning(models.Model):
    """A warning opened or joined an item."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT)
    warning = models.ForeignKey(Warning, on_delete=models.PROTECT)
    joined_at = models.DateTimeField()
    opened = models.BooleanField(default=False)
    ledger_seq = models.BigIntegerField(null=True, blank=True, help_text="The entry that records it.")

    class Meta:
        unique_together = [("item", "warning")]


class Step(models.Model):
    """A rung of the ladder an item has stood on: who was told when, who answered."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="steps")
    tier = models.PositiveSmallIntegerField()
    posts = models.JSONField(default=list)
    why = models.CharField(max_length=120)
    entered_at = models.DateTimeField()
    delivery_due = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_post = models.CharField(max_length=60, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    lapsed = models.BooleanField(default=False, help_text="Its delivery clock ran out unanswered.")

    class Meta:
        ordering = ["entered_at", "id"]


class Decision(models.Model):
    """Act, decline or defer: by a post, with reasons, on stated evidence. Never edited; a later one supersedes."""

    class Kind(models.TextChoices):
        """What can be decided."""

        ACT = "act"
        DECLINE = "decline"
        DEFER = "defer"

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    at = models.DateTimeField()
    tier = models.PositiveSmallIntegerField()
    post = models.CharField(max_length=60)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    via = models.CharField(max_length=10, help_text="desk (signed with a passphrase) | cli (no personal signature)")
    os_user = models.CharField(max_length=60, blank=True)
    reasons = models.TextField()
    cites = models.JSONField(default=list, help_text="Warnings or assessments cited: ids.")
    options_seen = models.JSONField(default=list)
    options_chosen = models.JSONField(default=list)
    options_rejected = models.JSONField(default=list)
    dissent = models.TextField(blank=True)
    would_change = models.TextField(blank=True, help_text="Decline: what would change it.")
    waits_for = models.TextField(blank=True, help_text="Defer: what it waits for.")
    defer_to = models.DateField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)
    evidence_vintage = models.CharField(max_length=40)
    checkpoint = models.CharField(max_length=120, blank=True, help_text="size:root of the ledger when signed.")
    supersedes = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT)
    ledger_seq = models.BigIntegerField(null=True, blank=True, help_text="The entry that records it.")
    answers = models.JSONField(null=True, help_text="{tripwire: its answer}; None: not asked when it was signed.")
    why_rejected = models.JSONField(null=True, help_text="{option: why not}; None: not asked when it was signed.")
    proposal = models.ForeignKey(
        "docket.Proposal",
        null=True,
        on_delete=models.PROTECT,
        related_name="decisions",
        help_text="The proposal that a body assented to.",
    )

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["proposal"], condition=models.Q(proposal__isnull=False), name="a_proposal_decides_once"
            )
        ]


class Commitment(models.Model):
    """What a decision to act obliges somebody to do, by when, shown by what."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="commitments")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="commitments")
    option_id = models.CharField(max_length=20, blank=True)
    what = models.TextField()
    post = models.CharField(max_length=60)
    due = models.DateTimeField()
    shown_by = models.TextField(help_text="The evidence that will show it was done.")
    evidence = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_post = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["due", "id"]


class Lapse(models.Model):
    """A clock that ran out without the act it asked for. One row a clock, for good."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="lapses")
    clock = models.CharField(max_length=20, help_text="delivery | decision | commitment | review")
    tier = models.PositiveSmallIntegerField()
    posts = models.JSONField(default=list)
    due = models.DateTimeField()
    recorded_at = models.DateTimeField()
    at_ceiling = models.BooleanField(default=False, help_text="Published on the accountability page.")
    commitment = models.ForeignKey(Commitment, null=True, blank=True, on_delete=models.PROTECT)
    ledger_seq = models.BigIntegerField(null=True, blank=True, help_text="The entry that records it.")

    class Meta:
        ordering = ["due", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "clock", "tier", "due", "commitment"],
                name="one_lapse_a_clock",
                nulls_distinct=False,
            )
        ]


class Message(models.Model):
    """The outbox: written in the transaction of the act it tells of, delivered at least once, counted once."""

    key = models.CharField(max_length=160, unique=True, help_text="What makes a second sending a duplicate.")
    item = models.ForeignKey(Item, null=True, blank=True, on_delete=models.PROTECT, related_name="messages")
    to_post = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    created_at = models.DateTimeField()
    level = models.CharField(max_length=10, blank=True, help_text="Of the item when it was written; empty without one.")
    asks = models.BooleanField(default=False, help_text="It asks its post to acknowledge.")
    answer_by = models.DateTimeField(
        null=True, blank=True, help_text="The rung's due: until then it asks, and is withdrawn once somebody answers."
    )
    exercise = models.BooleanField(default=False, help_text="Marked EXERCISE on every way it goes.")
    spread_at = models.DateTimeField(null=True, blank=True, help_text="When its ways were set out as sendings.")
    delivered_at = models.DateTimeField(null=True, blank=True, help_text="When the first way that reaches out had it.")
    withdrawn_at = models.DateTimeField(null=True, blank=True, help_text="Answered before every way was used.")

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(spread_at=None), name="docket_message_unspread"),
            models.Index(fields=["to_post", "-id"], name="docket_message_inbox"),
        ]


class RunTaken(models.Model):
    """A run folder whose warnings have been taken into the docket."""

    run_id = models.CharField(max_length=80, unique=True)
    taken_at = models.DateTimeField()
    opened = models.PositiveIntegerField()
    joined = models.PositiveIntegerField()
    cut = models.PositiveIntegerField(help_text="Warnings the alert budget cut off.")


from tocsin.response.docket import models_deciding  # noqa: E402, F401 - Django finds tables by importing this module
from tocsin.response.docket.models_delivery import (  # noqa: E402, F401 - rows of delivery, in a file of their own
    DeliveryDrill,
    DrillCall,
    Heartbeat,
    Seen,
    Sending,
)
from tocsin.response.docket.models_imagination import DecidedWithout  # noqa: E402, F401
from tocsin.response.docket.models_order import Cancelling, Override, Surge  # noqa: E402, F401
from tocsin.response.docket.packages import models as packages  # noqa: E402, F401
