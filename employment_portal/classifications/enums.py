"""Ordered scales: education by GB/T 4658, skill by the eight-level system of 2022, sex by GB/T 2261.1."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Education(models.IntegerChoices):
    """Levels compare by value: a posting asks for ``Education.BACHELOR``, a person qualifies when ``>=``."""

    ANY = 0, _("Any education")
    JUNIOR_MIDDLE = 10, _("Junior middle school or below")
    SENIOR_MIDDLE = 20, _("Senior middle or vocational school")
    JUNIOR_COLLEGE = 30, _("Junior college")
    BACHELOR = 40, _("Bachelor")
    MASTER = 50, _("Master")
    DOCTOR = 60, _("Doctor")


class SkillLevel(models.IntegerChoices):
    """The eight levels, lowest first; the larger the value, the higher the skill.

    A specialised-ability certificate (专项职业能力) and a training certificate (培训合格证) are not levels.
    """

    APPRENTICE = 10, _("Apprentice")
    LEVEL_5 = 20, _("Level 5 (junior)")
    LEVEL_4 = 30, _("Level 4 (intermediate)")
    LEVEL_3 = 40, _("Level 3 (senior)")
    LEVEL_2 = 50, _("Level 2 (technician)")
    LEVEL_1 = 60, _("Level 1 (senior technician)")
    SPECIAL_TECHNICIAN = 70, _("Special-grade technician")
    CHIEF_TECHNICIAN = 80, _("Chief technician")

    @property
    def is_high_skilled(self) -> bool:
        """高技能人才: level 3 (高级工) and above."""
        return self >= SkillLevel.LEVEL_3


class Sex(models.IntegerChoices):
    UNKNOWN = 0, _("Unknown sex")
    MALE = 1, _("Male")
    FEMALE = 2, _("Female")
    UNSTATED = 9, _("Not stated")


class OccupationLevel(models.IntegerChoices):
    MAJOR = 1, _("Major group")
    MIDDLE = 2, _("Middle group")
    MINOR = 3, _("Minor group")
    OCCUPATION = 4, _("Occupation")


class IndustryLevel(models.IntegerChoices):
    SECTION = 1, _("Section")
    DIVISION = 2, _("Division")
    GROUP = 3, _("Group")
    CLASS = 4, _("Class")
