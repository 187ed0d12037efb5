"""The public self-check: answers in, explanations out. Nothing is stored, and nothing personal stands in an address."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from employment_portal.accounts.permissions import PUBLIC, route
from employment_portal.ui.caching import cached_for_visitors
from subsidies.matching.check_forms import CheckForm
from subsidies.matching.judging import NO, OPEN, YES, Judgement, judge
from subsidies.matching.queries import UNSAID
from subsidies.matching.questions import AUDIENCES, PRESUMED, Checked, checked_versions
from subsidies.matching.views.common import posted
from subsidies.policies.sections import amount_range
from subsidies.policies.verdicts import ConditionResult

ORDER = {YES: 0, OPEN: 1, NO: 2}


@dataclass(frozen=True)
class Card:
    """One subsidy as the answers leave it."""

    checked: Checked
    judged: Judgement

    @property
    def verdict(self) -> str:
        return self.judged.verdict

    @property
    def fen(self) -> int:
        """The amount by the answers; 0 where it cannot be told."""
        return self.judged.calculation.fen or 0 if self.verdict == YES else 0

    @property
    def usually(self) -> str:
        return amount_range(self.checked.content)

    @property
    def rows(self) -> list[ConditionResult]:
        """Conditions that were asked about; of alternatives one that holds is enough."""
        return [row for row in self.judged.conditions if row.fact not in PRESUMED and self._counts(row)]

    def _counts(self, row: ConditionResult) -> bool:
        return row.blocks or row.verdict is True

    @property
    def looked_up(self) -> list[ConditionResult]:
        """What we look up ourselves before anything is paid."""
        return [row for row in self.judged.conditions if row.fact in PRESUMED and row.fact not in UNSAID]


@route(PUBLIC)
@require_safe
@cached_for_visitors(600)
def self_check(request: HttpRequest) -> HttpResponse:
    return render(request, "subsidies/matching/check_start.html", {"audiences": AUDIENCES.values()})


@route(PUBLIC)
@csrf_exempt  # nothing is changed: visitors' pages carry no token
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def self_check_for(request: HttpRequest, audience: str) -> HttpResponse:
    """The questions of the policies in force; POST answers with every subsidy, met, missing and how to get there."""
    if audience not in AUDIENCES:
        raise Http404
    asks = AUDIENCES[audience]
    day = timezone.localdate()
    checked = checked_versions(asks, day)
    form = CheckForm(posted(request), audience=asks, checked=checked)
    cards: list[Card] = []
    if request.method == "POST" and form.is_valid():
        if form.is_empty:
            form.add_error(None, _("Answer at least one more question, the place for example."))
        else:
            cards = sorted(
                (Card(row, judged(form, row)) for row in nearest(form, checked)),
                key=lambda card: (ORDER[card.verdict], -card.fen),
            )
    context: dict[str, Any] = {
        "audience": asks,
        "form": form,
        "cards": cards,
        "counts": {verdict: sum(card.verdict == verdict for card in cards) for verdict in ORDER},
        "day": day,
    }
    return render(request, "subsidies/matching/check.html", context, status=422 if form.errors else 200)


def judged(form: CheckForm, row: Checked) -> Judgement:
    return judge(
        row.content,
        form.values(row),
        place=form.place(row.content.region_basis),
        region_path=row.asked.region_path,
        carved=row.asked.carved,
        on=row.asked.on,
        period=row.asked.period,
    )


def nearest(form: CheckForm, checked: list[Checked]) -> list[Checked]:
    """One version per item: that of the place named, else the one for the widest region."""
    kept: dict[int, Checked] = {}
    for row in checked:
        place = form.place(row.content.region_basis)
        path = row.asked.region_path
        before = kept.get(row.asked.item_id)
        inside = place is not None and place.startswith(path)
        if before is None or inside and len(path) > len(before.asked.region_path):
            kept[row.asked.item_id] = row
    return list(kept.values())
