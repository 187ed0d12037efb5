"""The columns of an opening file: three sheets of one workbook, or three CSV files. docs/operations.md explains them."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from subsidies.opening.models import OpeningKind

TOTAL = "合计"  # in the first column of the last row: what the old system declares as the sum


@dataclass(frozen=True)
class Column:
    """``names`` are the headings by which it is found; the first one stands in the template."""

    key: str
    names: tuple[str, ...]
    meaning: Any
    example: str
    required: bool = False


ID = Column("id", ("编号", "id"), _("Number in the old system, never used twice"), "LS0001", True)
WHO = [
    Column("identity", ("证件号码", "identity"), _("Identity number of the person"), "510104199003071236"),
    Column("code", ("统一社会信用代码", "code"), _("Credit code of the organisation"), "91510100MA6CR8QE4D"),
]
ITEM = Column("item", ("项目", "补贴项目", "item"), _("Subsidy, by name or code"), "求职补贴", True)
SUBJECT = Column(
    "subject",
    ("对象编号", "subject"),
    _("Certificate number or credit code of the venture, where the subsidy is for one"),
    "",
)
REGION = Column("region", ("地区", "region"), _("Place, by full name or code"), "510107", True)
PERIOD = [
    Column("from", ("开始日期", "from"), _("First day; empty for what is paid once"), "2026-01-01"),
    Column("to", ("结束日期", "to"), _("Last day"), "2026-03-31"),
    Column("months", ("月数", "months"), _("Months counted"), "3"),
]
AMOUNT = Column("amount", ("金额（元）", "金额(元)", "金额", "amount"), _("Amount in yuan"), "1500.00", True)
FUND = Column("fund", ("资金", "资金来源", "fund"), _("Fund, by name or code"), "就业补助资金")
YEAR = Column("year", ("年度", "year"), _("Fiscal year of the budget line"), "2026")

SHEETS: dict[str, list[Column]] = {
    OpeningKind.BENEFIT: [
        ID, *WHO, ITEM, SUBJECT, REGION, *PERIOD, AMOUNT,
        Column("paid_on", ("发放日期", "paid_on"), _("Day on which it was paid"), "2026-04-20", True),
        YEAR, FUND,
    ],
    OpeningKind.CLAIM: [
        ID, *WHO, ITEM, SUBJECT, REGION, *PERIOD, AMOUNT,
        Column("state", ("状态", "state"), _("待受理, 审核中, 已批准 or 待拨付"), "待拨付", True),
        Column("submitted_on", ("提交日期", "submitted_on"), _("Day on which it was handed in"), "2026-10-08", True),
        YEAR, FUND,
        Column("holder", ("开户名", "holder"), _("Account holder"), "李明"),
        Column("bank", ("开户银行", "bank"), _("Bank"), "中国工商银行"),
        Column("account", ("账号", "account"), _("Account number"), "6222020000000000000"),
    ],
    OpeningKind.BALANCE: [
        ID, REGION, Column("year", YEAR.names, YEAR.meaning, "2026", True), ITEM,
        Column("fund", FUND.names, FUND.meaning, FUND.example, True),
        Column("allotted", ("拨款", "allotted"), _("Allotted so far (yuan)"), "100000.00", True),
        Column("available", ("可用", "available"), _("Still available (yuan)"), "97000.00", True),
        Column("committed", ("已批准未拨付", "committed"), _("Approved, not handed over for payment (yuan)"), "0", True),
        Column("payable", ("待拨付", "payable"), _("Handed over, not paid (yuan)"), "1500.00", True),
        Column("paid", ("已拨付", "paid"), _("Paid (yuan)"), "1500.00", True),
    ],
}  # fmt: skip
SHEET_NAMES = {
    OpeningKind.BENEFIT: ("历史享受", "benefits"),
    OpeningKind.CLAIM: ("在办申领", "claims"),
    OpeningKind.BALANCE: ("预算余额", "balances"),
}
CLAIM_STATES = {"待受理": "submitted", "审核中": "in_review", "已批准": "approved", "待拨付": "payable"}

ERRORS: dict[str, Any] = {
    "missing": _("%(column)s is missing."),
    "bad_amount": _("%(column)s is no amount of yuan with at most two decimals."),
    "bad_date": _("%(column)s is no date. Write it as 2026-01-31."),
    "bad_number": _("%(column)s is no whole number."),
    "twice_in_file": _("The number stands in row %(row)s too."),
    "unknown_person": _("Nobody with this identity number is registered. Register the person, then check again."),
    "unknown_organisation": _(
        "No organisation with this credit code is registered. Register it, then check again."
    ),
    "nobody": _("Neither an identity number nor a credit code fits the subsidy: %(who)s is needed."),
    "unknown_item": _("No subsidy is called so."),
    "unknown_region": _("No place is called so."),
    "outside": _("The place lies outside %(place)s. Whoever serves it brings its data."),
    "unknown_fund": _("No fund is called so."),
    "unknown_state": _("The state is none of 待受理, 审核中, 已批准, 待拨付."),
    "bad_period": _("The time does not fit the subsidy: whole months, a whole year, or empty for what is paid once."),
    "no_policy": _("No policy of this place grants the subsidy. Publish one, then check again."),
    "no_subject": _("What the claim is for is not registered (certificate, venture or employment)."),
    "no_line": _("The sheet 预算余额 has no row for the place, year, fund and subsidy that pays this."),
    "year_missing": _("Fiscal year and fund are needed: the money was approved."),
    "overlaps": _("The same benefit or one that excludes it is granted for that time: %(other)s."),
    "line_twice": _("The budget line stands in row %(row)s too."),
    "line_in_use": _("Money was posted to this budget line in the portal before. Its opening balance cannot be set."),
    "line_too_deep": _("A budget line belongs to a city, a district or a functional zone."),
    "does_not_add_up": _("Allotted %(allotted)s is not available + approved + handed over + paid = %(sum)s."),
    "differs": _("%(column)s %(declared)s is not the sum of the rows: %(found)s."),
    "total_differs": _("The declared total %(declared)s is not the sum of the rows: %(found)s."),
    "total_missing": _("The last row must declare the total: 合计 in the first column and the sum in 金额（元）."),
    "bad_account": _("The account number is not one of a bank: %(why)s"),
}  # fmt: skip
