"""Rows of human forecasts: a question that will have an answer, the probabilities given to it, what came of it.

All three only grow. A forecast is its forecaster's alone until they may see others', so nothing but
``register.forecasts`` reads these rows.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models


class ForecastQuestion(models.Model):
    """A statement that will have come true by a day, or not; asked of people, by whom, until when."""

    class Rule(models.TextChoices):
        """Who says what came of it."""

        ONSET = "onset", "the list of mass killings, as the models are judged by it"
        NAMED = "named", "a named person, on evidence"
        CHAIN = "chain", "the chain of an exercise, once it is over"

    place_id = models.CharField(max_length=3)
    kind = models.CharField(max_length=10, choices=Rule.choices)
    statement = models.TextField(help_text="What will have happened: one sentence that is true or false on the day.")
    horizon = models.DateField(help_text="The last day on which it counts.")
    rule = models.TextField(help_text="How it is told whether it came true.")
    source = models.TextField(help_text="Where that is looked up.")
    resolver = models.CharField(max_length=60, blank=True, help_text="The post that says what came of it.")
    base_rate = models.DecimalField(max_digits=7, decimal_places=6, null=True, help_text="None: nobody gave one.")
    base_rate_source = models.TextField(blank=True)
    base_year = models.PositiveIntegerField(null=True, help_text="Onset: the year before its two years.")
    about = models.CharField(max_length=20, blank=True, help_text="round | technique | inject | …: what it came with.")
    about_id = models.BigIntegerField(null=True, blank=True)
    item = models.BigIntegerField(null=True, blank=True, help_text="Number of the docket item.")
    invited = models.JSONField(default=list, help_text="[{post, person}]; empty: whoever may assess.")
    asked_at = models.DateTimeField()
    closes_at = models.DateTimeField(help_text="From then on nobody gives or changes a probability.")
    post = models.CharField(max_length=60)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    hand = models.CharField(max_length=150)
    ledger_seq = models.BigIntegerField()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["place_id"], name="forecast_by_place"),
            models.Index(fields=["about", "about_id"], name="forecast_by_subject"),
        ]


class Forecast(models.Model):
    """One probability that one person gave, and why. The next one stands beside it; none is changed.

    ``number`` is 1 for the word given blind; from 2 on others' were to be seen.
    """

    question = models.ForeignKey(ForecastQuestion, on_delete=models.PROTECT, related_name="forecasts")
    number = models.PositiveIntegerField()
    p = models.DecimalField(max_digits=4, decimal_places=3, help_text="0.001 to 0.999.")
    why = models.TextField(blank=True)
    saw_model = models.CharField(max_length=3, help_text="yes | no | n/a: had seen the model's number, by own word.")
    post = models.CharField(max_length=60)
    office = models.CharField(max_length=60, blank=True, help_text="The post's office at that time.")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    hand = models.CharField(max_length=150, help_text="Whose it is: one hand is one forecaster.")
    at = models.DateTimeField()
    model_p = models.DecimalField(max_digits=7, decimal_places=6, null=True, help_text="The model's at that moment.")
    model_run = models.CharField(max_length=80, blank=True)
    salt = models.CharField(max_length=64, help_text="Of the seal that the ledger was given.")
    ledger_seq = models.BigIntegerField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["question", "hand", "number"], name="one_forecast_a_number"),
        ]


class ForecastEnd(models.Model):
    """What came of a question: yes, no, void with its reason, or withdrawn before it closed. A later row corrects."""

    class Came(models.TextChoices):
        """Void and withdrawn are never scored."""

        YES = "yes"
        NO = "no"
        VOID = "void"
        WITHDRAWN = "withdrawn"

    question = models.ForeignKey(ForecastQuestion, on_delete=models.PROTECT, related_name="ends")
    came = models.CharField(max_length=10, choices=Came.choices)
    happened_on = models.DateField(null=True, help_text="Yes: the day from which it was true.")
    happened_at = models.DateTimeField(null=True, help_text="The moment, where a chain tells it.")
    evidence = models.TextField(help_text="On what; void and withdrawn: why.")
    by_rule = models.CharField(max_length=80, blank=True, help_text="The run or chain that told; empty: a person did.")
    post = models.CharField(max_length=60, blank=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    hand = models.CharField(max_length=150, blank=True)
    at = models.DateTimeField()
    ledger_seq = models.BigIntegerField()

    class Meta:
        ordering = ["id"]


class ForecastShown(models.Model):
    """The moment at which a question's forecasts were entered in the ledger openly: at its close, once."""

    question = models.OneToOneField(ForecastQuestion, on_delete=models.PROTECT, related_name="shown")
    at = models.DateTimeField()
    ledger_seq = models.BigIntegerField()

    class Meta:
        ordering = ["id"]
