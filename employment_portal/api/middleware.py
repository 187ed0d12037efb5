from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _

from employment_portal.api.errors import MEDIA_TYPE, SENTENCES, problem_body

SECTION = "/api/v1/"
CODES = {400: "bad_request", 404: "not_found"}
FAILED = _("The portal failed to answer. The fault has been recorded; try again later.")


class ProblemMiddleware:
    """Programs get no page: what Django itself refuses below ``/api/v1/`` (an address that is not there) is a problem too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if response.status_code < 400 or not is_page or not request.path.startswith(SECTION):
            return response
        code = CODES.get(response.status_code, "error")
        return JsonResponse(
            problem_body(response.status_code, code=code, detail=str(SENTENCES.get(code, FAILED))),
            status=response.status_code,
            content_type=MEDIA_TYPE,
            json_dumps_params={"ensure_ascii": False},
        )
