"""The pages of money with so many rows on them.

Each function of ``PAGES`` takes a world and a number, makes that many more rows, and gives whoever reads the page and
its address.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cached_property
from itertools import count
from typing import Any

from django.urls import reverse
from django.utils import timezone

from employment_portal.core.calendar import load_calendar
from employment_portal.registers.enums import RowOutcome
from employment_portal.registers.models import RegisterRow
from subsidies.budgets import actions as budgets
from subsidies.finance import actions as finance
from subsidies.notices import actions as notices
from subsidies.opening.models import OpeningImport, OpeningKind, OpeningRow
from subsidies.payments import actions as payments
from subsidies.payments.enums import LineOutcome
from subsidies.payments.formats import delimited
from subsidies.payments.models import ExceptionCase
from subsidies.recovery import actions as recovery
from tests.factories.accounts import UserFactory
from tests.factories.people import PersonFactory
from tests.factories.regions import AgencyFactory, RegionFactory
from tests.factories.registers import RegisterBatchFactory
from tests.factories.subsidies_claims import Officers, approved, claimant, policy_version, submitted
from tests.factories.subsidies_payments import (
    answers,
    budget_line,
    built,
    funded_line,
    officers,
    payable,
    released,
    subsidy_item,
)
from tests.factories.subsidies_recovery import Team, issued, paid, proposed, received, recorded

Read = tuple[Any, str]
_serial = count(1)


class World:
    """One city with its finance officers, a district, and whoever is needed once."""

    def __init__(self) -> None:
        load_calendar()
        self.team = officers()
        self.line = funded_line()

    @cached_property
    def person(self) -> Any:
        return PersonFactory(residence_region=self.line.region)

    @cached_property
    def recoverers(self) -> Team:
        return Team(region=self.line.region)

    @cached_property
    def clerks(self) -> Officers:
        return Officers()

    @cached_property
    def version(self) -> Any:
        return policy_version()

    @cached_property
    def city_officer(self) -> Any:
        return UserFactory(city_officer=True, agency=AgencyFactory(region=RegionFactory(code="5101")))

    def answered(self, many: int, outcome: LineOutcome = LineOutcome.PAID, *, wrong: bool = False) -> Any:
        """A return file of a batch of its own with so many lines; ``wrong``: each says another amount."""
        for _number in range(many):
            payable(self.line)
        batch = payments.hand_in_batch(
            batch_id=released(self.team).pk, bank_reference="柜台", by=self.team[0], now=timezone.now()
        )
        answer = answers(batch, outcome)
        if wrong:
            answer = replace(answer, lines=[replace(line, amount_fen=1) for line in answer.lines])
        content = delimited.render_answer(answer, date(2026, 12, 2))
        return payments.receive_return_file(
            name="hp.txt", content=content, by=self.team[0], now=timezone.now()
        )[0]


def lists(name: str, world: World, query: str = "") -> Read:
    return world.team[0], reverse(f"subsidies:{name}") + query


def payables(world: World, many: int) -> Read:
    for number in range(many):
        payable(world.line, with_account=number % 2 == 0)
    return lists("payables", world)


def payable_page(world: World, many: int) -> Read:
    due = payable(world.line)
    for _try in range(many):
        batch = released(world.team)
        content = delimited.render_answer(answers(batch, LineOutcome.FAILED), date(2026, 12, 2))
        payments.receive_return_file(name="hp", content=content, by=None, now=timezone.now())
        payments.reissue(payable_id=due.pk, by=world.team[0], now=timezone.now())
    return world.team[0], reverse("subsidies:payable", args=[due.public_id])


def batches(world: World, many: int) -> Read:
    for _number in range(many):
        payable(world.line)
        built(world.team)
    return lists("batches", world)


def batch_page(world: World, many: int) -> Read:
    file = world.answered(many, wrong=True)
    return world.team[0], reverse("subsidies:batch", args=[file.batch.public_id])


def return_files(world: World, many: int) -> Read:
    for number in range(many):
        world.answered(1) if number % 2 else _nonsense(world)
    return lists("return_files", world)


def _nonsense(world: World) -> None:
    content = f"nonsense {next(_serial)}".encode()
    payments.receive_return_file(name="x", content=content, by=world.team[0], now=timezone.now())


def return_page(world: World, many: int) -> Read:
    file = world.answered(many, wrong=True)
    return world.team[0], reverse("subsidies:return_file", args=[file.public_id])


def cases(world: World, many: int) -> Read:
    world.answered(many, wrong=True)
    for case in ExceptionCase.objects.filter(state="open")[: many // 2]:
        payments.propose_resolution(
            case_id=case.pk, resolution="fail", note="已核实", by=world.team[0], now=timezone.now()
        )
    return lists("cases", world, "?state=")


def case_page(world: World, many: int) -> Read:
    world.answered(many, wrong=True)
    case = ExceptionCase.objects.latest("pk")
    return world.team[0], reverse("subsidies:case", args=[case.public_id])


def my_payments(world: World, many: int) -> Read:
    for _number in range(many):
        payable(world.line, person=world.person)
    released(world.team)
    return world.person.user, reverse("subsidies:my_payments")


def budget(world: World, many: int) -> Read:
    for _number in range(many):
        funded_line(item=subsidy_item(f"item-{next(_serial)}"))
    return lists("budget", world)


def _asked(world: World, line: Any) -> Any:
    return budgets.request_change(
        kind="allot", line=line, amount_fen=100, document=f"成财社〔2026〕{next(_serial)}号", reason="追加",
        by=world.team[0], now=timezone.now(),
    )  # fmt: skip


def budget_line_page(world: World, many: int) -> Read:
    for _number in range(many):
        change = _asked(world, world.line)
        budgets.decide_change(
            change_id=change.pk, approve=True, note="", by=world.team[1], now=timezone.now()
        )
    return world.team[0], reverse("subsidies:budget_line", args=[world.line.public_id])


def budget_changes(world: World, many: int) -> Read:
    for _number in range(many):
        line = budget_line(item=subsidy_item(f"item-{next(_serial)}"))
        change = _asked(world, line)
        budgets.decide_change(
            change_id=change.pk, approve=False, note="", by=world.team[1], now=timezone.now()
        )
        _asked(world, line)
    return lists("budget_changes", world)


def figures(by: str) -> Callable[[World, int], Read]:
    def page(world: World, many: int) -> Read:
        for _number in range(many):
            paid(funded_line(item=subsidy_item(f"item-{next(_serial)}")))
        return lists("finance", world, f"?by={by}&region=5101")

    return page


def transfers(world: World, many: int) -> Read:
    for _number in range(many):
        paid(funded_line(item=subsidy_item(f"item-{next(_serial)}")))
    return lists("finance_transfers", world)


def my_statement(world: World, many: int) -> Read:
    for _number in range(many):
        due = paid(world.line, person=world.person)
        issued(due, team=world.recoverers, amount_fen=100)
    return world.person.user, reverse("subsidies:my_statement")


def staff_statement(world: World, many: int) -> Read:
    my_statement(world, many)
    return world.team[0], reverse("subsidies:staff_statement", args=["people", world.person.public_id])


def closing(world: World, many: int) -> Read:
    for _number in range(many):
        funded_line(item=subsidy_item(f"item-{next(_serial)}"))
    return world.team[0], reverse("subsidies:close_year", args=["5101"]) + "?year=2026"


def closing_asked(world: World, many: int) -> Read:
    user, address = closing(world, many)
    region = RegionFactory(code="5101")
    waiting = finance.waiting_close(region)
    if waiting is not None:
        finance.decide_close(region=region, approve=False, note="", by=world.team[2], now=timezone.now())
    finance.request_close(region=region, year=2026, reason="年终", by=world.team[1], now=timezone.now())
    return user, address


def recoveries(world: World, many: int) -> Read:
    for _number in range(many):
        recorded(issued(paid(world.line), team=world.recoverers), 100, team=world.recoverers)
    return world.recoverers.cashier, reverse("subsidies:staff_recoveries")


def recoveries_overdue(world: World, many: int) -> Read:
    for _number in range(many):
        _planned(world)
    return world.recoverers.cashier, reverse("subsidies:staff_recoveries") + "?only=overdue"


def _planned(world: World, parts: int = 2) -> Any:
    from subsidies.recovery.rules import Part

    order = issued(paid(world.line), team=world.recoverers, amount_fen=1_000 * parts)
    plan = [Part(date(2027, 1, number + 1), 1_000) for number in range(parts)]
    return recovery.agree_plan(
        order_id=order.pk, parts=plan, note="", by=world.recoverers.officer, now=timezone.now()
    )


def recovery_page(world: World, many: int) -> Read:
    order = _planned(world, many)
    for _number in range(many):
        received(order, 100, team=world.recoverers)
    recorded(order, 50, team=world.recoverers)
    return world.recoverers.cashier, reverse("subsidies:staff_recovery", args=[order.public_id])


def recovery_proposed(world: World, many: int) -> Read:
    for _number in range(many):
        order = proposed(paid(world.line), team=world.recoverers)
    return world.recoverers.cashier, reverse("subsidies:staff_recovery", args=[order.public_id])


def own_recovery(world: World, many: int) -> Read:
    order = _planned(world, many)
    for _number in range(many):
        received(order, 100, team=world.recoverers)
    return order.payable.person.user, reverse("subsidies:recovery", args=[order.public_id])


def find_recovery(world: World, many: int) -> Read:
    for _number in range(many):
        paid(world.line, person=world.person)
    address = f"{reverse('subsidies:find_recovery')}?text={world.person.name}"
    return world.recoverers.officer, address


def _drafted(world: World, many: int) -> Any:
    for _number in range(many):
        approved(submitted(claimant(), world.version), officers=world.clerks)
    return notices.draft_notice(
        region=RegionFactory(code="510108"), item=world.version.policy.item, standard="每人 1500 元", by=world.clerks.first,
        contact="成华区公共就业服务中心", now=timezone.now(),
    )  # fmt: skip


def _published(world: World, many: int, objections: int = 0) -> Any:
    notice = notices.publish_notice(
        notice_id=_drafted(world, many).pk, by=world.clerks.first, now=timezone.now()
    )
    for entry in notice.entries.all()[:objections]:
        notices.file_objection(
            entry_id=entry.pk, name="陈光明", phone=f"139{next(_serial):08d}", text="此人已在外地参保，不符合条件。",
            now=timezone.now(),
        )  # fmt: skip
    return notice


def staff_notices(world: World, many: int) -> Read:
    for _number in range(many):
        _published(world, 1, objections=1)
        approved(submitted(claimant(), policy_version()), officers=world.clerks)
    return world.clerks.second, reverse("subsidies:staff_notices")


def staff_notice(world: World, many: int) -> Read:
    notice = _published(world, many, objections=many)
    return world.clerks.second, reverse("subsidies:staff_notice", args=[notice.public_id])


def notice_list(world: World, many: int) -> Read:
    for _number in range(many):
        _published(world, 1)
    return None, reverse("subsidies:notices")


def notice_page(world: World, many: int) -> Read:
    return None, reverse("subsidies:notice", args=[_published(world, many).public_id])


def _opening(world: World, many: int) -> OpeningImport:
    batch = OpeningImport.objects.create(
        region=world.line.region, source="旧系统", name="期初.xlsx", sha256=f"{next(_serial):064d}", state="faulty", made_by=world.team[0],
        made_at=timezone.now(), error_count=many, row_count=many,
    )  # fmt: skip
    OpeningRow.objects.bulk_create(
        OpeningRow(
            batch=batch, number=number, kind=OpeningKind.BENEFIT, source=batch.source, source_id=f"B{number}", payload="{}",
            error="person_missing",
        )
        for number in range(1, many + 1)
    )  # fmt: skip
    return batch


def openings(world: World, many: int) -> Read:
    for _number in range(many):
        _opening(world, 1)
    return lists("openings", world)


def opening_page(world: World, many: int) -> Read:
    return world.team[0], reverse("subsidies:opening", args=[_opening(world, many).public_id])


def register_list(world: World, many: int) -> Read:
    for _number in range(many):
        RegisterBatchFactory(by=UserFactory())
    return world.city_officer, reverse("registers:list")


def register_batch(world: World, many: int) -> Read:
    batch = RegisterBatchFactory(rejected_count=many)
    RegisterRow.objects.bulk_create(
        RegisterRow(batch=batch, number=number, outcome=RowOutcome.REJECTED, reason="证件号码不正确")
        for number in range(1, many + 1)
    )
    return world.city_officer, batch.get_absolute_url()


def facts(world: World, many: int) -> Read:
    for _number in range(many):
        PersonFactory()
    return world.city_officer, reverse("registers:facts")


PAGES: dict[str, Callable[[World, int], Read]] = {
    page.__name__: page
    for page in (
        payables, payable_page, batches, batch_page, return_files, return_page, cases, case_page, my_payments, budget,
        budget_line_page, budget_changes, transfers, my_statement, staff_statement, closing, closing_asked, recoveries,
        recoveries_overdue, recovery_page, recovery_proposed, own_recovery, find_recovery, staff_notices, staff_notice, notice_list,
        notice_page, openings, opening_page, register_list, register_batch, facts,
    )
}  # fmt: skip
PAGES |= {f"figures_by_{by}": figures(by) for by in ("region", "item", "fund", "year")}
