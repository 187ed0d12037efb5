from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models


class PostingSearch(models.Model):
    """What is searched of one live posting: a narrow row of its own, written by ``actions.index_postings`` only.

    The table holds the postings that can be found and no others: a posting that stops being live leaves it in the
    transaction of that change. ``tokens`` are the words (see ``employment_portal.search``) and the exact filters,
    one lexeme each; the other columns are what is counted, compared and sorted. docs/adr/0003-search.md.
    """

    posting = models.OneToOneField(
        "jobs.Posting", on_delete=models.CASCADE, primary_key=True, related_name="search"
    )
    published_at = models.DateTimeField()
    monthly_min_fen = models.BigIntegerField(help_text="0 when pay is not stated")
    monthly_max_fen = models.BigIntegerField()
    expires_on = models.DateField(help_text="last day on which it is found")
    insurances = models.IntegerField(help_text="bits of facets.INSURANCE_BITS")
    welfare = models.IntegerField(help_text="bits of facets.WELFARE_BITS")
    groups = models.IntegerField(help_text="bits of facets.GROUP_BITS")
    education = models.SmallIntegerField()
    experience = models.SmallIntegerField(help_text="place in facets.EXPERIENCE_BANDS")
    pay_low = models.SmallIntegerField(
        help_text="place of the lower end in facets.PAY_BANDS, -1 when not stated"
    )
    pay_high = models.SmallIntegerField()
    employment_type = models.CharField(max_length=12)
    region_path = models.CharField(max_length=60)
    tokens = SearchVectorField()

    class Meta:
        indexes = [
            GinIndex(fields=["tokens"], name="postingsearch_tokens"),
            models.Index(fields=["-published_at", "-posting"], name="postingsearch_newest"),
            models.Index(
                fields=["-monthly_max_fen", "-published_at", "-posting"], name="postingsearch_best_paid"
            ),
        ]

    def __str__(self) -> str:
        return f"search row of posting {self.posting_id}"
