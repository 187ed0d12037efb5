"""What is known about the words of each corpus (``postings``, …): to repair a query and to suggest while typing."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models


class Term(models.Model):
    """A word that documents of a corpus use, with how many do, and the keys by which a slip is found.

    ``near`` holds the word and its sound with one letter left out: two words one slip apart share one of them.
    """

    corpus = models.CharField(max_length=20)
    text = models.CharField(max_length=40, db_collation="C")
    sound = models.CharField(max_length=120, db_collation="C")
    frequency = models.PositiveIntegerField()
    near = ArrayField(models.CharField(max_length=120, db_collation="C"), default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["corpus", "text"], name="search_term_once")]
        indexes = [
            models.Index(fields=["corpus", "sound"], name="search_term_sound"),
            # No pending list: the table is rewritten at night and read all day.
            GinIndex(fields=["near"], name="search_term_near", fastupdate=False),
        ]

    def __str__(self) -> str:
        return self.text


class Suggestion(models.Model):
    """A text offered while somebody types, found by its beginning, its pinyin or its initials.

    ``kind`` and ``ref`` say what it is and where it leads; they belong to the corpus.
    """

    corpus = models.CharField(max_length=20)
    kind = models.CharField(max_length=20)
    text = models.CharField(max_length=120)
    normalised = models.CharField(max_length=120, db_collation="C")
    pinyin = models.CharField(max_length=400, db_collation="C")
    initials = models.CharField(max_length=120, db_collation="C")
    ref = models.CharField(max_length=40, blank=True)
    weight = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["corpus", "kind", "text"], name="suggestion_once")]
        indexes = [
            models.Index(fields=["corpus", "normalised"], name="suggestion_text"),
            models.Index(fields=["corpus", "pinyin"], name="suggestion_pinyin"),
            models.Index(fields=["corpus", "initials"], name="suggestion_initials"),
            models.Index(fields=["corpus", "-weight", "text"], name="suggestion_weight"),
        ]

    def __str__(self) -> str:
        return self.text
