"""The registers of an invented city, made up from the people and firms that the portal knows.

The same people give the same rows every night; time only adds months, and what begins later. Nothing here is a
real authority's data. Misbehaviour is switched on with ``manage.py simulate_registers --misbehave``.
"""

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from django.core.cache import cache
from django.utils import timezone

from employment_portal.core.identifiers import organisation_check_character, resident_check_character
from employment_portal.organisations.enums import OrganisationKind
from employment_portal.organisations.models import Organisation
from employment_portal.people.enums import EmploymentStatus
from employment_portal.people.models import Person, StatusSpell
from employment_portal.registers.enums import Register
from employment_portal.registers.fetching import Delivery, FarSideError
from employment_portal.registers.intake.adapters import ADAPTERS

NAME = "simulated"
MISBEHAVIOUR = "registers-simulator:misbehave"
WAYS = ("timeout", "half", "duplicates")
MONTHS = 24
NOBODYS_COUNTY = "510199"  # not a county: no real person or firm has such a number
OCCUPATIONS = ("养老护理员", "电工", "焊工", "车工", "中式烹调师", "育婴员", "保洁员")
TRADES = ("小吃店", "服装店", "文创工作室", "家政服务部", "生鲜超市", "汽车维修部", "网络科技工作室")
LEVELS = ("五级", "四级", "三级")
HOURS = ("80", "120", "160")
NEEDS = ("低保家庭", "脱贫家庭", "残疾", "助学贷款", "特困人员")

Row = list[Any]


class SimulatedRegisters:
    """Stands in for the exchange platform on one machine."""

    name = NAME

    def fetch(self, register: str) -> Delivery:
        way = cache.get(MISBEHAVIOUR, "")
        if way == "timeout":
            raise FarSideError
        rows = list(register_rows(register, on=timezone.localdate()))
        if way == "duplicates":
            rows += rows[: len(rows) // 2]
        content = as_csv(register, rows)
        sha256 = hashlib.sha256(content).hexdigest()
        if way == "half":
            content = content[: len(content) // 2]
        return Delivery(f"{register}.csv", content, sha256)


def as_csv(register: str, rows: Iterable[Row]) -> bytes:
    """A file as an authority would send it: UTF-8 with headings."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(ADAPTERS[register].headings)
    writer.writerows(rows)
    return buffer.getvalue().encode("utf-8-sig")


def register_rows(register: str, *, on: date) -> Iterator[Row]:
    """The rows of a register on a day, in the order of its columns."""
    return MAKERS[register](on)


def _random(register: str, key: str) -> Random:
    return Random(f"{register}:{key}")


def _people() -> Iterator[Person]:
    yield from Person.objects.in_use().filter(id_number_hash__isnull=False).order_by("pk").iterator(2000)


def _identities() -> dict[int, str]:
    return {person.pk: person.id_number for person in _people()}


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _stranger(number: int) -> str:
    """Somebody whom the portal does not know."""
    body = f"{NOBODYS_COUNTY}19700101{900 + number:03d}"
    return body + resident_check_character(body)


def _months(since: date, until: date, on: date) -> Iterator[date]:
    """The first days of the months insured: at most 24, the last one before that of ``on``."""
    last = on.year * 12 + on.month - 2
    first = max(since.year * 12 + since.month - 1, last - MONTHS + 1)
    for total in range(first, min(last, until.year * 12 + until.month - 1) + 1):
        yield date(total // 12, total % 12 + 1, 1)


def insurance(on: date) -> Iterator[Row]:
    """Staff of units with a code, and people in flexible employment who pay alone."""
    identities = _identities()
    spells = StatusSpell.objects.filter(
        voided_at__isnull=True, status__in=[EmploymentStatus.EMPLOYED, EmploymentStatus.PUBLIC_POST, EmploymentStatus.FLEXIBLE]
    ).select_related("employer")  # fmt: skip
    seen: set[tuple[str, str, date]] = set()
    for spell in spells.order_by("pk").iterator(2000):
        identity = identities.get(spell.person_id)
        code = (spell.employer.code or "") if spell.employer else ""
        alone = spell.status == EmploymentStatus.FLEXIBLE
        if identity is None or (not alone and not code):
            continue
        random = _random("insurance", identity)
        base = random.randrange(4_246, 12_000) * 100
        skips = random.random() < 0.2  # somebody who does not pay every month
        until = spell.period.upper - timedelta(days=1) if spell.period.upper else date.max
        for month in _months(spell.period.lower, until, on):
            key = (identity, "" if alone else code, month)
            if key in seen or (alone and skips and month.month % 5 == 0):
                continue
            seen.add(key)
            mark = hashlib.sha256(f"{identity}{key[1]}".encode()).hexdigest()[:12]
            yield [
                f"SI-{month:%Y%m}-{mark}", identity, f"{month:%Y-%m}", "是" if alone else "否",
                "" if alone else code, "是", "是", "否" if alone else "是", _yuan(base),
                "" if alone else _yuan(base * 235 // 1000), _yuan(base * (280 if alone else 104) // 1000),
                "" if alone else _yuan(base // 100),
            ]  # fmt: skip
    for number in range(3):
        month = next(_months(on - timedelta(days=40), on, on))
        yield [f"SI-{month:%Y%m}-X{number}", _stranger(number), f"{month:%Y-%m}", "是", "", "是", "是", "否",
               "4500.00", "", "1260.00", ""]  # fmt: skip


def certificates(on: date) -> Iterator[Row]:
    for person in _people():
        random = _random("certificates", person.id_number)
        if random.random() > 0.35:
            continue
        level = random.randrange(3)
        occupation = random.choice(OCCUPATIONS)
        day = timezone.localdate(person.created_at) + timedelta(days=random.randrange(-200, 600))
        for step in range(level + 1 if random.random() < 0.4 else 1):
            issued = day - timedelta(days=430 * step)
            if issued >= on:
                continue
            number = f"S0000510199{random.randrange(10**10):010d}"
            yield [f"CERT-{number}", person.id_number, number, occupation, "", LEVELS[level - step],
                   "成都市职业技能鉴定中心（模拟）", issued.isoformat(), HOURS[level - step]]  # fmt: skip
    for number in range(2):
        yield [f"CERT-X{number}", _stranger(number), f"S0000510199X{number}", "电工", "", "四级",
               "成都市职业技能鉴定中心（模拟）", "2025-05-20", ""]  # fmt: skip


def civil(on: date) -> Iterator[Row]:
    """A few circumstances among everybody, and the final year of the young who have no status yet."""
    settled = set(StatusSpell.objects.filter(voided_at__isnull=True).values_list("person_id", flat=True))
    for person in _people():
        random = _random("civil", person.id_number)
        since = timezone.localdate(person.created_at) - timedelta(days=random.randrange(10, 200))
        student = person.pk not in settled and person.birth_date and on.year - person.birth_date.year < 24
        kinds = [kind for kind in NEEDS[:3] if random.random() < 0.03]
        if student:
            kinds = ["毕业学年", *([random.choice(NEEDS)] if random.random() < 0.7 else [])]
        elif person.user_id is None and random.random() < 0.006:
            kinds = ["死亡"]
        for place, kind in enumerate(kinds):
            mark = hashlib.sha256(person.id_number.encode()).hexdigest()[:12]
            yield [f"CIVIL-{mark}-{place}", person.id_number, kind, since.isoformat(), ""]


def _ventures() -> Iterator[tuple[StatusSpell, str, str, str, Random]]:
    """Spells of self-employment with code and name of the licence."""
    identities = _identities()
    spells = StatusSpell.objects.filter(
        voided_at__isnull=True, status=EmploymentStatus.SELF_EMPLOYED
    ).select_related("employer__region", "employer__industry", "region", "person")
    for spell in spells.order_by("pk").iterator(2000):
        identity = identities.get(spell.person_id)
        if identity is None:
            continue
        random = _random("licences", f"{identity}{spell.period.lower}")
        serial = f"92{NOBODYS_COUNTY}MB{random.randrange(10**6):06d}X"
        code, name = (
            serial + organisation_check_character(serial),
            f"成都{spell.person.name[0]}记{random.choice(TRADES)}",
        )
        if spell.employer is not None and spell.employer.code:
            code, name = spell.employer.code, spell.employer.name
        yield spell, identity, code, name, random


def licences(on: date) -> Iterator[Row]:
    for spell, identity, code, name, _chance in _ventures():
        employer, region = spell.employer, spell.region
        if employer is not None and employer.region is not None:
            region = employer.region
        if region is None or spell.period.lower >= on:
            continue
        industry = employer.industry.code if employer is not None and employer.industry else ""
        closed = spell.period.upper.isoformat() if spell.period.upper else ""
        yield [
            f"LIC-{code}",
            code,
            name,
            identity,
            spell.period.lower.isoformat(),
            closed,
            region.code,
            industry,
        ]


def _carriers() -> list[Organisation]:
    carriers = Organisation.objects.filter(
        kind=OrganisationKind.CARRIER, code__isnull=False, closed_at__isnull=True
    )
    return list(carriers.order_by("code"))  # fmt: skip


def leases(on: date) -> Iterator[Row]:
    carriers = _carriers()
    for spell, _identity, code, _name, random in _ventures():
        if random.random() > 0.75 or spell.period.lower >= on:
            continue
        starts = spell.period.lower + timedelta(days=random.randrange(30))
        ends = starts + timedelta(days=365 * random.randrange(1, 4))
        inside = random.choice(carriers).code if carriers and random.random() < 0.5 else ""
        yield [f"LEASE-{code}", code, _yuan(random.randrange(80, 400) * 1000), inside, starts.isoformat(), ends.isoformat()]  # fmt: skip


def accreditations(on: date) -> Iterator[Row]:
    for carrier in _carriers():
        random = _random("accreditations", carrier.code or "")
        day = timezone.localdate(carrier.created_at)
        for level in ("区县级", "市级", "省级", "国家级")[: random.randrange(1, 5)]:
            if day < on:
                yield [f"ACC-{carrier.code}-{level}", carrier.code, level, day.isoformat(), ""]
            day += timedelta(days=random.randrange(60, 300))


def assessments(on: date) -> Iterator[Row]:
    for carrier in _carriers():
        random = _random("assessments", carrier.code or "")
        for year in range(timezone.localdate(carrier.created_at).year, on.year):
            grade = random.choice(("优秀", "良好", "良好", "合格", "不合格"))
            yield [f"ASSESS-{carrier.code}-{year}", carrier.code, year, grade]


MAKERS = {
    Register.INSURANCE: insurance,
    Register.LICENCES: licences,
    Register.CERTIFICATES: certificates,
    Register.CIVIL: civil,
    Register.ACCREDITATIONS: accreditations,
    Register.ASSESSMENTS: assessments,
    Register.LEASES: leases,
}
