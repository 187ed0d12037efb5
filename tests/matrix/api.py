from tests.factories.api import make_token
from tests.matrix.jobs_applications import offered, sent
from tests.matrix.jobs_seeking import public_job


def token(at) -> dict:
    return {"public_id": make_token(at.user)[0].public_id}


OBJECTS = {
    "api:posting": public_job,
    "api:my_application": sent(),
    "api:withdraw": sent(),
    "api:answer_interview": sent(),
    "api:accept_offer": offered,
    "api:decline_offer": offered,
    "api:revoke_token": token,
}
SHARED = {"api:posting"}
# Opened by a token alone, never by the session of a browser: tests/api/ opens them.
NOBODY = {
    "api:my_applications",
    "api:my_application",
    "api:withdraw",
    "api:answer_interview",
    "api:accept_offer",
    "api:decline_offer",
    "api:occupations",  # 422 without words
}
