"""Django settings, read from the environment; docs/operators.md explains every variable.

Nothing but these settings differs between the small size (SQLite, one web process, files) and the grown one
(PostgreSQL, Redis, an S3-compatible store).
"""

import sys
import tomllib
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from config import connections, env, logs

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = env.directory("DATA_DIR", BASE_DIR / "var")
VERSION = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"]

# ---- where it listens and what it is called -------------------------------------------------------------------------
HOST = env.text("HOST", "127.0.0.1")
PORT = env.integer("PORT", 3000, least=1, most=65535)
WEB_PROCESSES = env.integer("WEB_PROCESSES", 1, least=1, most=256)
WEB_THREADS = env.integer("WEB_THREADS", 8, least=1, most=256)
BASE_URL = env.base_url("BASE_URL", f"http://localhost:{PORT}")
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES")
DEMO = env.flag("DEMO", False)
DEBUG = env.flag("DEBUG", False)

_scheme, _base_host = urlsplit(BASE_URL).scheme, urlsplit(BASE_URL).hostname or ""
ALLOWED_HOSTS = [*env.words("ALLOWED_HOSTS", ("localhost", "127.0.0.1", "[::1]")), _base_host]
CSRF_TRUSTED_ORIGINS = [BASE_URL]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
APPEND_SLASH = True

# ---- database, cache, files, mail, broker ---------------------------------------------------------------------------
DATABASE_URL = env.secret("DATABASE_URL")
REDIS_URL = env.secret("REDIS_URL")
DATABASES = {"default": connections.database(DATABASE_URL, DATA_DIR)}
CACHES = {"default": connections.cache(REDIS_URL)}
ATTACHMENT_STORAGE = env.choice("ATTACHMENT_STORAGE", "files", ("files", "s3"))
ATTACHMENT_DELIVERY = env.choice("ATTACHMENT_DELIVERY", "redirect", ("redirect", "proxy"))
STORAGES = {
    "default": connections.storage(ATTACHMENT_STORAGE, DATA_DIR),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
CLAMD_URL = connections.scanner(env.text("CLAMD_URL"))
CLAMD_TIMEOUT = env.seconds("CLAMD_TIMEOUT", 20)
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler", "config.bodies.NotedUpload"]
FILE_UPLOAD_TEMP_DIR = connections.upload_folder(DATA_DIR)
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / ".static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("map", "png", "jpg", "jpeg", "webp", "woff", "woff2", "gz", "zip")

vars().update(connections.mail(env.secret("EMAIL_URL"), DATA_DIR))
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("MAIL_FROM", f"Polydesk <polydesk@{_base_host}>")

CELERY_BROKER_URL, CELERY_BROKER_TRANSPORT_OPTIONS = connections.broker(REDIS_URL, DATA_DIR)
CELERY_BROKER_TRANSPORT = None if REDIS_URL else "config.folder_broker:Transport"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_PUBLISH_RETRY = False  # the row is the truth and a sweep finds it: a lost kick must not hold up a request
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1 if REDIS_URL else 8  # one message a poll would be slow on the folder broker
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat")
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    name: {"task": "config.tick", "args": (name, seconds), "schedule": seconds, "options": {"expires": seconds}}
    for name, seconds in (
        ("tickets.fold_tally", 10.0),
        ("tickets.index_renamed", 30.0),
        ("tickets.assign_idle", 3600.0),
        ("webhooks.recover", 10.0),
        ("webhooks.disable_dead", 60.0),
        ("webhooks.prune", 3600.0),
        ("accounts.send_invitations", 30.0),
        ("api.prune_answers", 3600.0),
        ("accounts.prune_sessions", 24 * 3600.0),
        ("attachments.prune", 24 * 3600.0),
        ("attachments.check_waiting", 60.0),
        ("config.forget_sessions", 24 * 3600.0),
    )
}

# ---- secrets and refusals -------------------------------------------------------------------------------------------
SECRET_KEY = env.secret("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.secret("SECRET_KEY_FALLBACKS").split()
if not SECRET_KEY:
    if DATABASE_URL.startswith("postgres") or REDIS_URL:
        raise env.WrongSetting(
            "DATABASE_URL or REDIS_URL is set, so set SECRET_KEY too (50 random characters, the same on every node)."
        )
    SECRET_KEY = connections.kept_secret_key(DATA_DIR)
if len(SECRET_KEY) < 50:
    raise env.WrongSetting("SECRET_KEY is too short to keep tokens from being forged; set 50 random characters.")
if WEB_PROCESSES > 1 and not REDIS_URL:
    raise env.WrongSetting(
        "WEB_PROCESSES is above 1, so set REDIS_URL: request limits must be shared by all processes."
    )
if DEBUG and HOST not in ("127.0.0.1", "localhost", "::1"):
    raise env.WrongSetting("DEBUG shows secrets to visitors; set DEBUG to false, or HOST to 127.0.0.1.")

# ---- limits ---------------------------------------------------------------------------------------------------------
RATELIMIT_ENABLE = env.flag("RATELIMIT_ENABLE", True)
RATELIMIT_SCALE = env.integer("RATELIMIT_SCALE", 1, least=1)
RATELIMIT_FAIL_OPEN = True
MAX_JSON_BODY = env.size("MAX_JSON_BODY", 64 << 20)
MAX_UPLOAD_BODY = env.size("MAX_UPLOAD_BODY", 320 << 20)
ATTACHMENT_TICKET_FILES = env.integer("ATTACHMENT_TICKET_FILES", 2000, least=1)
ATTACHMENT_TICKET_QUOTA = env.size("ATTACHMENT_TICKET_QUOTA", 5 << 30)
ATTACHMENT_PRUNE_AFTER = env.seconds("ATTACHMENT_PRUNE_AFTER", 30 * 24 * 3600)
ATTACHMENT_USER_QUOTA = env.size("ATTACHMENT_USER_QUOTA", 50 << 30)
# The contracts bound their bodies themselves; these bound the forms of the pages, files not counted.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 << 20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 20

# ---- webhooks -------------------------------------------------------------------------------------------------------
WEBHOOK_ALLOWED_CIDRS = env.networks("WEBHOOK_ALLOWED_CIDRS")
WEBHOOK_TIMEOUT = env.seconds("WEBHOOK_TIMEOUT", 15)
WEBHOOK_ALLOW_HTTP = env.flag("WEBHOOK_ALLOW_HTTP", False)
WEBHOOK_RETRY_SCHEDULE = env.spans("WEBHOOK_RETRY_SCHEDULE", ())  # empty: the published schedule

# ---- parts ----------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "config",
    "api",
    "webhooks",
    "tickets",
    "attachments",
    "accounts",
    "allauth",
    "allauth.account",
    "axes",
    "django_filters",
    "django_htmx",
    "django_structlog",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "config.logs.RequestLog",
    "config.metrics.CountRequests",
    "api.entry.ContractEntry",  # hands contract paths straight to the contracts; what follows is for pages
    "config.bodies.BoundedBody",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]
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
            ]
        },
    }
]
SILENCED_SYSTEM_CHECKS = [
    "auth.W004",  # addresses are unique among the living, by a conditional constraint
    "django_ratelimit.E003",  # the cache of one process counts right, because there is only that process
    "django_ratelimit.W001",  # Django's Redis cache counts atomically too
    "security.W005",  # HSTS for neighbouring host names is not ours to promise
    "security.W021",
]

# ---- signing in -----------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "accounts.signin.Brake",
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _scheme
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {"login": False, "login_failed": False} if RATELIMIT_ENABLE else False  # sign-in: axes brakes

AXES_ENABLED = RATELIMIT_ENABLE
AXES_FAILURE_LIMIT = 11  # the eleventh failure; the brake lets ten tries a minute through
AXES_COOLOFF_TIME = timedelta(minutes=1)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "accounts.client.client_address"
AXES_USERNAME_CALLABLE = "accounts.signin.name_tried"
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_HTTP_RESPONSE_CODE = 429
AXES_LOCKOUT_TEMPLATE = "429.html"

SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 14 * 24 * 3600
TOKEN_SESSION_AGE = timedelta(days=60)  # unless it is refreshed

# ---- what browsers are told -----------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "frame-src": ["'self'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _scheme == "https"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _scheme == "https" else 0
# Without a known proxy we could not tell https from http, and a redirect would never end.
SECURE_SSL_REDIRECT = _scheme == "https" and bool(TRUSTED_PROXIES)
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]

# ---- contracts ------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "OAS_VERSION": "3.1.0",
    "ENABLE_DJANGO_DEPLOY_CHECK": False,  # it mixes all contracts into one document; `manage.py openapi` checks each
    "POSTPROCESSING_HOOKS": [],  # enums stay where they are used: each contract has its own words
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}
SIMPLE_JWT = {
    "ALGORITHM": "HS256",
    "SIGNING_KEY": SECRET_KEY,
    "ACCESS_TOKEN_LIFETIME": timedelta(days=30),
    "REFRESH_TOKEN_LIFETIME": TOKEN_SESSION_AGE,
    "USER_ID_FIELD": "uuid",
    "USER_ID_CLAIM": "sub",
}

# ---- watching -------------------------------------------------------------------------------------------------------
METRICS_ALLOWED_CIDRS = env.networks("METRICS_ALLOWED_CIDRS")
LOG_FORMAT = env.choice("LOG_FORMAT", "text" if sys.stderr.isatty() else "json", ("text", "json"))
LOG_LEVEL = env.choice("LOG_LEVEL", "info", ("debug", "info", "warning", "error"))
LOGGING = logs.logging_config(LOG_FORMAT, LOG_LEVEL)
logs.configure_structlog()
DJANGO_STRUCTLOG_CELERY_ENABLED = True
