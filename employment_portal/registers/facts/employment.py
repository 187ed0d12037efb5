"""What the register of social insurance says of an employment."""

from django.utils.translation import gettext_lazy as _

from employment_portal.facts.catalogue import Fact, FactType
from employment_portal.registers.facts.arguments import IN_PERIOD, KIND, MONTHS, OF_KIND
from employment_portal.registers.facts.person import INSURANCE, MONTH, PAY

PAID = (
    "FROM registers_socialinsurancemonth paid WHERE paid.person_id = {row}.person_id"
    " AND paid.employer_id = {row}.employer_id AND paid.month <= %(on)s::date"
    " AND paid.month >= date_trunc('month', lower({row}.period))::date"
    " AND paid.month < coalesce(upper({row}.period), 'infinity')"
)

FACTS = [
    Fact(
        "employment.insured_months", "employment", _("Months insured by the employer since the start"),
        FactType.NUMBER, INSURANCE, f"(SELECT count(*) {PAID} AND {OF_KIND})", PAY,
        unit=MONTH, arguments=(KIND,),
        question=_("Since the hire: for how many months did you pay insurance? (%(kind)s)"),
    ),
    Fact(
        "employment.insured_months_in_period", "employment", _("Months insured by the employer in a period"),
        FactType.NUMBER, INSURANCE, f"(SELECT count(*) {PAID} AND {OF_KIND} AND {IN_PERIOD})", PAY,
        unit=MONTH, arguments=(KIND, MONTHS),
        question=_("For how many months did you pay insurance? (%(kind)s; %(months)s)"),
    ),
    Fact(
        "employment.employer_share", "employment", _("Employer's share of insurance paid in a period"),
        FactType.MONEY, INSURANCE, f"(SELECT coalesce(sum(paid.employer_fen), 0) {PAID} AND {IN_PERIOD})", PAY,
        arguments=(MONTHS,),
        question=_("How much was the employer's share of the insurance? (%(months)s)"),
    ),
]  # fmt: skip
