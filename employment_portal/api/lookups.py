"""``/api/v1/regions/`` and ``/api/v1/occupations/``: the codes that a search of postings takes."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from employment_portal.accounts.permissions import PUBLIC
from employment_portal.classifications.queries import search_occupations
from employment_portal.regions.models import Region
from employment_portal.regions.queries import children_of, search_regions


class RegionQuery(serializers.Serializer):
    q = serializers.CharField(
        required=False,
        max_length=40,
        help_text=gettext_lazy("A name, an old name, pinyin or its initials; up to ten places."),
    )
    parent = serializers.RegexField(  # type: ignore[assignment]
        r"^[0-9A-Za-z-]{1,12}$",
        required=False,
        help_text=gettext_lazy("Without q: the places directly below this one; without both, the provinces."),
    )


class OccupationQuery(serializers.Serializer):
    q = serializers.CharField(
        max_length=40, help_text=gettext_lazy("An official or colloquial name, pinyin or its initials.")
    )


class RegionSerializer(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    full_name = serializers.CharField()
    level = serializers.IntegerField(help_text=gettext_lazy("1 province, 2 city, 3 district, 4 street."))


class OccupationSerializer(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    path = serializers.CharField(help_text=gettext_lazy("The groups that hold it."))
    matched_alias = serializers.CharField(help_text=gettext_lazy("The colloquial name that led here."))


class Regions(APIView):
    access = PUBLIC

    @extend_schema(
        operation_id="find_regions",
        summary=gettext_lazy("Find a place"),
        description=gettext_lazy("The codes that “region” of a search takes."),
        tags=["lookups"],
        parameters=[RegionQuery],
        responses=RegionSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        asked = _read(RegionQuery, request)
        if asked.get("q"):
            found = search_regions(asked["q"])
        else:
            found = children_of(_parent(asked.get("parent")))
        return Response(RegionSerializer(found, many=True).data)


def _parent(code: str | None) -> Region | None:
    if code is None:
        return None
    parent = Region.objects.filter(code=code).first()
    if parent is None:
        raise serializers.ValidationError({"parent": _("There is no such place.")})
    return parent


class Occupations(APIView):
    access = PUBLIC

    @extend_schema(
        operation_id="find_occupations",
        summary=gettext_lazy("Find an occupation"),
        description=gettext_lazy("The codes that “occupation” of a search takes."),
        tags=["lookups"],
        parameters=[OccupationQuery],
        responses=OccupationSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        asked = _read(OccupationQuery, request)
        return Response(OccupationSerializer(search_occupations(asked["q"]), many=True).data)


def _read(serializer: type[serializers.Serializer], request: Request) -> dict[str, Any]:
    query = serializer(data=request.query_params)
    query.is_valid(raise_exception=True)
    return query.validated_data
