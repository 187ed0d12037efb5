"""Every write of the public notices, by topic."""

from subsidies.notices.actions.asking import ask_for_notices
from subsidies.notices.actions.handing_over import hand_over, hand_over_without_notice
from subsidies.notices.actions.objections import (
    AlreadyObjected,
    AnswerNeeded,
    NoticeNotOpen,
    decide_objection,
    file_objection,
)
from subsidies.notices.actions.publishing import (
    NothingToNotice,
    ReasonNeeded,
    cancel_notice,
    close_due_notices,
    draft_notice,
    publish_notice,
    settle_provisional_windows,
    take_down_ended,
)

__all__ = [
    "AlreadyObjected",
    "AnswerNeeded",
    "NothingToNotice",
    "NoticeNotOpen",
    "ReasonNeeded",
    "ask_for_notices",
    "cancel_notice",
    "close_due_notices",
    "decide_objection",
    "draft_notice",
    "file_objection",
    "hand_over",
    "hand_over_without_notice",
    "publish_notice",
    "settle_provisional_windows",
    "take_down_ended",
]
