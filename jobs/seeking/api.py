"""``/api/v1/postings/``: the search page and the page of one job, for programs."""

from typing import Any

from django.http import Http404, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from employment_portal.accounts.permissions import PUBLIC
from employment_portal.classifications.enums import Education
from employment_portal.people.enums import Group
from employment_portal.search.text import MAX_QUERY_CHARS
from jobs.postings.api import PostingDetailSerializer, PostingSerializer
from jobs.postings.enums import EmploymentType, Welfare
from jobs.postings.models import Posting
from jobs.postings.queries import posting_page
from jobs.search.counting import EXPERIENCE_LABELS, INSURANCE_LABELS, Facet
from jobs.search.cursors import MAX_CHARS, read_cursor
from jobs.search.facets import PUBLISHED_WITHIN_DAYS
from jobs.search.filters import MAX_PAY_YUAN, SearchFilters
from jobs.search.queries import PAGE_SIZE, SORTS, SearchPage, search_postings

CODE = r"^[0-9A-Za-z-]{1,12}$"
MAX_PAGE_SIZE = 100


class PostingQuery(serializers.Serializer):
    """The parameters of a search. They are those of the search page; a value that makes no sense is refused."""

    q = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=MAX_QUERY_CHARS,
        help_text=gettext_lazy("Words, also a place or pay within them: 成都会计, 外卖 6000以上."),
    )
    region = serializers.RegexField(
        CODE, required=False, help_text=gettext_lazy("Code of a place; holds everything below it.")
    )
    occupation = serializers.RegexField(
        CODE, required=False, help_text=gettext_lazy("Code of an occupation or of a group of them.")
    )
    employer = serializers.RegexField(CODE, required=False, help_text=gettext_lazy("Id of an employer."))
    pay_from = serializers.IntegerField(
        required=False, min_value=1, max_value=MAX_PAY_YUAN, help_text=gettext_lazy("Yuan a month, at least.")
    )
    pay_to = serializers.IntegerField(
        required=False, min_value=1, max_value=MAX_PAY_YUAN, help_text=gettext_lazy("Yuan a month, at most.")
    )
    education = serializers.MultipleChoiceField(
        required=False,
        choices=[(str(value), label) for value, label in Education.choices],
        help_text=gettext_lazy("Education asked for; several are alternatives."),
    )
    experience = serializers.MultipleChoiceField(
        required=False,
        choices=list(EXPERIENCE_LABELS.items()),
        help_text=gettext_lazy("Experience asked for; several are alternatives."),
    )
    employment_type = serializers.MultipleChoiceField(
        required=False,
        choices=EmploymentType.choices,
        help_text=gettext_lazy("Type of work; several are alternatives."),
    )
    insurance = serializers.MultipleChoiceField(
        required=False, choices=list(INSURANCE_LABELS.items()), help_text=gettext_lazy("All must be paid.")
    )
    welfare = serializers.MultipleChoiceField(
        required=False, choices=Welfare.choices, help_text=gettext_lazy("All must be offered.")
    )
    groups = serializers.MultipleChoiceField(
        required=False,
        choices=Group.choices,
        help_text=gettext_lazy("For whom the job is meant especially; several are alternatives."),
    )
    within = serializers.ChoiceField(
        required=False, choices=PUBLISHED_WITHIN_DAYS, help_text=gettext_lazy("Published in the last days.")
    )
    literal = serializers.ListField(
        required=False,
        max_length=10,
        child=serializers.CharField(max_length=MAX_QUERY_CHARS),
        help_text=gettext_lazy(
            "Stretches of q that are words and nothing else, such as a place in a firm's name."
        ),
    )
    sort = serializers.ChoiceField(
        required=False, choices=SORTS, default="match", help_text=gettext_lazy("By match, date or pay.")
    )
    cursor = serializers.CharField(
        required=False, max_length=MAX_CHARS, help_text=gettext_lazy("From “next” of the page before.")
    )
    page_size = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=MAX_PAGE_SIZE,
        default=PAGE_SIZE,
        help_text=gettext_lazy("Rows a page, up to 100."),
    )
    facets = serializers.BooleanField(
        required=False, default=False, help_text=gettext_lazy("Also count the hits by each filter.")
    )

    def validate_cursor(self, cursor: str) -> str:
        if cursor and read_cursor(cursor) is None:
            raise serializers.ValidationError(_("This cursor is not valid. Begin again without it."))
        return cursor

    def filters(self) -> SearchFilters:
        params = QueryDict(mutable=True)
        for name in SearchFilters.__dataclass_fields__:
            value = self.validated_data.get(name)
            if value in ("", None):
                continue
            params.setlist(
                name, [str(each) for each in value] if isinstance(value, (set, list)) else [str(value)]
            )
        return SearchFilters.from_params(params)


class UnderstoodSerializer(serializers.Serializer):
    """A stretch of the words that was read as a filter."""

    text = serializers.CharField()
    filter = serializers.CharField(source="name")
    values = serializers.ListField(child=serializers.CharField())


class FacetValueSerializer(serializers.Serializer):
    value = serializers.CharField(
        help_text=gettext_lazy("What the filter of that name takes; for pay “from-to”.")
    )
    label = serializers.CharField()  # type: ignore[assignment]
    count = serializers.IntegerField()
    selected = serializers.BooleanField()


class FacetSerializer(serializers.Serializer):
    name = serializers.CharField()
    is_estimate = serializers.BooleanField()
    values = FacetValueSerializer(many=True)


class PostingPageSerializer(serializers.Serializer):
    """One page of a search."""

    total = serializers.IntegerField(help_text=gettext_lazy("How many fit, counted up to 1,000."))
    total_is_capped = serializers.BooleanField(help_text=gettext_lazy("There are more than “total”."))
    help = serializers.CharField(
        help_text=gettext_lazy(
            "How the search was widened because little fits it: synonyms, repair, literal, partial; else empty."
        )
    )
    repaired_query = serializers.CharField(help_text=gettext_lazy("What the words were read as."))
    understood = UnderstoodSerializer(many=True, help_text=gettext_lazy("What was read out of the words."))
    next = serializers.URLField(allow_null=True, help_text=gettext_lazy("The next page; null on the last."))
    results = PostingSerializer(many=True)
    facets = FacetSerializer(many=True, required=False)


class Postings(APIView):
    access = PUBLIC

    @extend_schema(
        operation_id="search_postings",
        summary=gettext_lazy("Search jobs"),
        description=gettext_lazy(
            "The same search as on the portal. Pages follow a cursor: jobs published meanwhile neither repeat nor "
            "hide others."
        ),
        tags=["postings"],
        parameters=[PostingQuery],
        responses=PostingPageSerializer,
    )
    def get(self, request: Request) -> Response:
        query = PostingQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        page = search_postings(
            query.filters(),
            now=timezone.now(),
            sort=asked["sort"],
            cursor=asked.get("cursor", ""),
            page_size=asked["page_size"],
        )
        return Response(
            PostingPageSerializer(
                {
                    "total": page.total,
                    "total_is_capped": page.total_is_capped,
                    "help": page.help,
                    "repaired_query": page.repaired_query,
                    "understood": page.understanding.chips,
                    "next": _next_page(request, page),
                    "results": page.postings,
                    **({"facets": _facets(page.facets)} if asked["facets"] else {}),
                }
            ).data
        )


def _next_page(request: Request, page: SearchPage) -> str | None:
    if not page.next_cursor:
        return None
    params = request.query_params.copy()
    params["cursor"] = page.next_cursor
    return f"{request.build_absolute_uri(request.path)}?{params.urlencode()}"


def _facets(facets: dict[str, Facet]) -> list[Any]:
    return [facet for facet in facets.values() if facet.values]


class OnePosting(APIView):
    access = PUBLIC

    @extend_schema(
        operation_id="get_posting",
        summary=gettext_lazy("One job"),
        description=gettext_lazy("Everything that its page says. A past job stays, with “is_open” false."),
        tags=["postings"],
        responses=PostingDetailSerializer,
    )
    def get(self, request: Request, public_id: str) -> Response:
        try:
            posting = posting_page(public_id)
        except Posting.DoesNotExist as error:
            raise Http404 from error
        posting.is_open = posting.is_open_on(timezone.localdate())  # type: ignore[attr-defined]
        return Response(PostingDetailSerializer(posting).data)
