"""Settings of the embedded host, put together as the platform does it: apps, COMMON, PRODUCTION through the plugins.

For demonstration and tests only: the secret key is public and DEBUG is on unless SUITE_DEBUG says 0.
"""

from __future__ import annotations

import os
from pathlib import Path

from django.utils.translation import gettext_lazy as _
from edx_django_utils.plugins import add_plugins, get_plugin_apps

from sandbox.databases import database

REPO = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("SUITE_VAR", REPO / "var"))
VAR.mkdir(parents=True, exist_ok=True)

# LMS and Studio are one process here; the other project type is loaded by a test.
PLUGIN_PROJECT_TYPE = os.environ.get("SUITE_PROJECT_TYPE", "lms.djangoapp")

# Off for benchmarks: with it, Django keeps the text of thousands of queries.
DEBUG = os.environ.get("SUITE_DEBUG") != "0"
SECRET_KEY = "sandbox-only-and-public"
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver", "[::1]"]
ROOT_URLCONF = "sandbox.urls"
WSGI_APPLICATION = "sandbox.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sites",
    "django.contrib.admin",
    "rest_framework",
    "drf_spectacular",
    "waffle",
    "sandbox",
    *get_plugin_apps(PLUGIN_PROJECT_TYPE),
]
SITE_ID = 1

MIDDLEWARE = [
    "edx_django_utils.cache.middleware.RequestCacheMiddleware",
    "crum.CurrentRequestUserMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "sandbox.middleware.PreviewLanguageMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "waffle.middleware.WaffleMiddleware",
]
X_FRAME_OPTIONS = "SAMEORIGIN"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

DATABASES = {"default": database(os.environ.get("SUITE_TEST_DB", "sqlite"), folder=VAR)}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "sandbox"}}
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
# Logins of a demonstration are worth nothing; a slow hash would only slow the tests.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "/login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es-419", _("Spanish (Latin America)")), ("ar", _("Arabic"))]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LOCALE_PATHS: list[str] = []

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR / "media"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR / "mail"
DEFAULT_FROM_EMAIL = "no-reply@mastery.example.org"
CONTACT_EMAIL = "help@mastery.example.org"
PLATFORM_NAME = "Mastery Sandbox"
LMS_ROOT_URL = os.environ.get("SUITE_ROOT_URL", "http://127.0.0.1:8000")
CMS_ROOT_URL = LMS_ROOT_URL
LMS_BASE = LMS_ROOT_URL.partition("://")[2]

# Tasks run at once, in the process that sends them, unless a broker is named.
CELERY_BROKER_URL = os.environ.get("SUITE_BROKER", "memory://")
CELERY_RESULT_BACKEND = os.environ.get("SUITE_BROKER", "cache+memory://")
CELERY_TASK_ALWAYS_EAGER = "SUITE_BROKER" not in os.environ
CELERY_TASK_EAGER_PROPAGATES = False

REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "edx_rest_framework_extensions.paginators.DefaultPagination",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "PAGE_SIZE": 10,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Open edX mastery suite",
    "VERSION": "v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {
        "RevocationReasonEnum": "paid_certificate.rest_api.v1.serializers.REVOCATION_REASONS",
        "IdentityEnum": "paid_certificate.rest_api.v1.claim_serializers.IDENTITIES",
        "SupervisionEnum": "paid_certificate.rest_api.v1.claim_serializers.SUPERVISIONS",
        "ReplacementReasonEnum": "paid_certificate.rest_api.v1.serializers.REPLACEMENT_REASONS",
    },
}
JWT_AUTH = {
    "JWT_ALGORITHM": "HS256",
    "JWT_SECRET_KEY": SECRET_KEY,
    "JWT_ISSUER": f"{LMS_ROOT_URL}/oauth2",
    "JWT_AUDIENCE": "sandbox",
    "JWT_VERIFY_AUDIENCE": False,
    "JWT_ISSUERS": [{"ISSUER": f"{LMS_ROOT_URL}/oauth2", "SECRET_KEY": SECRET_KEY, "AUDIENCE": "sandbox"}],
    "JWT_AUTH_COOKIE": "edx-jwt-cookie",
}

FEATURES: dict[str, bool] = {}
OPENEDX_TELEMETRY: list[str] = []
LIBRARY_ENABLED_BLOCKS = ["problem", "video", "html"]
OPENEDX_BRIDGE_BACKEND = "sandbox.platform.SandboxBackend"
OPENEDX_BRIDGE_FRAME = "sandbox/frame.html"
# Scripts in problems of an imported course run unconfined, as code of this process: only for courses that one trusts.
OPENEDX_BRIDGE_UNSAFE_SCRIPTS = os.environ.get("SUITE_UNSAFE_SCRIPTS") == "1"
PAID_CERTIFICATE_KEY_SECRET = "sandbox-only-and-public-key-wrapping-secret"
PAID_CERTIFICATE_INVOICE_ACCOUNT = "Example Institute of Mastery, ES00 0000 0000 0000 0000 0000"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # The problem engine writes a traceback for each script that it may not run; the refusal says it in a sentence.
    "loggers": {"xblocks_contrib.problem": {"level": "CRITICAL"}},
}

add_plugins(__name__, PLUGIN_PROJECT_TYPE, "common")
add_plugins(__name__, PLUGIN_PROJECT_TYPE, "production")
