"""Rows of structured techniques and of ideas. Every table only grows: what is taken back stays readable."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class Open(models.Manager["models.Model"]):
    """Parts that everybody may see: said in the open, or handed in to a technique that has been revealed.

    The manager that pages, commands and exports get unless they ask for another by name: whoever forgets to think of
    blind entries does not see them.
    """

    def get_queryset(self) -> models.QuerySet[models.Model]:
        """Return parts without a seal, and sealed ones after the reveal whose seat handed in."""
        handed = Q(technique__reveal__isnull=False, seat__handed_in__isnull=False)
        return super().get_queryset().filter(Q(seal="") | handed)


class Technique(models.Model):
    """One structured technique on a place: of which kind, on which question, for which round or docket item."""

    kind = models.CharField(max_length=20, help_text="An id of ``techniques.kinds``.")
    place_id = models.CharField(max_length=3)
    number = models.PositiveIntegerField(help_text="1, 2, 3 … within the place.")
    question = models.TextField(help_text="What it is asked about.")
    round = models.ForeignKey("register.Round", null=True, on_delete=models.PROTECT, related_name="techniques")
    item = models.BigIntegerField(null=True, db_index=True, help_text="Number of the docket item.")
    blind = models.BooleanField(help_text="What a seat says of its own is sealed until the reveal.")
    invited = models.JSONField(default=list, help_text="[{post, person}]; person empty: whoever holds the post.")
    closes_at = models.DateTimeField(null=True, help_text="Blind: when it is revealed, whoever is still missing.")
    opened_at = models.DateTimeField()
    post = models.CharField(max_length=60)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    ledger_seq = models.BigIntegerField(help_text="The entry of its opening.")

    class Meta:
        ordering = ["place_id", "number"]
        constraints = [models.UniqueConstraint(fields=["place_id", "number"], name="one_technique_a_number")]

    @property
    def still_blind(self) -> bool:
        """Tell whether its seats do not see each other's own parts yet."""
        return self.blind and not hasattr(self, "reveal")


class TechniqueSeat(models.Model):
    """Somebody who takes part. ``hand`` is whose account wrote: one hand has one invited seat."""

    technique = models.ForeignKey(Technique, on_delete=models.PROTECT, related_name="seats")
    number = models.PositiveSmallIntegerField(help_text="Which of the invited, from 0; uninvited: as they came.")
    post = models.CharField(max_length=60)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    hand = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        ordering = ["technique", "number"]
        constraints = [
            models.UniqueConstraint(fields=["technique", "hand", "post"], name="one_technique_seat_a_hand"),
            models.UniqueConstraint(fields=["technique", "number"], name="one_technique_seat_a_number"),
        ]


class TechniqueHandIn(models.Model):
    """A seat of a blind technique has said what it had to say."""

    seat = models.OneToOneField(TechniqueSeat, on_delete=models.PROTECT, related_name="handed_in")
    at = models.DateTimeField()
    ledger_seq = models.BigIntegerField()


class TechniqueReveal(models.Model):
    """What was sealed is open to everybody, for good."""

    class Because(models.TextChoices):
        """What opened it."""

        ALL = "all_handed_in", "all had handed in"
        CLOSED = "closed", "its time was over"

    technique = models.OneToOneField(Technique, on_delete=models.PROTECT, related_name="reveal")
    because = models.CharField(max_length=20, choices=Because.choices)
    at = models.DateTimeField()
    ledger_seq = models.BigIntegerField()


class TechniquePart(models.Model):
    """One version of one thing said in a technique: a hypothesis, a cell, an assumption, a reason, an indicator.

    The last version of a key counts. One that is taken back is a version too, with ``withdrawn``; a later version
    brings it back. Parts that are a seat's own have a key of that seat.
    """

    technique = models.ForeignKey(Technique, on_delete=models.PROTECT, related_name="parts")
    part = models.CharField(max_length=20, help_text="An id of the parts of its kind.")
    key = models.CharField(max_length=40, help_text="H1, E3, R2.1 …: what other parts and people call it by.")
    version = models.PositiveIntegerField()
    words = models.JSONField(help_text="What it says, by field.")
    withdrawn = models.BooleanField(default=False)
    seat = models.ForeignKey(TechniqueSeat, on_delete=models.PROTECT, related_name="parts")
    at = models.DateTimeField()
    seal = models.CharField(max_length=64, blank=True, help_text="Salt of what the ledger was given before the reveal.")
    ledger_seq = models.BigIntegerField()

    objects = Open()
    every = models.Manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["technique", "key", "version"], name="one_version_of_a_technique_part")
        ]


class Idea(models.Model):
    """An idea for what could be done: two options of the catalogue combined, or something in neither."""

    place_id = models.CharField(max_length=3, blank=True, help_text="Empty: of no one place.")
    item = models.BigIntegerField(null=True, db_index=True)
    technique = models.ForeignKey(Technique, null=True, on_delete=models.PROTECT, related_name="ideas")
    title = models.CharField(max_length=200)
    what = models.TextField(help_text="What would be done, by whom.")
    options = models.JSONField(default=list, help_text="Ids of the options it combines; empty: none.")
    post = models.CharField(max_length=60)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ledger_seq = models.BigIntegerField()

    class Meta:
        ordering = ["id"]


class IdeaWord(models.Model):
    """What became of an idea: kept, taken up, rejected with the reason, or thought of again. The last word counts."""

    class Word(models.TextChoices):
        """What can be said of an idea."""

        REJECTED = "rejected"
        TAKEN_UP = "taken_up", "taken up"
        AGAIN = "open_again", "open again"

    idea = models.ForeignKey(Idea, on_delete=models.PROTECT, related_name="said")
    word = models.CharField(max_length=10, choices=Word.choices)
    why = models.TextField()
    post = models.CharField(max_length=60)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ledger_seq = models.BigIntegerField()

    class Meta:
        ordering = ["id"]


class HomeTripwire(models.Model):
    """A version of a tripwire that this home added, and the indicator of a scenario it was made for."""

    tripwire_id = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    row = models.JSONField(help_text="The tripwire, as a file of the catalogue would have it.")
    threshold = models.CharField(max_length=40, help_text="The mark it was first armed with.")
    technique = models.ForeignKey(Technique, on_delete=models.PROTECT, related_name="tripwires")
    key = models.CharField(max_length=40, help_text="The indicator.")
    post = models.CharField(max_length=60)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ledger_seq = models.BigIntegerField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["tripwire_id", "version"], name="one_version_of_a_home_tripwire")
        ]
