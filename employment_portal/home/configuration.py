"""The configuration pages (Django's admin): what a superuser may set there, and what is kept out of it."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.sites.models import Site
from django.utils.translation import gettext_lazy as _
from django_celery_results.models import GroupResult, TaskResult

# Other packages offer these by themselves. Second factors, sign-ins and sessions have pages of their own that
# leave a trail; the rest is set in the environment or has no meaning here.
KEPT_OUT = (
    Authenticator,
    EmailAddress,
    Group,
    GroupResult,
    Site,
    SocialAccount,
    SocialApp,
    SocialToken,
    TaskResult,
    UserSession,
)


def arrange(site: admin.AdminSite) -> None:
    """Name the pages, let only superusers in, and take out what is no configuration."""
    site.site_header = _("Configuration of the employment services portal")
    site.site_title = _("Configuration")
    site.index_title = _("Configuration")
    site.has_permission = lambda request: request.user.is_active and request.user.is_superuser  # type: ignore[method-assign]
    for model in KEPT_OUT:
        if site.is_registered(model):
            site.unregister(model)
