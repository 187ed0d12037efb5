from django.utils.translation import gettext_lazy

from employment_portal.core.errors import DomainError
from employment_portal.core.fields import PUBLIC_ID_ALPHABET, new_public_id


class Full(DomainError):
    message = gettext_lazy("Only %(left)s places are left.")


def test_an_error_is_a_sentence():
    assert str(DomainError().message)
    assert str(Full(left=0)) == "Only 0 places are left."
    assert str(Full("Nothing left.")) == "Nothing left."
    assert str(Full.message) == "Only %(left)s places are left."


def test_a_public_id_is_ten_characters_that_cannot_be_misread():
    ids = {new_public_id() for _ in range(1000)}

    assert len(ids) == 1000
    assert all(len(each) == 10 and set(each) <= set(PUBLIC_ID_ALPHABET) for each in ids)
    assert not set("01oil") & set(PUBLIC_ID_ALPHABET)
