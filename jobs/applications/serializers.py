"""How the API shows applications, and what it takes."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from jobs.applications.models import Application
from jobs.postings.api import Choice, NamedPlaceSerializer
from jobs.postings.models import Posting
from jobs.search.cursors import MAX_CHARS, Cursor, read_cursor

MAX_PAGE_SIZE = 100


class AppliedForSerializer(serializers.Serializer):
    id = serializers.CharField(source="public_id")
    title = serializers.CharField()
    employer_name = serializers.SerializerMethodField()
    region = NamedPlaceSerializer(allow_null=True)

    def get_employer_name(self, posting: Posting) -> str:
        return posting.source_employer or posting.employer.name


class ApplicationSerializer(serializers.Serializer):
    """An application as a list shows it."""

    id = serializers.CharField(source="public_id")
    url = serializers.SerializerMethodField(help_text=gettext_lazy("Its page, for people."))
    posting = AppliedForSerializer()
    status = Choice()
    created_at = serializers.DateTimeField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    seen_at = serializers.DateTimeField(
        allow_null=True, help_text=gettext_lazy("When the employer first opened it.")
    )
    ended_at = serializers.DateTimeField(allow_null=True)
    hired_on = serializers.DateField(allow_null=True, help_text=gettext_lazy("First day of work."))

    def get_url(self, application: Application) -> str:
        return settings.SITE_URL + application.get_absolute_url()


class GivenAnswerSerializer(serializers.Serializer):
    question = serializers.IntegerField(source="question.position")
    text = serializers.CharField(source="question.text")
    answer = serializers.CharField(source="text")


class InterviewSerializer(serializers.Serializer):
    id = serializers.CharField(source="public_id")
    kind = Choice()
    state = Choice()
    starts_at = serializers.DateTimeField()
    minutes = serializers.IntegerField()
    place = serializers.CharField()
    contact = serializers.CharField()
    message = serializers.CharField()


class OfferSerializer(serializers.Serializer):
    id = serializers.CharField(source="public_id")
    state = Choice()
    pay_fen = serializers.IntegerField()
    pay_unit = serializers.CharField()
    starts_on = serializers.DateField()
    contract_months = serializers.IntegerField(
        allow_null=True, help_text=gettext_lazy("Null for an open-ended contract.")
    )
    answer_by = serializers.DateField()
    message = serializers.CharField()


class StepSerializer(serializers.Serializer):
    label = serializers.CharField()  # type: ignore[assignment]
    at = serializers.DateTimeField()
    by = serializers.CharField()
    note = serializers.CharField()


class ApplicationDetailSerializer(ApplicationSerializer):
    """An application with the history of its steps, the newest first."""

    letter = serializers.CharField()
    share_phone = serializers.BooleanField()
    answers = GivenAnswerSerializer(many=True, source="given_answers")
    interview = InterviewSerializer(allow_null=True)
    offer = OfferSerializer(allow_null=True)
    steps = StepSerializer(many=True)
    can = serializers.ListField(
        child=serializers.ChoiceField(
            choices=["withdraw", "answer_interview", "accept_offer", "decline_offer"]
        ),
        help_text=gettext_lazy("What is possible now."),
    )


class ApplicationPageSerializer(serializers.Serializer):
    next = serializers.URLField(allow_null=True, help_text=gettext_lazy("The next page; null on the last."))
    results = ApplicationSerializer(many=True)


class ApplicationQuery(serializers.Serializer):
    cursor = serializers.CharField(
        required=False, max_length=MAX_CHARS, help_text=gettext_lazy("From “next” of the page before.")
    )
    page_size = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=MAX_PAGE_SIZE,
        default=20,
        help_text=gettext_lazy("Rows a page, up to 100."),
    )

    def validate_cursor(self, text: str) -> Cursor:
        cursor = read_cursor(text)
        if cursor is None or len(cursor.key) != 2:
            raise serializers.ValidationError(_("This cursor is not valid. Begin again without it."))
        return cursor


class AnswerSerializer(serializers.Serializer):
    question = serializers.IntegerField(
        min_value=0, max_value=1000, help_text=gettext_lazy("The number of the question.")
    )
    answer = serializers.CharField(max_length=1000, allow_blank=True)


class ApplySerializer(serializers.Serializer):
    """An application with the résumé on file."""

    posting = serializers.CharField(max_length=10, help_text=gettext_lazy("Id of the job."))
    answers = AnswerSerializer(  # type: ignore[call-arg]
        many=True,
        required=False,
        max_length=50,
        help_text=gettext_lazy("To the questions of the job. One that is not named is left unanswered."),
    )
    letter = serializers.CharField(required=False, allow_blank=True, max_length=2000)
    share_phone = serializers.BooleanField(
        required=False, help_text=gettext_lazy("Whether the employer may see the phone number.")
    )
    agree = serializers.BooleanField(
        help_text=gettext_lazy(
            "True: the person agrees that this employer receives the résumé and contact for this job."
        )
    )

    def validate_agree(self, agree: bool) -> bool:
        if not agree:
            raise serializers.ValidationError(_("Without your agreement the application cannot be sent."))
        return agree


class WithdrawSerializer(serializers.Serializer):
    reason = serializers.CharField(required=False, allow_blank=True, max_length=300, default="")


class DeclineSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=300, help_text=gettext_lazy("The employer reads it."))


class AcceptSerializer(serializers.Serializer):
    end_earlier = serializers.BooleanField(
        required=False,
        default=False,
        help_text=gettext_lazy(
            "End another running employment the day before; asked for by “still_working”."
        ),
    )


class AnswerInterviewSerializer(serializers.Serializer):
    answer = serializers.ChoiceField(choices=["accept", "ask_other_time", "decline"])
    reply = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=300,
        default="",
        help_text=gettext_lazy("For another time: say when you can come."),
    )
