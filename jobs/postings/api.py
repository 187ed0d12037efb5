"""How the API shows a posting: what its page says, with a code beside each word of a list of choices."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from jobs.postings.models import Posting
from jobs.templatetags.seeking import pay_range, pay_unit


class ChoiceSerializer(serializers.Serializer):
    """A value of a list of choices, and how it is called in the language asked for."""

    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]


@extend_schema_field(ChoiceSerializer(allow_null=True))
class Choice(serializers.Field):
    """A model field with choices as code and label; null when it is not stated."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)

    def get_attribute(self, instance: Any) -> Any:
        return instance

    def to_representation(self, instance: Any) -> dict[str, str] | None:
        value = getattr(instance, self.source or "")
        if value in ("", None):
            return None
        return {"code": str(value), "label": str(getattr(instance, f"get_{self.source}_display")())}


@extend_schema_field(ChoiceSerializer(many=True))
class Choices(serializers.Field):
    """An array field of choices."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)

    def get_attribute(self, instance: Any) -> Any:
        return instance

    def to_representation(self, instance: Any) -> list[dict[str, str]]:
        labels = dict(instance._meta.get_field(self.source).base_field.flatchoices)
        return [
            {"code": value, "label": str(labels.get(value, value))}
            for value in getattr(instance, self.source or "")
        ]


class NamedPlaceSerializer(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    full_name = serializers.CharField()


class NamedOccupationSerializer(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()


class EmployerSerializer(serializers.Serializer):
    id = serializers.CharField(source="public_id")
    name = serializers.CharField()


class PaySerializer(serializers.Serializer):
    """Before tax, in fen (1 yuan is 100 fen); null where the advert does not say."""

    min_fen = serializers.IntegerField(source="pay_min_fen", allow_null=True)
    max_fen = serializers.IntegerField(source="pay_max_fen", allow_null=True)
    unit = Choice(source="pay_unit")
    months_a_year = serializers.IntegerField(source="pay_months")
    monthly_min_fen = serializers.IntegerField(allow_null=True)
    monthly_max_fen = serializers.IntegerField(allow_null=True)
    note = serializers.CharField(source="pay_note")
    text = serializers.SerializerMethodField(help_text=_("As the page shows it."))

    def get_text(self, posting: Posting) -> str:
        return " ".join(filter(None, [pay_range(posting), pay_unit(posting)]))


class PostingSerializer(serializers.Serializer):
    """A posting as a list shows it."""

    id = serializers.CharField(source="public_id")
    url = serializers.SerializerMethodField(help_text=_("Its page, for people."))
    title = serializers.CharField()
    employer = EmployerSerializer(help_text=_("Who receives applications."))
    employer_name = serializers.SerializerMethodField(help_text=_("The employer as the advert names it."))
    region = NamedPlaceSerializer(allow_null=True)
    occupation = NamedOccupationSerializer(allow_null=True)
    employment_type = Choice()
    pay = PaySerializer(source="*")
    education = Choice()
    experience_months = serializers.IntegerField(help_text=_("Least experience asked for; 0: none."))
    headcount = serializers.IntegerField(allow_null=True)
    insurances = Choices()
    welfare = Choices()
    groups = Choices(help_text=_("For whom the job is meant especially."))
    is_urgent = serializers.BooleanField()
    published_at = serializers.DateTimeField()
    expires_on = serializers.DateField(allow_null=True, help_text=_("Last day on which it is open."))
    source = serializers.CharField(help_text=_("Where it was reposted from; empty for jobs written here."))  # type: ignore[assignment]
    source_url = serializers.CharField()

    def get_url(self, posting: Posting) -> str:
        return settings.SITE_URL + posting.get_absolute_url()

    def get_employer_name(self, posting: Posting) -> str:
        return posting.source_employer or posting.employer.name


class QuestionSerializer(serializers.Serializer):
    """A question that every applicant answers."""

    question = serializers.IntegerField(source="position", help_text=_("Its number, for the answer."))
    text = serializers.CharField()
    kind = serializers.ChoiceField(
        choices=["text", "yes_no", "number"],
        help_text=_("The answer is free text, “yes” or “no”, or a number."),
    )
    required = serializers.BooleanField()  # type: ignore[assignment]


class PostingDetailSerializer(PostingSerializer):
    """A posting with everything that its page says."""

    status = Choice()
    employer_is_verified = serializers.BooleanField(source="employer.is_verified")
    is_open = serializers.BooleanField(help_text=_("Whether it takes applications today."))
    places_left = serializers.IntegerField()
    address = serializers.CharField()
    description = serializers.CharField()
    requirements = serializers.CharField()
    working_time = serializers.CharField()
    contract_type = Choice()
    contract_months = serializers.IntegerField(allow_null=True)
    trial_months = serializers.IntegerField(allow_null=True)
    keywords = serializers.ListField(child=serializers.CharField())
    questions = QuestionSerializer(many=True)
