"""What a request about one's data leads to. Pure: no database."""

from employment_portal.people.enums import DataRequestKind as Kind
from employment_portal.people.models import DataRequest

State = DataRequest.State


def may_be_asked(kind: str, *, restricted: bool) -> bool:
    """A restriction is asked for while there is none, its lifting while there is one, the rest at any time."""
    return {Kind.RESTRICT: not restricted, Kind.LIFT: restricted}.get(Kind(kind), True)


def state_of_answer(kind: str, *, grant: bool, must_be_kept: bool) -> State:
    """How a request ends. A deletion is granted in part when the law requires to keep something."""
    if not grant:
        return State.REFUSED
    return State.PARTLY if kind == Kind.DELETE and must_be_kept else State.DONE


def restricted_after(kind: str, state: str, *, restricted: bool) -> bool:
    """Whether the use of the data is restricted after the answer."""
    if (kind, state) in {(Kind.RESTRICT, State.DONE), (Kind.DELETE, State.PARTLY)}:
        return True
    return restricted and (kind, state) != (Kind.LIFT, State.DONE)
