"""The models of this package, gathered from their topics."""

from employment_portal.people.consent.models import AssistedSession, Consent, DataRequest
from employment_portal.people.records.merge_models import Merge, MergedRow
from employment_portal.people.records.models import GroupMembership, Person, StatusSpell
from employment_portal.people.resumes.models import (
    BlockedEmployer,
    Expectation,
    Resume,
    ResumeCertificate,
    ResumeEducation,
    ResumeSkill,
    ResumeWork,
)

__all__ = [
    "AssistedSession",
    "BlockedEmployer",
    "Consent",
    "DataRequest",
    "Expectation",
    "GroupMembership",
    "Merge",
    "MergedRow",
    "Person",
    "Resume",
    "ResumeCertificate",
    "ResumeEducation",
    "ResumeSkill",
    "ResumeWork",
    "StatusSpell",
]
