"""``/api/v1/me/applications/``: a person's own applications, for programs. The same actions as the pages."""

from typing import Any

from django.db.models import Q
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from employment_portal.accounts.permissions import BY_KEY
from employment_portal.core.errors import DomainError
from employment_portal.people.models import Person
from employment_portal.people.queries import person_of
from jobs.applications import actions, queries
from jobs.applications.enums import OfferState
from jobs.applications.forms import AnswersForm, InterviewAnswerForm
from jobs.applications.models import Application
from jobs.applications.serializers import (
    AcceptSerializer,
    AnswerInterviewSerializer,
    ApplicationDetailSerializer,
    ApplicationPageSerializer,
    ApplicationQuery,
    ApplySerializer,
    DeclineSerializer,
    WithdrawSerializer,
)
from jobs.applications.workflow import APPLICATION
from jobs.postings.models import Posting
from jobs.search.cursors import Cursor, write_cursor


class NoRecord(DomainError):
    """The user has a sign-in and no real-name record yet."""

    message = gettext_lazy("Fill in your name and your résumé first. After that you can apply.")


class NoInterview(DomainError):
    message = gettext_lazy("There is no interview waiting for your answer.")


def _read(serializer: type[Serializer], data: Any) -> dict[str, Any]:
    reading = serializer(data=data)
    reading.is_valid(raise_exception=True)
    return reading.validated_data


class OwnView(APIView):
    """Everything here is about the person behind the token, whoever sits at a counter elsewhere."""

    access = BY_KEY

    def finalize_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(*args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        return response

    def own_or_404(self, request: Request, public_id: str) -> Application:
        person = person_of(request.user)
        if person is None:
            raise Http404
        found = queries.my_applications(person).select_related("person").filter(public_id=public_id).first()
        if found is None:
            raise Http404
        return found

    def answer(self, application: Application, status: int = 200) -> Response:
        """The application as it is now, after whatever was done to it."""
        fresh = Application.objects.select_related("posting__employer", "posting__region", "person").get(
            pk=application.pk
        )
        interview, offer = queries.open_interview(fresh), queries.standing_offer(fresh)
        fresh.interview, fresh.offer = interview, offer  # type: ignore[attr-defined]
        fresh.steps = queries.timeline(fresh, for_applicant=True)  # type: ignore[attr-defined]
        fresh.given_answers = fresh.answers.select_related("question").order_by("question__position")  # type: ignore[attr-defined]
        fresh.can = _possible(fresh, interview, offer)  # type: ignore[attr-defined]
        return Response(ApplicationDetailSerializer(fresh).data, status=status)


def _possible(application: Application, interview: Any, offer: Any) -> list[str]:
    can = []
    if APPLICATION.can(application, "withdraw"):
        can.append("withdraw")
    if interview is not None and interview.starts_at > timezone.now():
        can.append("answer_interview")
    if offer is not None and offer.state == OfferState.OPEN:
        if offer.answer_by >= timezone.localdate():
            can.append("accept_offer")
        can.append("decline_offer")
    return can


class MyApplications(OwnView):
    @extend_schema(
        operation_id="list_my_applications",
        summary=gettext_lazy("My applications"),
        description=gettext_lazy("Everything that you started or sent, the newest first."),
        tags=["applications"],
        parameters=[ApplicationQuery],
        responses=ApplicationPageSerializer,
    )
    def get(self, request: Request) -> Response:
        asked = _read(ApplicationQuery, request.query_params)
        person = person_of(request.user)
        rows = _after(person, asked.get("cursor"), asked["page_size"] + 1) if person else []
        shown = rows[: asked["page_size"]]
        following = None
        if len(rows) > len(shown):
            params = request.query_params.copy()
            params["cursor"] = write_cursor(Cursor(level=0, key=(shown[-1].created_at, shown[-1].pk)))
            following = f"{request.build_absolute_uri(request.path)}?{params.urlencode()}"
        return Response(ApplicationPageSerializer({"next": following, "results": shown}).data)

    @extend_schema(
        operation_id="apply",
        summary=gettext_lazy("Apply"),
        description=gettext_lazy("Sends the résumé on file to the employer of the job."),
        tags=["applications"],
        request=ApplySerializer,
        responses={201: ApplicationDetailSerializer},
    )
    def post(self, request: Request) -> Response:
        asked = _read(ApplySerializer, request.data)
        person = person_of(request.user)
        if person is None:
            raise NoRecord
        posting = Posting.objects.public().filter(public_id=asked["posting"]).first()
        if posting is None:
            raise ValidationError({"posting": _("There is no such job.")})
        application = actions.apply_at_once(
            person_id=person.pk,
            posting_id=posting.pk,
            answers=_answers(posting, asked.get("answers", [])),
            letter=asked.get("letter"),
            share_phone=asked.get("share_phone"),
            by=request.user,
            today=timezone.localdate(),
        )
        response = self.answer(application, status=201)
        response["Location"] = request.build_absolute_uri(
            reverse("api:my_application", args=[application.public_id])
        )
        return response


def _after(person: Person, cursor: Cursor | None, limit: int) -> list[Application]:
    rows = queries.my_applications(person)
    if cursor is not None:
        created_at, pk = cursor.key
        rows = rows.filter(Q(created_at__lt=created_at) | Q(created_at=created_at, pk__lt=pk))
    return list(rows[:limit])


def _answers(posting: Posting, given: list[dict[str, Any]]) -> dict[int, str]:
    """The answers by question id, held to the same rules as on the page."""
    questions = {question.position: question for question in posting.questions.all()}
    data, errors = {}, {}
    for row in given:
        question = questions.get(row["question"])
        if question is None:
            errors[f"answers.{row['question']}"] = [_("This job asks no such question.")]
        else:
            data[AnswersForm.name(question)] = row["answer"]
    form = AnswersForm(data, questions=list(questions.values()), answers={})
    if not form.is_valid():
        for position, question in questions.items():
            if found := form.errors.get(AnswersForm.name(question)):
                errors[f"answers.{position}"] = [str(each) for each in found]
    if errors:
        raise ValidationError(errors)
    return form.texts()


class MyApplication(OwnView):
    @extend_schema(
        operation_id="get_my_application",
        summary=gettext_lazy("One of my applications"),
        description=gettext_lazy("With answers, interview, offer and the history of every step."),
        tags=["applications"],
        responses=ApplicationDetailSerializer,
    )
    def get(self, request: Request, public_id: str) -> Response:
        return self.answer(self.own_or_404(request, public_id))


class Withdraw(OwnView):
    @extend_schema(
        operation_id="withdraw_application",
        summary=gettext_lazy("Withdraw an application"),
        description=gettext_lazy("At any time before being hired; an interview and an offer end with it."),
        tags=["applications"],
        request=WithdrawSerializer,
        responses={200: ApplicationDetailSerializer},
    )
    def post(self, request: Request, public_id: str) -> Response:
        application = self.own_or_404(request, public_id)
        asked = _read(WithdrawSerializer, request.data)
        actions.withdraw_application(application_id=application.pk, by=request.user, **asked)
        return self.answer(application)


class AnswerInterview(OwnView):
    @extend_schema(
        operation_id="answer_interview",
        summary=gettext_lazy("Answer an invitation to an interview"),
        description=gettext_lazy("Accept it, ask for another time, or decline it."),
        tags=["applications"],
        request=AnswerInterviewSerializer,
        responses={200: ApplicationDetailSerializer},
    )
    def post(self, request: Request, public_id: str) -> Response:
        application = self.own_or_404(request, public_id)
        asked = _read(AnswerInterviewSerializer, request.data)
        interview = queries.open_interview(application)
        if interview is None:
            raise NoInterview
        form = InterviewAnswerForm(asked)
        if not form.is_valid():
            raise ValidationError(
                {name: [str(each) for each in found] for name, found in form.errors.items()}
            )
        actions.answer_interview(interview_id=interview.pk, by=request.user, **form.cleaned_data)
        return self.answer(application)


class AcceptOffer(OwnView):
    @extend_schema(
        operation_id="accept_offer",
        summary=gettext_lazy("Accept an offer of work"),
        description=gettext_lazy("Takes one place of the job and opens the employment record."),
        tags=["applications"],
        request=AcceptSerializer,
        responses={200: ApplicationDetailSerializer},
    )
    def post(self, request: Request, public_id: str) -> Response:
        application = self.own_or_404(request, public_id)
        asked = _read(AcceptSerializer, request.data)
        actions.accept_offer(
            application_id=application.pk, by=request.user, today=timezone.localdate(), **asked
        )
        return self.answer(application)


class DeclineOffer(OwnView):
    @extend_schema(
        operation_id="decline_offer",
        summary=gettext_lazy("Decline an offer of work"),
        description=gettext_lazy("The application ends with it."),
        tags=["applications"],
        request=DeclineSerializer,
        responses={200: ApplicationDetailSerializer},
    )
    def post(self, request: Request, public_id: str) -> Response:
        application = self.own_or_404(request, public_id)
        asked = _read(DeclineSerializer, request.data)
        actions.decline_offer(application_id=application.pk, by=request.user, **asked)
        return self.answer(application)
