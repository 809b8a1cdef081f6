"""Rows of deciding together and of what became of it. Every table here only grows: the database refuses a change."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Signed(models.Model):
    """What every such row has: who, under which post, by which way, when, and the ledger entry that records it."""

    at = models.DateTimeField()
    post = models.CharField(max_length=60)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    via = models.CharField(max_length=10, help_text="desk | cli (no personal signature)")
    os_user = models.CharField(max_length=60, blank=True)
    ledger_seq = models.BigIntegerField(help_text="The entry that records it.")

    class Meta:
        abstract = True
        ordering = ["at", "id"]


class Proposal(Signed):
    """A decision put to a body by one of its members. It takes effect by assents, or ends with the clock."""

    item = models.ForeignKey("docket.Item", on_delete=models.PROTECT, related_name="proposals")
    body = models.CharField(max_length=60, help_text="The post that is a body.")
    kind = models.CharField(max_length=10)
    words = models.JSONField(help_text="Everything the decision says, as the members sign it.")
    minutes = models.TextField(blank=True)
    until = models.DateTimeField(help_text="The clock it ends with; putting something to a body stops no clock.")
    after = models.PositiveIntegerField(help_text="The last decision that was read, 0 for none.")


class Concurrence(Signed):
    """A member's word on a proposal, or a dissent from a decision by anybody who was told. The last word counts."""

    class Stand(models.TextChoices):
        """For or against; a recused member says neither."""

        ASSENT = "assent"
        DISSENT = "dissent"

    item = models.ForeignKey("docket.Item", on_delete=models.PROTECT, related_name="concurrences")
    proposal = models.ForeignKey(Proposal, null=True, on_delete=models.PROTECT, related_name="concurrences")
    decision = models.ForeignKey("docket.Decision", null=True, on_delete=models.PROTECT, related_name="dissents")
    stand = models.CharField(max_length=10, choices=Stand.choices)
    signed = models.BooleanField(help_text="With a passphrase entered again for this one act.")
    reasons = models.TextField(blank=True)


class Recusal(Signed):
    """A holder of a post takes no part in an item; the duty goes to ``to_post``, or up when there is nobody."""

    item = models.ForeignKey("docket.Item", on_delete=models.PROTECT, related_name="recusals")
    recused_post = models.CharField(max_length=60)
    recused_person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="None: whoever holds the post.",
    )
    to_post = models.CharField(max_length=60, blank=True, help_text="Empty: nobody was left, the item went up.")
    reasons = models.TextField()


class ActedFor(Signed):
    """An act on an item that somebody did for a post they deputise for or stand in for, under their own."""

    item = models.ForeignKey("docket.Item", on_delete=models.PROTECT, related_name="acted_for")
    act = models.CharField(max_length=20)
    acted_for = models.CharField(max_length=60, help_text="The post whose duty it was.")
    why = models.CharField(max_length=200, help_text="Why a deputy acted: nobody of the post was there, or the rule.")


class Review(Signed):
    """A decision was looked at again: what was found of the doing."""

    class Found(models.TextChoices):
        """How far what was decided was done."""

        DONE = "done"
        PARTLY = "partly"
        NOT_DONE = "not_done", "not done"

    item = models.ForeignKey("docket.Item", on_delete=models.PROTECT, related_name="reviews")
    decision = models.ForeignKey("docket.Decision", null=True, on_delete=models.PROTECT, related_name="reviews")
    found = models.CharField(max_length=10, choices=Found.choices, blank=True, help_text="Empty: nothing was to do.")
    reasons = models.TextField()
    next_on = models.DateField(null=True)
    closes = models.BooleanField(default=False)


class Minutes(Signed):
    """What a body wrote down of a sitting, with the agenda as it stood."""

    body = models.CharField(max_length=60)
    held_on = models.DateField()
    text = models.TextField()
    agenda = models.JSONField(default=list, help_text="Numbers of the items that awaited the body.")


class Barrier(Signed):
    """Why an option or a commitment is blocked. A later row on the same subject replaces it; ``lifted`` ends it."""

    class Type(models.TextChoices):
        """Capability, will or law."""

        CANNOT = "cannot"
        WILL_NOT = "will_not", "will not"
        MAY_NOT = "may_not", "may not"

    class Sphere(models.TextChoices):
        """Where it lies."""

        POLITICAL = "political"
        INSTITUTIONAL = "institutional"
        OPERATIONAL = "operational"

    item = models.ForeignKey("docket.Item", on_delete=models.PROTECT, related_name="barriers")
    option_id = models.CharField(max_length=20, blank=True)
    commitment = models.ForeignKey("docket.Commitment", null=True, on_delete=models.PROTECT, related_name="barriers")
    type = models.CharField(max_length=10, choices=Type.choices)
    sphere = models.CharField(max_length=15, choices=Sphere.choices)
    actor = models.CharField(max_length=120, help_text="The office, body or state where it lies; never a person.")
    why = models.TextField()
    evidence = models.TextField()
    workaround = models.TextField()
    supersedes = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="superseded_by")
    lifted = models.BooleanField(default=False)


class Position(Signed):
    """What an office, body or state has said in public about an item's options: quoted and cited."""

    class Stance(models.TextChoices):
        """As the statement has it, not as somebody reads it."""

        FOR = "for"
        AGAINST = "against"
        CONDITIONAL = "conditional"

    item = models.ForeignKey("docket.Item", on_delete=models.PROTECT, related_name="positions")
    option_id = models.CharField(max_length=20, blank=True)
    actor = models.CharField(max_length=120)
    stance = models.CharField(max_length=12, choices=Stance.choices)
    statement = models.TextField()
    source = models.TextField()
    said_on = models.DateField()


class Label(Signed):
    """Who called a place's violence by which name, or avoided it, in which document, and what that opened or closed."""

    class Use(models.TextChoices):
        """Applied, or avoided where it was to be expected."""

        APPLIED = "applied"
        AVOIDED = "avoided"

    place_id = models.CharField(max_length=3, db_index=True)
    term = models.CharField(max_length=60, help_text="A label of catalog/terms/labels.yml.")
    use = models.CharField(max_length=10, choices=Use.choices)
    actor = models.CharField(max_length=120, help_text="The office, body or state that spoke; never a person.")
    said_on = models.DateField()
    document = models.TextField()
    words = models.TextField(blank=True, help_text="The words used instead, where the label was avoided.")
    effects = models.JSONField(default=list, help_text="[{does: opened|closed, kind, what, procedure}]")


class Outcome(Signed):
    """What came after, recorded once a question is closed. A later row corrects; none is changed."""

    class Came(models.TextChoices):
        """Neither silence after action nor an alarm after which nothing came is a success or a failure by itself."""

        ONSET = "onset"
        NO_ONSET = "no_onset", "no onset"
        NO_ONSET_ACTED = "no_onset_acted", "no onset, action taken"

    item = models.ForeignKey("docket.Item", on_delete=models.PROTECT, related_name="outcomes")
    came = models.CharField(max_length=20, choices=Came.choices)
    evidence = models.TextField()
    claimed_cause = models.TextField(blank=True, help_text="Was it prevented, and by what: a claim.")
    confidence = models.CharField(max_length=10, blank=True, help_text="high | moderate | low, in that claim.")
