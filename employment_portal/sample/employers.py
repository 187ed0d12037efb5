"""Employers of the sample city: most verified, some waiting for it, and the people who act for them."""

from datetime import datetime, timedelta
from random import Random

from django.core.files.base import ContentFile
from django.utils import timezone

from employment_portal.accounts.models import User
from employment_portal.classifications.models import Industry
from employment_portal.core.text import pinyin_key
from employment_portal.organisations.enums import (
    MemberRole,
    OrganisationKind,
    OrganisationNature,
    OrganisationScale,
    VerificationStatus,
)
from employment_portal.organisations.models import Member, Organisation, Verification
from employment_portal.regions.models import Region
from employment_portal.sample import cast
from employment_portal.sample.offices import sign_in
from employment_portal.sample.vocabulary import COMPANY_HEADS, STREETS, TRADES, Trade

KNOWN = {"employer": ("蓉康养老服务有限公司", 0), "factory": ("锦汇精密制造有限公司", 1)}
SCALES = list(OrganisationScale)[:6]
NATURES = [OrganisationNature.PRIVATE] * 6 + [
    OrganisationNature.STATE_OWNED,
    OrganisationNature.FOREIGN,
    OrganisationNature.JOINT_VENTURE,
    OrganisationNature.SOLE_PROPRIETOR,
]


def load_employers(random: Random, *, count: int, now: datetime) -> list[tuple[Organisation, Trade]]:
    """``count`` verified employers all over the city, each with its trade."""
    today = timezone.localdate(now)
    districts = list(Region.objects.filter(parent__code="5101").order_by("code"))
    streets = {
        district.pk: list(Region.objects.filter(parent=district).order_by("code")) or [district]
        for district in districts
    }
    sections = {row.code: row for row in Industry.objects.filter(level=1)}
    named = {index: name for name, index in KNOWN.values()}
    rows, trades = [], []
    for number in range(count):
        trade = TRADES[number % len(TRADES)]
        head = COMPANY_HEADS[(number // len(TRADES)) % len(COMPANY_HEADS)]
        round_ = number // (len(TRADES) * len(COMPANY_HEADS))
        name = named.get(number) or f"成都{head}{'' if not round_ else chr(0x7532 + round_)}{trade.suffix}"
        chenghua = next(district for district in districts if district.code == "510108")
        district = chenghua if number in named else random.choice(districts)
        verified = now - timedelta(days=random.randrange(5, 170))
        rows.append(
            Organisation(
                kind=OrganisationKind.EMPLOYER,
                name=name,
                name_key=pinyin_key(name),
                code=cast.organisation_code(number),
                region=random.choice(streets[district.pk]),
                address=f"{random.choice(STREETS)}{random.randrange(1, 400)}号",
                industry=sections.get(trade.section),
                nature=random.choice(NATURES),
                scale=random.choice(SCALES),
                legal_representative=cast.name(random),
                contact_name=cast.name(random),
                contact_phone=f"028-8{random.randrange(1000000, 9999999)}",
                description=f"从事{trade.name}相关业务，在成都设有固定经营场所，依法与员工签订劳动合同并缴纳社会保险。",
                status=VerificationStatus.VERIFIED,
                verified_at=verified,
                verified_until=timezone.localdate(verified) + timedelta(days=182),
                clean_reviews=random.choice((0, 2, 5, 8)),
                created_at=verified - timedelta(days=30),
            )
        )
        trades.append(trade)
    Organisation.objects.bulk_create(rows, batch_size=500)
    assert all(row.verified_until >= today for row in rows)
    return list(zip(rows, trades, strict=True))


def load_members(employers: list[tuple[Organisation, Trade]], *, now: datetime) -> dict[str, User]:
    """An owner for every employer, and the people of the sample accounts."""
    users = {
        "employer": sign_in("hr@rongkang.example.org", "13800000301", "周敏"),
        "factory": sign_in("hr@jinhui.example.org", "13800000302", "冯刚"),
        "assistant": sign_in("assistant@rongkang.example.org", "13800000303", "彭娟"),
    }
    owners = User.objects.bulk_create(
        User(email=f"hr{number}@employers.example.org", display_name=organisation.contact_name, password="!")
        for number, (organisation, _trade) in enumerate(employers)
    )
    Member.objects.bulk_create(
        Member(organisation=organisation, user=owner, role=MemberRole.OWNER, joined_at=now)
        for owner, (organisation, _trade) in zip(owners, employers, strict=True)
    )
    for key, number, role in [
        ("employer", 0, MemberRole.OWNER),
        ("assistant", 0, MemberRole.MEMBER),
        ("factory", 1, MemberRole.OWNER),
        ("employer", 11, MemberRole.MEMBER),
    ]:
        Member.objects.create(organisation=employers[number][0], user=users[key], role=role, joined_at=now)
    return users


def load_applicant_organisations(random: Random, *, now: datetime) -> list[tuple[Organisation, User]]:
    """Employers whose licence waits to be verified; the caller submits them through the action."""
    street = Region.objects.filter(parent__code="510108").order_by("code").first()
    waiting = []
    for number, head in enumerate(("沙河源", "驷马", "东郊")):
        user = sign_in(f"owner{number}@waiting.example.org", f"1380000031{number}", cast.name(random))
        name = f"成都{head}便利商贸有限公司"
        organisation = Organisation.objects.create(
            kind=OrganisationKind.EMPLOYER,
            name=name,
            name_key=pinyin_key(name),
            code=cast.organisation_code(90000 + number),
            region=street,
            address=f"{random.choice(STREETS)}{number + 3}号",
            legal_representative=user.display_name,
            contact_name=user.display_name,
            contact_phone=user.phone or "",
            created_at=now,
        )
        Member.objects.create(organisation=organisation, user=user, role=MemberRole.OWNER, joined_at=now)
        waiting.append((organisation, user))
    return waiting


def verified_before(organisation: Organisation, *, paper: bytes, owner: User, officer: User) -> Verification:
    """The decided verification behind a sample employer's standing."""
    verification = Verification(
        organisation=organisation,
        status=VerificationStatus.VERIFIED,
        licence_name="营业执照.png",
        licence_sha256="",
        declared={
            "name": organisation.name,
            "code": organisation.code,
            "legal_representative": organisation.legal_representative,
            "address": organisation.address,
        },
        submitted_by=owner,
        submitted_at=organisation.verified_at - timedelta(days=1),
        decided_by=officer,
        decided_at=organisation.verified_at,
    )
    verification.licence.save(f"{cast.organisation_code(1)}.png", ContentFile(paper), save=False)
    verification.save()
    return verification
