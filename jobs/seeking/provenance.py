"""Who stands behind an advert: what its page says about who looked at it, or at its employer, and when."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import JSONField
from django.db.models.expressions import RawSQL

from jobs.postings.actions.submission import REVIEW, SAMPLE
from jobs.postings.models import Posting
from jobs.postings.permissions import REVIEWERS

# Of a posting in the query around it: the last look at the advert or a change of it (rank 1), else at the licence of
# its employer (rank 2), with the day and the nearest agency where the officer then had a post for that place.
SQL = """
WITH look AS (
    SELECT 1 AS rank, closed_at AS at, closed_by_id AS officer_id, region_id FROM workflow_workitem
    WHERE subject_type = 'jobs.posting' AND subject_id = jobs_posting.id
        AND kind = ANY(%s) AND outcome IN ('approved', 'confirmed')
    UNION ALL
    SELECT 1, decided_at, decided_by_id, region_id FROM jobs_postingrevision
    WHERE posting_id = jobs_posting.id AND state = 'approved'
    UNION ALL
    SELECT 2, decided_at, decided_by_id, holder.region_id
    FROM organisations_organisation employer
    JOIN organisations_organisation holder
        ON holder.id = CASE WHEN employer.code IS NULL THEN coalesce(employer.parent_id, employer.id) ELSE employer.id END
    JOIN organisations_verification verification
        ON verification.organisation_id = holder.id AND verification.status = 'verified'
    WHERE employer.id = jobs_posting.employer_id
), last AS (
    SELECT *, (at AT TIME ZONE %s)::date AS day FROM look ORDER BY rank, at DESC LIMIT 1
)
SELECT jsonb_build_array(last.rank, last.day, (
    SELECT agency.name FROM accounts_staffpost post
    JOIN regions_agency agency ON agency.id = post.agency_id
    JOIN regions_region region ON region.id = agency.region_id
    JOIN regions_region place ON place.id = last.region_id AND place.path LIKE region.path || '%%'
    WHERE post.user_id = last.officer_id AND post.role = ANY(%s)
        AND last.day BETWEEN post.starts_on AND coalesce(post.ends_on, 'infinity')
    ORDER BY length(region.path) DESC LIMIT 1
)) FROM last
"""
LOOK = RawSQL(
    SQL, [[REVIEW, SAMPLE], settings.TIME_ZONE, list(map(str, REVIEWERS))], output_field=JSONField()
)


@dataclass(frozen=True)
class Look:
    """``agency`` is empty when the officer's post cannot be told any more."""

    agency: str
    on: date


@dataclass(frozen=True)
class Provenance:
    """``reviewed``: an officer found the advert in order. Else ``verified``: one checked the employer's licence."""

    reviewed: Look | None = None
    verified: Look | None = None


def provenance_of(posting: Posting) -> Provenance:
    """Of a posting that was read with its ``look=LOOK``; a verification counts while it stands."""
    if posting.look is None:  # type: ignore[attr-defined]
        return Provenance()
    rank, day, agency = posting.look  # type: ignore[attr-defined]
    look = Look(agency or "", date.fromisoformat(day))
    if rank == 1:
        return Provenance(reviewed=look)
    return Provenance(verified=look) if posting.employer.is_verified and not posting.source else Provenance()
