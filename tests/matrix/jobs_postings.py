"""Objects of the routes of postings, their review and their reports."""

from typing import Any

from django.utils import timezone

from employment_portal.accounts.enums import StaffRole
from employment_portal.workflow.actions import open_work_item
from tests.factories.jobs import (
    PostingFactory,
    PostingReportFactory,
    PostingRevisionFactory,
    PostingTemplateFactory,
)
from tests.matrix.places import Place


def posting(**values: Any) -> Any:
    return lambda at: {"public_id": PostingFactory(employer=at.organisation, **values).public_id}


def step(at: Place) -> dict[str, str]:
    return {**posting(draft=True)(at), "step": "job"}


def template(at: Place) -> dict[str, str]:
    return {"public_id": PostingTemplateFactory(employer=at.organisation).public_id}


def sample(at: Place) -> dict[str, str]:
    live = PostingFactory(employer=at.organisation)
    open_work_item(
        kind="posting_sample",
        subject=live,
        title=live.title,
        path="/",
        region=at.region,
        role=StaffRole.DISTRICT_OFFICER,
        working_days=1,
        today=timezone.localdate(),
    )
    return {"public_id": live.public_id}


def report(at: Place) -> dict[str, str]:
    return {"public_id": PostingReportFactory(posting=PostingFactory(employer=at.organisation)).public_id}


def changing(at: Place) -> dict[str, str]:
    return {"public_id": PostingRevisionFactory(posting__employer=at.organisation).posting.public_id}


def revision(at: Place) -> dict[str, str]:
    return {"public_id": PostingRevisionFactory(posting__employer=at.organisation).public_id}


OBJECTS = {
    "jobs:edit_posting": step,
    "jobs:autosave_posting": step,
    "jobs:check_posting": posting(draft=True),
    "jobs:preview_posting": posting(draft=True),
    "jobs:submit_posting": posting(draft=True),
    "jobs:manage_posting": posting(),
    "jobs:revise_posting": posting(),
    "jobs:copy_posting": posting(),
    "jobs:save_template": posting(),
    "jobs:delete_template": template,
    "jobs:pause_posting": posting(),
    "jobs:resume_posting": posting(paused=True),
    "jobs:take_back_posting": posting(submitted=True),
    "jobs:withdraw_posting": posting(scheduled=True),
    "jobs:extend_posting": posting(),
    "jobs:close_posting": posting(expired=True),
    "jobs:review_posting": posting(submitted=True),
    "jobs:approve_posting": posting(submitted=True),
    "jobs:confirm_sample": sample,
    "jobs:return_posting": posting(submitted=True),
    "jobs:reject_posting": posting(submitted=True),
    "jobs:take_down_posting": posting(),
    "jobs:take_back_revision": changing,
    "jobs:approve_revision": revision,
    "jobs:return_revision": revision,
    "jobs:reject_revision": revision,
    "jobs:report": report,
}
