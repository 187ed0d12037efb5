"""What a policy may ask of an employment month by month: whether it held, and what insurance was paid."""

from django.utils.translation import gettext_lazy as _

from employment_portal.facts.catalogue import Fact, FactType, Lookup
from employment_portal.people.employment_facts import SEPARATION
from employment_portal.people.facts import HISTORY
from employment_portal.registers.facts.arguments import IN_PERIOD, KIND, MONTHS, OF_KIND
from employment_portal.registers.facts.person import INSURANCE, MONTH, PAY

PAID = (
    "FROM people_statusspell hire JOIN registers_socialinsurancemonth paid ON paid.person_id = hire.person_id"
    " AND paid.employer_id = hire.employer_id AND paid.month <= %(on)s::date"
    " AND paid.month >= date_trunc('month', lower(hire.period))::date"
    " AND paid.month < coalesce(upper(hire.period), 'infinity')"
)
INSURED = Lookup(f"SELECT hire.id AS of, count(*) AS months {PAID} AND {OF_KIND} GROUP BY hire.id")
INSURED_IN_PERIOD = Lookup(
    f"SELECT hire.id AS of, count(*) AS months {PAID} AND {OF_KIND} AND {IN_PERIOD} GROUP BY hire.id"
)
SHARE = Lookup(f"SELECT hire.id AS of, sum(paid.employer_fen) AS fen {PAID} AND {IN_PERIOD} GROUP BY hire.id")

# A month counts when the employment held on its last day, the running one when it holds on the day: so that a month
# in which somebody changes posts counts for one of them.
HELD_IN_PERIOD = (
    "(SELECT count(*) FROM generate_series(0, %(months)s::int - 1) AS back (months) WHERE {row}.period @> least("
    "(date_trunc('month', %(on)s::date) + make_interval(months => 1 - back.months))::date - 1, %(on)s::date))"
)

FACTS = [
    Fact(
        "employment.months_in_period", "employment", _("Months employed in a period"), FactType.NUMBER,
        HISTORY, HELD_IN_PERIOD, SEPARATION, unit=MONTH, arguments=(MONTHS,),
        question=_("For how many months did the employee work for you? (%(months)s)"),
    ),
    Fact(
        "employment.insured_months", "employment", _("Months insured by the employer since the start"),
        FactType.NUMBER, INSURANCE, "coalesce({found}.months, 0)", PAY,
        unit=MONTH, arguments=(KIND,), lookup=INSURED,
        question=_("Since the hire: for how many months did you pay insurance? (%(kind)s)"),
    ),
    Fact(
        "employment.insured_months_in_period", "employment", _("Months insured by the employer in a period"),
        FactType.NUMBER, INSURANCE, "coalesce({found}.months, 0)", PAY,
        unit=MONTH, arguments=(KIND, MONTHS), lookup=INSURED_IN_PERIOD,
        question=_("For how many months did you pay insurance? (%(kind)s; %(months)s)"),
    ),
    Fact(
        "employment.employer_share", "employment", _("Employer's share of insurance paid in a period"),
        FactType.MONEY, INSURANCE, "coalesce({found}.fen, 0)", PAY, arguments=(MONTHS,), lookup=SHARE,
        question=_("How much was the employer's share of the insurance? (%(months)s)"),
    ),
]  # fmt: skip
