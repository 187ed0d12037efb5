import time

from allauth.account import app_settings
from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpRequest


def confirm_identity(request: HttpRequest) -> None:
    """Ask for the password or a code again unless that happened in the last quarter of an hour.

    Call it in a view once the object is known to be theirs; the account middleware leads to the question and,
    after the answer, back to the same request.
    """
    limit = time.time() - app_settings.REAUTHENTICATION_TIMEOUT
    records = get_authentication_records(request, request.user)
    if not any(record["at"] > limit for record in records):
        raise ReauthenticationRequired
