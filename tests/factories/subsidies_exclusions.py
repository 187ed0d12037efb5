"""What an exclusion finds: benefits that were granted before it."""

from datetime import UTC, datetime

from django.db.backends.postgresql.psycopg_any import DateRange

from subsidies.claims.entitlement_models import Entitlement
from subsidies.opening.models import OpeningImport, OpeningRow
from tests.factories.accounts import UserFactory
from tests.factories.regions import RegionFactory


class OldGrants:
    """Benefits of an old system, granted one after the other by ``of``; without ``subject`` they name the person alone."""

    def __init__(self):
        now = datetime(2026, 1, 5, tzinfo=UTC)
        self.region = RegionFactory(code="5101")
        self.batch = OpeningImport.objects.create(
            source="旧系统", name="历史.xlsx", sha256="1" * 64, state="applied", made_by=UserFactory(), made_at=now,
            approved_by=UserFactory(), applied_at=now, region=self.region,
        )  # fmt: skip

    def of(self, item, person, first, last, *, live=True, subject=True):
        number = self.batch.rows.count() + 1
        opening = OpeningRow.objects.create(
            batch=self.batch, number=number, kind="benefit", source="旧系统", source_id=f"{number}",
            payload="{}", applied=True,
        )  # fmt: skip
        return Entitlement.objects.create(
            opening=opening, item=item, region=self.region, person=person, live=live, months=1, amount_fen=100,
            subject_id=person.pk if subject else None, period=DateRange(first, last),
            granted_at=self.batch.made_at, ended_at=None if live else self.batch.made_at,
        )  # fmt: skip
