import pytest
from django.test import Client

from tests.factories.accounts import UserFactory, sign_in
from tests.factories.organisations import MemberFactory, act_for
from tests.factories.regions import RegionFactory


@pytest.fixture
def member():
    return MemberFactory()


@pytest.fixture
def employer(member):
    client = Client()
    act_for(client, member)
    return client


@pytest.fixture
def officer():
    client = Client()
    client.user = UserFactory(district_officer=True, region=RegionFactory())
    sign_in(client, client.user)
    return client
