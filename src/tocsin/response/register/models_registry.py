"""Rows about who does what where, who can offer what, and who wants to be told: organisations outside the house too.

What may put people in danger when it is known carries ``Shielded``: named posts see it, and nobody else learns that it
is there. What changed when stands in a table that only grows, without the words: those can be erased.
"""

from __future__ import annotations

from django.db import models


class Organisation(models.Model):
    """An organisation that neither the directive nor the catalogue names."""

    key = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, help_text="As in the directive: government, un, ngo, company, …")
    added_at = models.DateTimeField()
    ledger_seq = models.BigIntegerField()

    class Meta:
        ordering = ["key"]


class Shielded(models.Model):
    """Who may see a row. Restricted: the posts named in ``seen_by``; otherwise everybody signed in, and exports."""

    restricted = models.BooleanField(default=True)
    seen_by = models.JSONField(default=list, help_text="Posts that see it while it is restricted.")
    because = models.TextField(blank=True, help_text="Why it is shown or hidden as it is.")

    class Meta:
        abstract = True


class Activity(Shielded):
    """An organisation does something at places: what, from when to when, and who says so."""

    organisation = models.CharField(max_length=60, db_index=True, help_text="Key of directive, catalogue or register.")
    ref = models.CharField(max_length=80, help_text="The organisation's own reference; a second import finds it by it.")
    what = models.TextField()
    sectors = models.JSONField(default=list, help_text="Codes of the catalogue.")
    options = models.JSONField(default=list, help_text="Options of the catalogue.")
    instruments = models.JSONField(default=list)
    factors = models.JSONField(default=list, help_text="RF1 to RF14.")
    area = models.CharField(max_length=200, blank=True, help_text="Where inside the place, in words.")
    starts = models.DateField(null=True, blank=True)
    ends = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=12)
    source = models.CharField(max_length=400)
    source_on = models.DateField(help_text="The day the source speaks of.")
    contact_office = models.CharField(max_length=60, blank=True, help_text="The office that keeps touch with it.")
    post = models.CharField(max_length=60, help_text="Who entered it last.")
    added_at = models.DateTimeField()
    changed_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["organisation", "ref"]
        constraints = [models.UniqueConstraint(fields=["organisation", "ref"], name="one_activity_a_reference")]


class ActivityPlace(models.Model):
    """A place an activity is at."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="at")
    place_id = models.CharField(max_length=3, db_index=True)

    class Meta:
        ordering = ["place_id"]
        unique_together = [("activity", "place_id")]


class ActivityChange(models.Model):
    """An activity was entered or changed, in which fields; what they said stands in the ledger's body alone."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=8, help_text="new | changed")
    fields = models.JSONField(default=list)
    post = models.CharField(max_length=60)
    at = models.DateTimeField(db_index=True)
    ledger_seq = models.BigIntegerField()

    class Meta:
        ordering = ["id"]


class Subscription(models.Model):
    """A post wants to be told of activities at a place, of a topic, on a factor; what is empty is not asked for."""

    post = models.CharField(max_length=60, db_index=True)
    place_id = models.CharField(max_length=3, blank=True)
    topic = models.CharField(max_length=40, blank=True, help_text="A sector code or an instrument.")
    factor = models.CharField(max_length=4, blank=True)
    since = models.DateTimeField()
    told_to = models.DateTimeField(help_text="Changes up to this moment were told.")
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["post", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["post", "place_id", "topic", "factor"],
                condition=models.Q(until=None),
                name="one_open_subscription",
            )
        ]


class Offer(Shielded):
    """What an organisation says it can do, where, how fast, on which conditions, and until when that holds."""

    organisation = models.CharField(max_length=60, db_index=True, help_text="Key of directive, catalogue or register.")
    capability = models.CharField(max_length=40, help_text="Id of the catalogue's list of capabilities.")
    what = models.TextField()
    places = models.JSONField(default=list, help_text="Place ids; empty: anywhere.")
    lead_days = models.PositiveIntegerField(help_text="Days from the ask to its first use.")
    conditions = models.TextField(blank=True)
    valid_until = models.DateField(null=True, blank=True, help_text="None: no end was said.")
    verified_on = models.DateField(help_text="The last day somebody made sure that it holds.")
    contact_office = models.CharField(max_length=60, help_text="The office that puts the ask.")
    tool = models.ForeignKey(
        "register.Tool", null=True, blank=True, on_delete=models.PROTECT, help_text="The tool on record that it is."
    )
    post = models.CharField(max_length=60)
    added_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    ledger_seq = models.BigIntegerField()

    class Meta:
        ordering = ["capability", "organisation", "id"]
