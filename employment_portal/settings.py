"""Every setting, read from the environment. docs/operations.md lists the variables."""

import os
from pathlib import Path

import dj_database_url
from celery.schedules import crontab
from csp.constants import SELF
from django.utils.translation import gettext_lazy as _

from employment_portal.core import logging as portal_logging

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("PORTAL_VAR", BASE_DIR / "var"))


def env_bool(name: str, default: bool) -> bool:
    return os.environ.get(name, str(default)).strip().lower() in {"1", "true", "yes", "on"}


def env_list(name: str, default: str = "") -> list[str]:
    return [item.strip() for item in os.environ.get(name, default).split(",") if item.strip()]


def secret(name: str) -> str:
    """A secret from the environment, else the development default that ``check --deploy`` refuses."""
    return os.environ.get(name, f"insecure-development-{name.lower()}")


# --- the deployment -----------------------------------------------------------------------------------
DEBUG = env_bool("DEBUG", False)
SECRET_KEY = secret("SECRET_KEY")
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")
SITE_URL = os.environ.get("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
CITY_REGION = os.environ.get("CITY_REGION", "5101")  # the city that runs this portal
CITY_NAME = os.environ.get("CITY_NAME", "成都市")
CITY_NAME_EN = os.environ.get("CITY_NAME_EN", "Chengdu")
HOTLINE = os.environ.get("HOTLINE", "12333")
SITE_OPERATOR = os.environ.get("SITE_OPERATOR", "")  # the three lines of the footer; left out while empty
SITE_ICP_NUMBER = os.environ.get("SITE_ICP_NUMBER", "")
SITE_GOVERNMENT_ID = os.environ.get("SITE_GOVERNMENT_ID", "")
USE_SIMULATORS = env_bool("USE_SIMULATORS", False)  # SMS, mail and identity check answered on this machine
OWN_SERVERS = env_bool(
    "PORTAL_OWN_SERVERS", False
)  # set by the launcher: PostgreSQL and Redis of `manage.py up`

# --- personal data keys: newest first; the rest only decrypt (manage.py rotate_keys) --------------------
FIELD_ENCRYPTION_KEYS = env_list("FIELD_ENCRYPTION_KEYS")
FIELD_HASH_KEY = secret("FIELD_HASH_KEY")

# --- the ledger: signs its seals; the public keys of earlier ones, in hex, still count as ours -------------
LEDGER_SEAL_KEY = secret("LEDGER_SEAL_KEY")
LEDGER_SEAL_PUBLIC_KEYS = env_list("LEDGER_SEAL_PUBLIC_KEYS")

INSTALLED_APPS = [
    "employment_portal.core",
    "employment_portal.regions",
    "employment_portal.classifications",
    "employment_portal.audit",
    "employment_portal.ledger",
    "employment_portal.workflow",
    "employment_portal.notifications",
    "employment_portal.search",
    "employment_portal.facts",
    "employment_portal.ui",
    "employment_portal.accounts",
    "employment_portal.people",
    "employment_portal.organisations",
    "jobs",
    "employment_portal.registers",
    "subsidies",
    "employment_portal.sample",
    "employment_portal.home",
    "employment_portal.desk",
    "employment_portal.health",
    "employment_portal.api",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.sites",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "csp",
    "django_celery_results",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "rest_framework",
    "template_partials",
]
SITE_ID = 1

MIDDLEWARE = [
    "employment_portal.core.logging.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "employment_portal.accounts.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "employment_portal.accounts.middleware.StaffSessionMiddleware",
    "employment_portal.organisations.middleware.ActingMiddleware",
    "employment_portal.people.middleware.AssistedMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "employment_portal.api.middleware.ProblemMiddleware",
    "employment_portal.core.middleware.PlainAddressMiddleware",
]

ROOT_URLCONF = "employment_portal.urls"
WSGI_APPLICATION = "employment_portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "employment_portal.ui.context_processors.ui",
            ],
        },
    }
]

FORM_RENDERER = "employment_portal.ui.renderers.UiRenderer"

# --- stores ---------------------------------------------------------------------------------------------
DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL", "postgres:///portal"), conn_max_age=60, conn_health_checks=True
    )
}
# The role that owns the tables; migrate and restore use it. The portal itself then owns nothing.
DATABASE_OWNER_URL = os.environ.get("DATABASE_OWNER_URL", "")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = os.environ.get("REDIS_URL", "redis://localhost:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "portal",
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
MEDIA_ROOT = Path(os.environ.get("MEDIA_ROOT", VAR_DIR / "media"))
MEDIA_URL = "/media/"  # never routed: files are served by views that check who asks
STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT", VAR_DIR / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "employment_portal.ui.storage.StaticStorage"},
}

# --- tasks ----------------------------------------------------------------------------------------------
CELERY_BROKER_URL = (
    REDIS_URL.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=")
    if REDIS_URL.startswith("unix://")
    else REDIS_URL
)
CELERY_RESULT_BACKEND = "django-db"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {
    "subsidies.match_policies": {"queue": "reports"},
    "subsidies.match_version": {"queue": "reports"},
    "subsidies.process_return_file": {"queue": "payments"},
    "subsidies.sweep_payments": {"queue": "payments"},
}
CELERY_TASK_TRACK_STARTED = True
CELERY_RESULT_EXTENDED = True
CELERY_RESULT_EXPIRES = 14 * 24 * 3600
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE: dict[str, dict] = {
    "release-work": {"task": "accounts.release_work", "schedule": crontab(hour=0, minute=10)},
    "send-due-searches": {"task": "jobs.send_due_searches", "schedule": crontab(hour=8, minute=30)},
    "forget-searches": {"task": "jobs.forget_searches", "schedule": crontab(hour=0, minute=50)},
    "expire-verifications": {
        "task": "organisations.expire_verifications",
        "schedule": crontab(hour=0, minute=15),
    },
    "recheck-identities": {"task": "people.recheck_identities", "schedule": 900, "options": {"expires": 900}},
    "keep-groups": {"task": "people.keep_groups", "schedule": crontab(hour=0, minute=25)},
    "fetch-registers": {"task": "registers.fetch", "schedule": crontab(hour=1, minute=30)},
    "forget-merges": {"task": "people.forget_merges", "schedule": crontab(hour=0, minute=45)},
    "delete-exports": {"task": "people.delete_exports", "schedule": crontab(minute=35)},
    "sweep-exports": {"task": "people.sweep_exports", "schedule": 60, "options": {"expires": 60}},
    "end-sittings": {"task": "people.end_sittings", "schedule": 300, "options": {"expires": 300}},
    "sweep-outbox": {"task": "notifications.sweep_outbox", "schedule": 60},
    "publish-scheduled": {"task": "jobs.publish_scheduled", "schedule": 600, "options": {"expires": 600}},
    "expire-postings": {"task": "jobs.expire_postings", "schedule": crontab(hour=0, minute=5)},
    "remind-expiring": {"task": "jobs.remind_expiring", "schedule": crontab(hour=8, minute=30)},
    "chase-results": {"task": "jobs.chase_results", "schedule": crontab(hour=8, minute=40)},
    "expire-applications": {"task": "jobs.expire_applications", "schedule": crontab(hour=2, minute=20)},
    "lapse-offers": {"task": "jobs.lapse_offers", "schedule": crontab(hour=2, minute=10)},
    "refresh-search-vocabulary": {
        "task": "jobs.refresh_search_vocabulary",
        "schedule": crontab(hour=3, minute=10),
    },
    "settle-deadlines": {
        "task": "workflow.settle_provisional_deadlines",
        "schedule": crontab(hour=0, minute=40),
    },
    "warn-and-escalate": {
        "task": "desk.warn_and_escalate_work_items",
        "schedule": 3600,
        "options": {"expires": 3600},
    },
    "seal-ledger": {"task": "ledger.seal", "schedule": 300, "options": {"expires": 300}},
    "sweep-payments": {
        "task": "subsidies.sweep_payments",
        "schedule": 60,
        "options": {"queue": "payments", "expires": 60},
    },
    "watch-payments": {"task": "subsidies.watch_payments", "schedule": crontab(minute="*/10")},
    "lapse-corrections": {"task": "subsidies.lapse_corrections", "schedule": crontab(hour=1, minute=40)},
    "archive-settled": {"task": "subsidies.archive_settled", "schedule": crontab(hour=1, minute=50)},
    "sweep-bulk-passes": {
        "task": "subsidies.sweep_bulk_passes",
        "schedule": 300,
        "options": {"expires": 300},
    },
    "sweep-rosters": {"task": "subsidies.sweep_rosters", "schedule": crontab(minute="*/10")},
    # The first call of the night searches; the later ones go on where one was killed.
    "match-policies": {
        "task": "subsidies.match_policies",
        "schedule": crontab(hour="2-5", minute="*/20"),
        "options": {"expires": 1200},
    },
    "sweep-imports": {"task": "jobs.sweep_imports", "schedule": crontab(minute="*/10")},
    "sweep-openings": {"task": "subsidies.sweep_openings", "schedule": crontab(minute="*/10")},
    "chase-recoveries": {"task": "subsidies.chase_recoveries", "schedule": crontab(hour=8, minute=20)},
    "close-notices": {"task": "subsidies.close_notices", "schedule": crontab(minute=5)},
    "heartbeat": {
        "task": "employment_portal.health.tasks.heartbeat",
        "schedule": 30,
        "options": {"expires": 30},
    },
}

# --- messages -------------------------------------------------------------------------------------------
SMS_GATEWAY = os.environ.get(
    "SMS_GATEWAY",
    "employment_portal.notifications.gateways.SimulatedGateway"
    if USE_SIMULATORS
    else "employment_portal.notifications.gateways.HttpGateway",
)
SMS_GATEWAY_URL = os.environ.get("SMS_GATEWAY_URL", "")
SMS_GATEWAY_TOKEN = os.environ.get("SMS_GATEWAY_TOKEN", "")
SMS_SIGNATURE = os.environ.get("SMS_SIGNATURE", "公共就业服务")
IDENTITY_SERVICE = os.environ.get(
    "IDENTITY_SERVICE",
    "employment_portal.people.identity.SimulatedIdentityService"
    if USE_SIMULATORS
    else "employment_portal.people.identity.HttpIdentityService",
)
IDENTITY_SERVICE_URL = os.environ.get("IDENTITY_SERVICE_URL", "")
IDENTITY_SERVICE_TOKEN = os.environ.get("IDENTITY_SERVICE_TOKEN", "")
REGISTER_SOURCE = os.environ.get(  # the city's exchange platform: insurance, licences, certificates
    "REGISTER_SOURCE",
    "employment_portal.registers.simulator.SimulatedRegisters"
    if USE_SIMULATORS
    else "employment_portal.registers.fetching.HttpRegisterSource",
)
REGISTER_SOURCE_NAME = os.environ.get("REGISTER_SOURCE_NAME", "exchange")
REGISTER_SOURCE_URL = os.environ.get("REGISTER_SOURCE_URL", "")
REGISTER_SOURCE_TOKEN = os.environ.get("REGISTER_SOURCE_TOKEN", "")
# Payments: files go to and come from the bank's machine through a folder.
BANK_ADAPTER = os.environ.get(
    "BANK_ADAPTER",
    "subsidies.payments.simulator.SimulatedBank"
    if USE_SIMULATORS
    else "subsidies.payments.banks.DirectoryBank",
)
BANK_SPOOL = Path(os.environ.get("BANK_SPOOL", VAR_DIR / "bank"))
EMAIL_BACKEND = (
    "employment_portal.notifications.gateways.RecordedMail"
    if USE_SIMULATORS
    else "django.core.mail.backends.smtp.EmailBackend"
)
EMAIL_HOST = os.environ.get("EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env_bool("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "noreply@example.org")

# An application that nobody answered this many days after its posting ended is closed.

# --- language and time ------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# --- accounts ---------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_request_login_code"
LOGIN_REDIRECT_URL = "home"
LOCKOUT_SECONDS = int(os.environ.get("LOCKOUT_SECONDS", 15 * 60))
STAFF_IDLE_MINUTES = int(os.environ.get("STAFF_IDLE_MINUTES", 30))  # graded protection, level 3
INVITATION_DAYS = int(os.environ.get("INVITATION_DAYS", 7))
SESSION_COOKIE_AGE = 14 * 24 * 3600
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 6}
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("TRUSTED_PROXY_COUNT", 0))
# The header with the visitor's address as request.META calls it, such as HTTP_X_REAL_IP; for every limit by address.
CLIENT_ADDRESS_KEY = os.environ.get("RATELIMIT_IP_META_KEY", "")
ALLAUTH_TRUSTED_CLIENT_IP_HEADER = CLIENT_ADDRESS_KEY.removeprefix("HTTP_").replace("_", "-") or None
RATELIMIT_IP_META_KEY = "employment_portal.core.addresses.limited_address"
ACCOUNT_ADAPTER = "employment_portal.accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"phone", "email"}
ACCOUNT_SIGNUP_FIELDS = [
    "phone",
    "email*",
    "password1",
]  # the form asks for one way in: sign_in.forms.SignupForm
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 5 * 60
ACCOUNT_PHONE_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PHONE_VERIFICATION_SUPPORTS_CHANGE = True
ACCOUNT_PHONE_VERIFICATION_TIMEOUT = 5 * 60
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_MAX_EMAIL_ADDRESSES = 2
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = SITE_URL.partition(":")[0]
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",  # a whole office or school may sit behind one address
    "login_failed": f"30/m/ip,5/{LOCKOUT_SECONDS}s/key",
    "request_login_code": "60/m/ip,1/30s/key,10/d/key",
    "verify_phone": "60/m/ip,1/30s/key,10/d/key",
    "change_phone": "5/m/user",
    "signup": "60/m/ip",
}
ACCOUNT_FORMS = {
    name: f"employment_portal.accounts.sign_in.forms.{form}"
    for name, form in {
        "login": "LoginForm",
        "signup": "SignupForm",
        "request_login_code": "RequestLoginCodeForm",
        "confirm_login_code": "ConfirmLoginCodeForm",
        "verify_phone": "VerifyPhoneForm",
        "change_phone": "ChangePhoneForm",
        "add_email": "AddEmailForm",
        "confirm_email_verification_code": "ConfirmEmailVerificationCodeForm",
        "change_password": "ChangePasswordForm",
        "set_password": "SetPasswordForm",
        "reset_password": "ResetPasswordForm",
        "reset_password_from_key": "ResetPasswordKeyForm",
        "confirm_password_reset_code": "ConfirmPasswordResetCodeForm",
        "reauthenticate": "ReauthenticateForm",
    }.items()
}
MFA_ADAPTER = "employment_portal.accounts.adapters.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SITE_URL.startswith("https://")
MFA_FORMS = {
    name: f"employment_portal.accounts.sign_in.forms.{form}"
    for name, form in {
        "authenticate": "AuthenticateForm",
        "reauthenticate": "MfaReauthenticateForm",
        "activate_totp": "ActivateTOTPForm",
        "add_webauthn": "AddWebAuthnForm",
        "edit_webauthn": "EditWebAuthnForm",
    }.items()
}
SOCIALACCOUNT_ADAPTER = "employment_portal.accounts.adapters.SocialAccountAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True  # only for addresses that the provider says it has verified
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_EMAIL_REQUIRED = False
SOCIALACCOUNT_PROVIDERS: dict[str, dict] = {}
if os.environ.get("OIDC_SERVER_URL"):  # a government single sign-on
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "SCOPE": ["openid", "profile", "email", "phone"],
        "APPS": [
            {
                "provider_id": os.environ.get("OIDC_PROVIDER_ID", "gov"),
                "name": os.environ.get("OIDC_NAME", "政务服务统一身份认证"),
                "client_id": os.environ.get("OIDC_CLIENT_ID", ""),
                "secret": os.environ.get("OIDC_CLIENT_SECRET", ""),
                "settings": {"server_url": os.environ["OIDC_SERVER_URL"]},
            }
        ],
    }
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# --- the browser ------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "style-src": [SELF],
        "script-src": [SELF],
        "object-src": ["'none'"],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": ["'none'"],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SITE_URL.startswith("https://")
CSRF_COOKIE_HTTPONLY = False
SECURE_SSL_REDIRECT = SITE_URL.startswith("https://")
SECURE_REDIRECT_EXEMPT = [r"^health/"]  # asked by the load balancer, inside
SECURE_HSTS_SECONDS = int(os.environ.get("HSTS_SECONDS", 365 * 24 * 3600 if SECURE_SSL_REDIRECT else 0))
if env_bool("BEHIND_PROXY", False):  # only behind a proxy that sets this header itself
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# How often one network address may ask for an alert or report an advert.
ALERTS_PER_ADDRESS = "10/h"
REPORTS_PER_ADDRESS = "20/h"

# --- /api/v1/ ---------------------------------------------------------------------------------------------
API_TOKEN_RATE = os.environ.get("API_TOKEN_RATE", "120/m")
API_ADDRESS_RATE = os.environ.get("API_ADDRESS_RATE", "60/m")  # without a token
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["employment_portal.api.authentication.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["employment_portal.api.permissions.DeclaredAccess"],
    "DEFAULT_THROTTLE_CLASSES": ["employment_portal.api.throttling.PerMinute"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["employment_portal.api.parsers.SmallJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "employment_portal.api.schema.PortalSchema",
    "EXCEPTION_HANDLER": "employment_portal.api.errors.problem",
}
SPECTACULAR_SETTINGS = {
    "TITLE": _("Public employment services: open interface"),
    "DESCRIPTION": _("Search jobs, and apply with a token of your own."),
    "VERSION": "1.0",
    "SERVERS": [{"url": SITE_URL}],
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "SORT_OPERATIONS": False,
    "SORT_OPERATION_PARAMETERS": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "employment_portal.api.schema.without_docstrings",
    ],
}

# --- logs -------------------------------------------------------------------------------------------------
LOGGING = portal_logging.configuration(
    style=os.environ.get("LOG_FORMAT", "json"), level=os.environ.get("LOG_LEVEL", "INFO").upper()
)
