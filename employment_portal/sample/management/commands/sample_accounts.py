from typing import Any

from django.core.management.base import BaseCommand

from employment_portal.accounts.enums import StaffRole
from employment_portal.accounts.sign_in.actions import SAMPLE_TOTP_SECRET
from employment_portal.sample.models import SampleLoad
from employment_portal.sample.offices import PASSWORD, STAFF

PEOPLE = (
    ("求职者，补贴已到账 job seeker, was paid a subsidy", "linxia@seeker.example.org", "13800000101"),
    ("应届毕业生，补贴被退回 graduate, a payment came back", "suzihan@seeker.example.org", "13800000102"),
    ("就业困难人员，分期退回 hardship, pays back in parts", "qinyulan@seeker.example.org", "13800000103"),
    ("用人单位管理员 employer, owner", "hr@rongkang.example.org", "13800000301"),
    ("用人单位管理员 employer, owner", "hr@jinhui.example.org", "13800000302"),
    ("用人单位经办人 employer, member", "assistant@rongkang.example.org", "13800000303"),
    ("创业载体管理员 incubator, owner", "park@chuangke.example.org", "13800000304"),
)


class Command(BaseCommand):
    help = "Print the sign-ins of the sample city."

    def handle(self, *args: Any, **options: Any) -> None:
        if not SampleLoad.objects.exists():
            return
        self.stdout.write(f"Password of every sample account: {PASSWORD}")
        for role, email, phone in PEOPLE:
            self.stdout.write(f"  {email:<36} {phone}  {role}")
        for number, account in enumerate(STAFF, start=1):
            role = f"{account.name} {StaffRole(account.role).label}"
            self.stdout.write(f"  {account.key + '@staff.example.org':<36} 138000002{number:02d}  {role}")
        self.stdout.write(
            f"Staff need a second factor: codes at /simulator/totp/ (secret {SAMPLE_TOTP_SECRET})"
        )
