"""Agencies of the sample city, and the people who work in them."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password

from employment_portal.accounts.enums import StaffRole
from employment_portal.accounts.models import StaffPost, User
from employment_portal.accounts.sign_in.actions import set_sample_second_factor
from employment_portal.regions.enums import AgencyKind, RegionLevel
from employment_portal.regions.models import Agency, Region

PASSWORD = "Chengdu-demo-2026"
OPENING = "工作日 9:00—12:00，13:00—17:00"


@dataclass(frozen=True)
class Account:
    """A sign-in that ``up`` prints."""

    key: str
    name: str
    role: str
    where: str


STAFF = (
    Account("street", "罗小芳", StaffRole.STREET_CLERK, "street"),
    Account("district", "何敏", StaffRole.DISTRICT_OFFICER, "510108"),
    Account("district2", "曾志强", StaffRole.DISTRICT_OFFICER, "510108"),
    Account("gaoxin", "邓海波", StaffRole.DISTRICT_OFFICER, "5101GX"),
    Account("city", "唐建国", StaffRole.CITY_OFFICER, "city"),
    Account("finance", "谭文博", StaffRole.FINANCE_OFFICER, "finance"),
    Account("policy", "姚静", StaffRole.POLICY_OFFICER, "city"),
    Account("counsellor", "钟晓燕", StaffRole.COUNSELLOR, "510108"),
    Account("system", "陆晨曦", StaffRole.SYSTEM_ADMIN, "city"),
    Account("security", "石磊", StaffRole.SECURITY_ADMIN, "city"),
    Account("audit", "贺敏", StaffRole.AUDIT_ADMIN, "city"),
    Account("chongqing", "龚平", StaffRole.DISTRICT_OFFICER, "500112"),
    Account("finance2", "蒋雪梅", StaffRole.FINANCE_OFFICER, "finance"),
    Account("finance3", "程立新", StaffRole.FINANCE_OFFICER, "finance"),
    Account("district3", "秦岚", StaffRole.DISTRICT_OFFICER, "510108"),
    Account("mentor", "阮一凡", StaffRole.MENTOR, "510108"),
)


def load_agencies() -> dict[str, Agency]:
    """The city's bureau, its finance bureau, a centre per district and some streets; a partner in Chongqing."""
    city = Region.objects.get(code=settings.CITY_REGION)
    bureau = Agency.objects.create(
        name=f"{city.name}就业服务管理局",
        region=city,
        kind=AgencyKind.CITY,
        phone="028-12333",
        opening_hours=OPENING,
    )
    offices = {"city": bureau}
    offices["finance"] = Agency.objects.create(
        name=f"{city.name}财政局社会保障处", region=city, kind=AgencyKind.FINANCE, parent=bureau
    )
    for district in Region.objects.filter(parent=city).order_by("code"):
        offices[district.code] = Agency.objects.create(
            name=f"{district.name}就业服务中心",
            region=district,
            kind=AgencyKind.DISTRICT,
            parent=bureau,
            phone="028-12333",
            opening_hours=OPENING,
        )
    for street in Region.objects.filter(parent__code="510108", level=RegionLevel.STREET).order_by("code"):
        office = Agency.objects.create(
            name=f"{street.name}便民服务中心",
            region=street,
            kind=AgencyKind.STREET,
            parent=offices["510108"],
            opening_hours=OPENING,
        )
        offices.setdefault("street", office)
    partner = Region.objects.get(code="500112")
    offices["500112"] = Agency.objects.create(
        name=f"{partner.name}就业和人才服务中心", region=partner, kind=AgencyKind.DISTRICT, phone="023-12333"
    )
    return offices


def load_staff(offices: dict[str, Agency], *, today: date) -> dict[str, User]:
    """One person per role; each signs in by e-mail and password and an authenticator app with the sample secret."""
    staff = {}
    for number, account in enumerate(STAFF, start=1):
        user = sign_in(f"{account.key}@staff.example.org", f"138000002{number:02d}", account.name)
        StaffPost.objects.create(
            user=user, agency=offices[account.where], role=account.role, starts_on=today - timedelta(days=200)
        )
        set_sample_second_factor(user=user)
        staff[account.key] = user
    return staff


@cache
def password_hash() -> str:
    """One for all of them, who have one password: making it takes a third of a second, on purpose."""
    return make_password(PASSWORD)


def sign_in(email: str, phone: str, name: str) -> User:
    """A user who can sign in by e-mail and the sample password, and by mobile number and code."""
    user = User.objects.create(
        email=email, phone=phone, phone_verified=True, display_name=name, password=password_hash()
    )
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user
