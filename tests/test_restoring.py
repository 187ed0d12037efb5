import pytest
from django.contrib.auth import get_user_model

from employment_portal.audit.actions import record
from employment_portal.audit.models import AuditEntry
from employment_portal.regions.models import Region


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", ["first", "second"])
def test_a_test_that_commits_leaves_nothing_behind_and_keeps_the_reference_data(turn):
    assert not AuditEntry.objects.exists()
    assert Region.objects.filter(code="5101").exists()

    user = get_user_model().objects.create_user(phone="13900000009")
    record(action="test.commit", by=user, subject=user)
