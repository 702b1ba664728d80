"""The public postcode list of the Index of Multiple Deprivation."""

from django.db import models
from django.db.models import Q


class PostcodeDeprivation(models.Model):
    """One row of the public postcode list of the Index of Multiple Deprivation. It holds nothing about a person."""

    postcode = models.CharField(max_length=10, primary_key=True)  # in capitals with its space
    lsoa = models.CharField("LSOA code", max_length=9)
    rank = models.PositiveIntegerField()  # 1: most deprived; 32,844 areas in 2019
    decile = models.PositiveSmallIntegerField()  # 1: most deprived tenth
    edition = models.CharField(max_length=20)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(decile__range=(1, 10)), name="deprivation_decile_one_to_ten"),
            models.CheckConstraint(condition=Q(rank__gte=1), name="deprivation_rank_from_one"),
        ]

    def __str__(self) -> str:
        return self.postcode
