"""The whole life of a posting on one screen."""

from employment_portal.workflow.engine import Workflow, move
from jobs.postings.enums import PostingStatus as S
from jobs.postings.permissions import acts_for_employer, may_review, nobody

POSTING = Workflow(
    "posting",
    submit=move(S.SUBMITTED, sources=[S.DRAFT, S.RETURNED], may=acts_for_employer),
    # of an employer with a clean record, without a review before
    publish=move(S.LIVE, sources=[S.DRAFT, S.RETURNED], may=acts_for_employer),
    schedule=move(S.SCHEDULED, sources=[S.DRAFT, S.RETURNED], may=acts_for_employer),
    take_back=move(S.DRAFT, sources=[S.SUBMITTED], may=acts_for_employer),
    approve=move(S.LIVE, sources=[S.SUBMITTED], may=may_review),
    approve_for_later=move(S.SCHEDULED, sources=[S.SUBMITTED], may=may_review),
    send_back=move(S.RETURNED, sources=[S.SUBMITTED], may=may_review),
    reject=move(S.REJECTED, sources=[S.SUBMITTED], may=may_review),
    publish_due=move(S.LIVE, sources=[S.SCHEDULED], may=nobody),
    # a change that people decide by goes through review again; of what is published as a PostingRevision beside it
    revise=move(S.SUBMITTED, sources=[S.SCHEDULED], may=acts_for_employer),
    change=move(S.LIVE, sources=[S.LIVE], may=acts_for_employer),
    change_paused=move(S.PAUSED, sources=[S.PAUSED], may=acts_for_employer),
    change_scheduled=move(S.SCHEDULED, sources=[S.SCHEDULED], may=acts_for_employer),
    pause=move(S.PAUSED, sources=[S.LIVE], may=acts_for_employer),
    # the employer was suspended, or the branch closed
    stop=move(S.PAUSED, sources=[S.LIVE], may=nobody),
    resume=move(S.LIVE, sources=[S.PAUSED], may=acts_for_employer),
    extend=move(S.LIVE, sources=[S.LIVE], may=acts_for_employer),
    extend_paused=move(S.PAUSED, sources=[S.PAUSED], may=acts_for_employer),
    expire=move(S.EXPIRED, sources=[S.LIVE, S.PAUSED], may=nobody),
    close=move(S.CLOSED, sources=[S.LIVE, S.PAUSED, S.EXPIRED], may=acts_for_employer),
    withdraw=move(
        S.WITHDRAWN, sources=[S.DRAFT, S.RETURNED, S.SUBMITTED, S.SCHEDULED], may=acts_for_employer
    ),
    # also what has ended: its page stays up
    take_down=move(S.REJECTED, sources=[S.LIVE, S.PAUSED, S.SCHEDULED, S.EXPIRED, S.CLOSED], may=may_review),
)
