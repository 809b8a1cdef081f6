"""Rows of assessing together: a round, its sheets, answers saved twice, words on suggestions; and what may be seen."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class Shown(models.Manager["models.Model"]):
    """Answers that everybody may see. A sheet is nobody's but its assessor's until its round is revealed.

    This is the manager that pages, commands, exports, citations and traces get unless they ask for another by name:
    whoever forgets to think of blind answers does not see them.
    """

    def get_queryset(self) -> models.QuerySet[models.Model]:
        """Return answers given in the open, and those of sheets submitted to a round that is revealed."""
        open_ = Q(sheet=None) | Q(sheet__submitted_at__isnull=False, sheet__round__revealed_at__isnull=False)
        return super().get_queryset().filter(open_)


class Round(models.Model):
    """A question of policy put to several assessors, who answer blind to each other until it is revealed."""

    class Revealed(models.TextChoices):
        """What opened the sheets."""

        ALL = "all_submitted", "all had submitted"
        CLOSED = "closed", "the round closed"

    place_id = models.CharField(max_length=3)
    number = models.PositiveIntegerField(help_text="1, 2, 3 … within the place.")
    framework = models.CharField(max_length=40)
    question = models.TextField(help_text="The question of policy that the answers are to serve.")
    options = models.JSONField(default=list, help_text="Ids of the options under discussion.")
    codes = models.JSONField(default=list, help_text="The questions asked; empty: the whole framework.")
    item = models.BigIntegerField(null=True, blank=True, help_text="Number of the docket item.")
    invited = models.JSONField(default=list, help_text="[{post, person}]; person empty: whoever holds the post.")
    opened_at = models.DateTimeField()
    opened_post = models.CharField(max_length=60)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    closes_at = models.DateTimeField()
    revealed_at = models.DateTimeField(null=True, blank=True)
    revealed_because = models.CharField(max_length=20, choices=Revealed.choices, blank=True)
    ledger_seq = models.BigIntegerField(help_text="The entry of its opening.")

    class Meta:
        ordering = ["place_id", "number"]
        constraints = [models.UniqueConstraint(fields=["place_id", "number"], name="one_round_a_number")]


class Sheet(models.Model):
    """One assessor's answers in a round. ``hand`` is whose account wrote it: one hand fills one sheet."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="sheets")
    post = models.CharField(max_length=60)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    hand = models.CharField(max_length=150)
    seat = models.PositiveSmallIntegerField(help_text="Which of the invited it answers for, from 0.")
    opened_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["round", "seat"]
        constraints = [
            models.UniqueConstraint(fields=["round", "hand"], name="one_sheet_a_hand"),
            models.UniqueConstraint(fields=["round", "seat"], name="one_sheet_a_seat"),
        ]


class Twice(models.Model):
    """What was saved on top of something else: a form or a file made from an answer that is no longer the last."""

    place_id = models.CharField(max_length=3)
    framework = models.CharField(max_length=40)
    sheet = models.ForeignKey(Sheet, null=True, on_delete=models.PROTECT, related_name="twice")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    post = models.CharField(max_length=60)
    code = models.CharField(max_length=20)
    words = models.JSONField(help_text="The answer as it came, field by field.")
    made_from = models.BigIntegerField(help_text="The answer the form was made from; 0: none.")
    against = models.ForeignKey("register.Answer", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    via = models.CharField(max_length=10)

    class Meta:
        ordering = ["id"]


class TwiceSettled(models.Model):
    """The assessor's word on an answer saved twice."""

    class Chose(models.TextChoices):
        """Which of the two stands."""

        FIRST = "first"
        SECOND = "second"
        BOTH = "both"

    twice = models.OneToOneField(Twice, on_delete=models.PROTECT, related_name="settled")
    chose = models.CharField(max_length=10, choices=Chose.choices)
    answer = models.ForeignKey("register.Answer", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]


class SuggestionWord(models.Model):
    """A person's word on what the figures or the reports suggest: accepted (it became an answer), or rejected."""

    place_id = models.CharField(max_length=3)
    code = models.CharField(max_length=20)
    suggestion = models.CharField(max_length=160, help_text="What was suggested and from what, as one id.")
    sheet = models.ForeignKey(Sheet, null=True, on_delete=models.PROTECT, related_name="words")
    answer = models.ForeignKey("register.Answer", null=True, on_delete=models.PROTECT, related_name="+")
    why = models.TextField(blank=True, help_text="Rejected: the word why.")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    post = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
