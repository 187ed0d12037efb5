"""Whose address a request comes from, with and without proxies, and what visitors make up."""

import pytest
from django.test import RequestFactory

from employment_portal.core.addresses import client_address, limited_address

PROXY = "10.0.0.1"


@pytest.mark.parametrize(
    ("proxies", "key", "headers", "expected"),
    [
        (0, "", {"X-Forwarded-For": "198.51.100.7"}, PROXY),
        (1, "", {"X-Forwarded-For": "203.0.113.9, 198.51.100.7"}, "198.51.100.7"),
        (2, "", {"X-Forwarded-For": "203.0.113.9, 198.51.100.7, 10.0.0.2"}, "198.51.100.7"),
        (2, "", {"X-Forwarded-For": "198.51.100.7"}, PROXY),
        (1, "", {"X-Forwarded-For": "nonsense"}, PROXY),
        (1, "", {}, PROXY),
        (0, "HTTP_X_REAL_IP", {"X-Real-IP": "2001:db8::7"}, "2001:db8::7"),
        (1, "HTTP_X_REAL_IP", {"X-Forwarded-For": "198.51.100.7"}, PROXY),
    ],
)
def test_the_address_is_the_one_that_a_proxy_of_ours_wrote(settings, proxies, key, headers, expected):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT, settings.CLIENT_ADDRESS_KEY = proxies, key
    request = RequestFactory().get("/", REMOTE_ADDR=PROXY, headers=headers)

    assert client_address(request) == expected


def test_a_connection_over_a_socket_has_no_address_and_is_limited_with_its_like():
    request = RequestFactory().get("/", REMOTE_ADDR="")

    assert client_address(request) == ""
    assert limited_address(request) == "0.0.0.0"
