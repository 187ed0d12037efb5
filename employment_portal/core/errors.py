"""The one base of errors that a person can read."""

from typing import Any

from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """A rule of the field says no. Actions raise subclasses; views show ``message`` as a sentence.

    A subclass sets ``message`` (lazily translated, ``%(name)s`` placeholders allowed); the raiser may give
    another one and the values of the placeholders: ``raise HeadcountFull(left=0)``.
    """

    message: Any = _("This cannot be done now. Check the details and try again.")

    def __init__(self, message: Any = None, **params: Any):
        template = self.message if message is None else message
        self.message = template % params if params else template
        super().__init__(self.message)

    def __str__(self) -> str:
        return str(self.message)
