"""Configure Django. What an operator can change comes from `site/environment.py`; the rest is decided here."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF

from bluezone import design
from bluezone.authority.site.configuration import fallbacks, read_disease_of, read_environment, secret
from bluezone.geography.country import country
from bluezone.i18n import NAMES, Language

BLUEZONE = read_environment()
#: read by `site.configuration.disease` alone
DISEASE = read_disease_of(BLUEZONE)
BASE_DIR = Path(__file__).resolve().parents[1]

#: empty until `bluezone authority install` has made them: nothing but a help works then (`project.whole`)
SECRET_KEY, SECRET_KEY_FALLBACKS = secret(BLUEZONE, "secret_key"), list(fallbacks(BLUEZONE, "secret_key"))
#: of identities alone (`persons.vault`)
PERSONS_KEY, PERSONS_KEY_FALLBACKS = secret(BLUEZONE, "persons_key"), list(fallbacks(BLUEZONE, "persons_key"))
DEBUG = BLUEZONE.debug
ALLOWED_HOSTS = list(BLUEZONE.hosts)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "auditlog",
    "axes",
    "csp",
    "django_otp",
    "bluezone.authority.site",
    "bluezone.authority.officers",
    "bluezone.authority.units",
    "bluezone.authority.device_api",
    "bluezone.authority.signing",
    "bluezone.authority.documents",
    "bluezone.authority.messages",
    "bluezone.authority.persons",
    "bluezone.authority.work",
    "bluezone.authority.diagnosis",
    "bluezone.authority.keys",
    "bluezone.authority.federation",
    "bluezone.authority.issuing",
    "bluezone.authority.reports",
    "bluezone.authority.episodes",
    "bluezone.authority.epidemiology",
    "bluezone.authority.passes",
    "bluezone.authority.day_keys",
    "bluezone.authority.door",
    "bluezone.authority.places",
    "bluezone.authority.declarations",
    "bluezone.authority.checkpoints",
    "bluezone.authority.outreach",
    "bluezone.authority.campaign",
    "bluezone.authority.simulations",
    "bluezone.authority.privacy",
    "bluezone.authority.partners",
]

MIDDLEWARE = [
    "bluezone.authority.project.middleware.rehearsal_header",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "bluezone.authority.project.middleware.head_like_get",
    "bluezone.authority.project.middleware.ServiceEnded",
    "bluezone.authority.project.middleware.PublicCompression",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "bluezone.authority.officers.middleware.session_use",
    "bluezone.authority.project.middleware.PageLocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "bluezone.authority.officers.middleware.back_to_the_form",
    "bluezone.authority.officers.middleware.require_second_factor",
    "bluezone.authority.officers.middleware.keep_to_own_pages",
    "bluezone.authority.officers.middleware.record_officer",
    "bluezone.authority.work.middleware.settle_own_post",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "bluezone.authority.project.middleware.page_for_no_page",
    "bluezone.authority.project.middleware.OneSentence",
]

ROOT_URLCONF = "bluezone.authority.project.urls"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "project" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "bluezone.authority.project.menus.rehearsal",
                "bluezone.authority.project.institution.institution",
            ],
            "libraries": {"menus": "bluezone.authority.project.menus"},
        },
    }
]

# --- data -------------------------------------------------------------------------------------------------------------

if BLUEZONE.database_url:
    DATABASES = {"default": dj_database_url.parse(BLUEZONE.database_url)}
else:
    DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(BLUEZONE.var / "db.sqlite3")}}
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # Readers do not wait for the writer; a transaction takes the write lock when it starts, so that two that read
        # and then write wait for one another instead of failing half-way. What is stored is on the disk with its
        # transaction (synchronous = FULL); it moves from the log to the database at 40 MB, not at 4: the pages of an
        # index that every upload changes are then written once for many.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=10000",
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
    }
elif BLUEZONE.prepared_statements:
    # for `site.statements`; Django's own queries are never prepared
    DATABASES["default"]["OPTIONS"] = {"prepare_threshold": 0}
# Drawn curves and public pages, shared by the workers of a machine; whatever is lost is drawn again.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": BLUEZONE.var / "cache",
        "OPTIONS": {"MAX_ENTRIES": 5_000},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
#: the reference server's limit for a publish request; nothing else we take is bigger
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024
FILE_UPLOAD_HANDLERS = ["bluezone.authority.site.uploads.forms.BoundedUpload"]

# --- who --------------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "officers.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "officers:login"
LOGIN_REDIRECT_URL = "first"
LOGOUT_REDIRECT_URL = "officers:login"

# Five wrong passwords for one name from one address: a quarter of an hour's rest. By name and address together, so that
# nobody locks an officer out from elsewhere.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = dt.timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_CLIENT_IP_CALLABLE = "bluezone.authority.device_api.callers.client_address"
AXES_LOCKOUT_TEMPLATE = "officers/locked.html"
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False
#: asked before a password is looked at
LOGIN_GUARD = "bluezone.authority.project.login_guard.login_wait_s"

# An officer's set-up link, from the moment it is shown. It is used once, and a newer one ends it.
PASSWORD_RESET_TIMEOUT = 3 * 86_400

# The second factor: a code from an app on the officer's phone (TOTP, RFC 6238).
OTP_TOTP_ISSUER = "Bluezone"
# The audit log says who changed what and when; from which address is nobody's business.
AUDITLOG_DISABLE_REMOTE_ADDR = True

# --- the wire ---------------------------------------------------------------------------------------------------------

# An officer's day is one session; a computer left alone is logged out after half an hour.
SESSION_ENGINE = "bluezone.authority.officers.sessions"
SESSION_COOKIE_AGE = 30 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_NAME = "bluezone_session"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = BLUEZONE.tls
#: a notice waits in a signed cookie for the page that follows: no session is opened or written for it
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
CSRF_FAILURE_VIEW = "bluezone.authority.project.error_pages.csrf_failure"
SECURE_SSL_REDIRECT = BLUEZONE.tls
SECURE_REDIRECT_EXEMPT = [r"^(healthz?|readyz)$"]
SECURE_HSTS_SECONDS = 365 * 86_400 if BLUEZONE.tls else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if BLUEZONE.trusted_proxies:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

STATIC_URL = "/static/"
STATIC_ROOT = BLUEZONE.var / "static"
STATICFILES_DIRS = [("design", design.DIRECTORY)]
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

if BLUEZONE.exports_bucket:
    STORAGES["exports"] = {
        "BACKEND": "bluezone.authority.keys.bucket.ExportBucket",
        "OPTIONS": {
            "bucket_name": BLUEZONE.exports_bucket,
            "endpoint_url": BLUEZONE.exports_endpoint,
            "file_overwrite": True,
            "querystring_auth": False,
        },
    }

# --- language and time ------------------------------------------------------------------------------------------------

LANGUAGES = [(each, NAMES[Language(each)]) for each in country().languages]
LANGUAGE_CODE = country().languages[0]
FORMAT_MODULE_PATH = ["bluezone.authority.site.formats"]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = country().time_zone

# --- logs: what happened, never who -----------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{", "datefmt": "%Y-%m-%dT%H:%M:%S%z"},
        "json": {"()": "bluezone.authority.site.json_logs.JsonLine"},
    },
    "filters": {
        "lost database": {"()": "bluezone.authority.site.lost_database.OneLineAMinute"},
        "without address": {"()": "bluezone.authority.site.json_logs.WithoutAddress"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": BLUEZONE.logs,
            "filters": ["lost database", "without address"],
        }
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "bluezone": {"level": "INFO"},
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        # Django logs every 4xx with its path; a phone's mistake is no event of ours.
        "django.request": {"level": "ERROR"},
        # Scanners ask by address all day long.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        # axes names the officer and the address of a failed login.
        "axes": {"level": "CRITICAL"},
    },
}
