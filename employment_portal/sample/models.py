from django.db import models


class SampleLoad(models.Model):
    """Says that the sample city is in this database: written in the transaction that loads it."""

    size = models.CharField(max_length=4)
    loaded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(models.Value(1), name="sample_loaded_once")]

    def __str__(self) -> str:
        return self.size
