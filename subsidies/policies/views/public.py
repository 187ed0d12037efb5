"""Policies as everybody reads them."""

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from employment_portal.accounts.permissions import PUBLIC, route
from employment_portal.facts.catalogue import subject, subjects
from employment_portal.regions.enums import AgencyKind
from employment_portal.regions.models import Agency, Region
from subsidies.policies import queries, sections
from subsidies.policies.models import Policy
from subsidies.policies.parsing import parse


@route(PUBLIC)
@require_GET
def policies(request: HttpRequest) -> HttpResponse:
    """What is granted today, for a place and for somebody."""
    today = timezone.localdate()
    chosen = {name: request.GET.get(name, "").strip()[:60] for name in ("q", "for", "region")}
    everything = queries.in_force(today)
    regions = Region.objects.filter(
        Q(pk__in=everything.order_by().values("policy__region"))
        | Q(parent__in=everything.order_by().values("policy__region"), level__lte=3)
    ).order_by("path")
    place = Region.objects.filter(code=chosen["region"]).first()
    found = queries.in_force(today, place)
    if chosen["q"]:
        found = found.filter(
            Q(title__icontains=chosen["q"])
            | Q(summary__icontains=chosen["q"])
            | Q(policy__item__name__icontains=chosen["q"])
        )
    if chosen["for"]:
        found = found.filter(policy__item__subject=chosen["for"])
    versions = queries.nearest_of(found) if place is not None else list(found)
    cards = [
        {"version": version, "amount": sections.amount_range(parse(version.content))} for version in versions
    ]
    context = {
        "cards": cards,
        "chosen": chosen,
        "regions": regions,
        "subjects": [(known.key, known.label) for known in subjects()],
        "filtered": any(chosen.values()),
    }
    return render(request, "subsidies/policies/public_list.html", context)


@route(PUBLIC)
@require_GET
def policy(request: HttpRequest, public_id: str) -> HttpResponse:
    """One policy: who, how much, what papers, how long, whom to ask. One that ran out says so."""
    found = get_object_or_404(Policy.objects.select_related("item", "region"), public_id=public_id)
    today = timezone.localdate()
    version = queries.in_force(today).filter(policy=found).first()
    ended = version is None
    if version is None:
        version = (
            found.versions.filter(state="published").select_related("policy__item", "policy__region").first()
        )
    if version is None:
        raise Http404
    content = parse(version.content)
    parts = {section.key: section for section in sections.sections(version)}
    days = sum(step.working_days for step in content.steps if not step.from_fen)
    agency = (
        Agency.objects.filter(region=found.region, kind__in=[AgencyKind.CITY, AgencyKind.DISTRICT])
        .exclude(phone="")
        .first()
    )
    context = {
        "policy": found,
        "version": version,
        "ended": ended,
        "parts": parts,
        "amount": sections.amount_range(content),
        "table": sections.amount_table(content),
        "materials": parts["evidence"].lines if content.evidence else [],
        "days": days + content.notice_working_days + content.payment_working_days,
        "agency": agency,
        "subject": subject(found.item.subject),
        "excluded": queries.excluded_with(found.item),
        "others": queries.in_force(today).filter(policy__item=found.item).exclude(policy=found),
    }
    return render(request, "subsidies/policies/public_detail.html", context)
