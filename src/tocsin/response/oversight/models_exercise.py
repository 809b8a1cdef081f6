"""Rows of an exercise: they stand in the register of an exercise home alone, never in the home it copies.

``Inject`` keeps what became of an item apart from what players see: nothing but the debrief reads ``fate``.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Exercise(models.Model):
    """One chain of dated items, played by several people. A home holds one."""

    timeline = models.CharField(max_length=40, help_text="Id of the chain; not shown to players before the end.")
    title = models.CharField(max_length=120, help_text="What players see: how many items over how many days.")
    place_id = models.CharField(max_length=3, help_text="The place that stands in for the real one.")
    speed = models.FloatField(help_text="Days of the chain that pass in one day of the exercise's clock.")
    first_day = models.DateField(help_text="Day of the first item, by the chain.")
    onset_day = models.DateField(null=True, help_text="By the chain; null: none followed.")
    reference = models.JSONField(default=dict, help_text="Tier to the day the rules alone would have told it.")
    chain_sha256 = models.CharField(max_length=64, blank=True, help_text="Over the chain and its items: its version.")
    asks = models.JSONField(default=list, help_text="[{position, days}]: with which inject a forecast is asked for.")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ledger_seq = models.BigIntegerField()

    class Meta:
        ordering = ["id"]


class Player(models.Model):
    """Somebody who takes part, under a post."""

    exercise = models.ForeignKey(Exercise, on_delete=models.PROTECT, related_name="players")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    post = models.CharField(max_length=60)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["exercise", "person", "post"], name="one_player_a_post")]


class Inject(models.Model):
    """One item of the chain: when it is due by the exercise's clock, when it was given, which report it became."""

    exercise = models.ForeignKey(Exercise, on_delete=models.PROTECT, related_name="injects")
    position = models.PositiveIntegerField()
    item_id = models.CharField(max_length=20)
    day = models.IntegerField(help_text="Days since the first item.")
    due = models.DateTimeField()
    source = models.CharField(max_length=120)
    addressee = models.CharField(max_length=200)
    channel = models.CharField(max_length=120)
    content = models.TextField()
    fate = models.TextField(blank=True, help_text="What became of it in truth. The debrief alone reads it.")
    severity = models.PositiveSmallIntegerField(help_text="As both coders of the chain graded it at least.")
    reaches = models.BooleanField(help_text="Whether anybody on the chain could know; otherwise it is never given.")
    given_at = models.DateTimeField(null=True)
    report = models.BigIntegerField(null=True, help_text="Number of the report it was entered as.")

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["exercise", "position"], name="one_inject_a_position")]
