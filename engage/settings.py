"""Settings of every place Engage runs in, read from the environment; docs/operate.md lists the variables."""

import os
from datetime import timedelta
from pathlib import Path

import environ
from cryptography.fernet import Fernet
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from engage import embedded

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# "production" refuses to start with anything missing; "local" brings its own servers and keys.
ENGAGE_ENV = env("ENGAGE_ENV", default="local")
if ENGAGE_ENV not in ("local", "production"):  # a slip of the pen must not open the doors
    raise ImproperlyConfigured(f"ENGAGE_ENV is to be local or production, not {ENGAGE_ENV!r}.")
PRODUCTION = ENGAGE_ENV == "production"
DEBUG = env.bool("DEBUG", default=False)
VAR_DIR = Path(env("ENGAGE_VAR", default=str(BASE_DIR / "var")))


def required(name: str, local: str) -> str:
    """The variable's value; without it the given one locally, and no start in production."""
    value = str(env(name, default=""))
    if PRODUCTION and value in ("", local):  # what stands here is no secret
        raise ImproperlyConfigured(f"Set {name}: Engage does not start in production without it.")
    return value or local


def fernet_keys(named: str) -> list[str]:
    """The keys in a comma-separated list, each of them usable."""
    keys = [key.strip() for key in named.split(",") if key.strip()]
    try:
        for key in keys:
            Fernet(key)
    except ValueError as wrong:
        raise ImproperlyConfigured(
            "FIELD_ENCRYPTION_KEYS holds something that is no Fernet key: 32 bytes in URL-safe base64."
        ) from wrong
    return keys


SECRET_KEY = required("SECRET_KEY", "local-only-key-never-used-in-production")
# A comma-separated list of Fernet keys; the first encrypts, all decrypt.
FIELD_ENCRYPTION_KEYS = fernet_keys(
    required("FIELD_ENCRYPTION_KEYS", "bG9jYWwtb25seS1rZXktbmV2ZXItdXNlZC1pbi1wcm8=")
)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
CSRF_FAILURE_VIEW = "accounts.views.stale_form.answer"

# Where the data live: your own servers, or embedded ones in var/ that start by themselves.
# Commands that need neither set ENGAGE_EMBEDDED=off (manage.py knows them), so that nothing starts for them.
if PRODUCTION or not env.bool("ENGAGE_EMBEDDED", default=True):
    DATABASE_URL = required("DATABASE_URL", "postgres://none:none@127.0.0.1:1/none")
    MIGRATION_DATABASE_URL = env("MIGRATION_DATABASE_URL", default=DATABASE_URL)
    REDIS_URL = required("REDIS_URL", "redis://127.0.0.1:1/0")
else:
    urls = embedded.ensure()
    DATABASE_URL, MIGRATION_DATABASE_URL, REDIS_URL = urls.database, urls.migration_database, urls.redis

# "default" is the role of web, workers and tests: it owns nothing and row-level security binds it.
# "owner" owns the tables; only `migrate` uses it.
DATABASES = {
    "default": {**env.db_url_config(DATABASE_URL), "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True},
    "owner": env.db_url_config(MIGRATION_DATABASE_URL),
}
CACHES = {
    "default": {
        "BACKEND": "engage.cache.RedisOrHere",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "accounts",
    "coaching",
    "anymail",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "accounts.admin_app.OperatorsConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "engage.headers.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Pages shrink to a fifth. Django pads them at random, so that their length tells nothing of a secret.
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "coaching.api.problems.ProblemMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.LoginMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.OrganizationMiddleware",
]
ROOT_URLCONF = "engage.urls"
WSGI_APPLICATION = "engage.wsgi.application"
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
                "accounts.context.organizations",
            ]
        },
    }
]

# People sign in with their e-mail address.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.password_wording.NotAboutYou"},
    {"NAME": "accounts.password_wording.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "accounts.password_wording.NotCommon"},
]
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = env("EMAIL_VERIFICATION", default="mandatory" if PRODUCTION else "optional")
# Only in the browser in which somebody signed up just now.
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PREVENT_ENUMERATION = True
# Each form by itself, by internet address, person or the address that was typed; beyond it: 429.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "signup": "60/h/ip",
    "reset_password": "20/m/ip,5/h/key",
    "reset_password_from_key": "20/m/ip",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
    "manage_email": "10/m/user",
    "confirm_email": "1/3m/key",
    "forget": "10/h/ip",  # asking to be forgotten
}
MFA_ADAPTER = "accounts.second_step.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {"add_webauthn": "accounts.passkey_form.PasskeyForm"}
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION  # http://localhost
# Where nobody comes in with an unconfirmed address, a second one may be added while two-step login is on.
MFA_ALLOW_UNVERIFIED_EMAIL = ACCOUNT_EMAIL_VERIFICATION == "mandatory"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "coaching:home"
LOGOUT_REDIRECT_URL = "landing"

# Mail: an API provider, an SMTP address in EMAIL_URL, or files in var/mail to read.
EMAIL_URL = env("EMAIL_URL", default="")
EMAIL_PROVIDER = env("EMAIL_PROVIDER", default="")
if EMAIL_PROVIDER:  # an API instead of SMTP, such as mailgun, postmark or amazon_ses: django-anymail's names
    EMAIL_BACKEND = f"anymail.backends.{EMAIL_PROVIDER}.EmailBackend"
    ANYMAIL = {
        name.removeprefix("ANYMAIL_"): value
        for name, value in os.environ.items()
        if name.startswith("ANYMAIL_")
    }
elif EMAIL_URL:
    vars().update(env.email_url_config(EMAIL_URL))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(VAR_DIR / "mail")
BASE_URL = env("BASE_URL", default="http://127.0.0.1:8000").rstrip("/")
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Engage <engage@localhost>")
EMAIL_TIMEOUT = 20

# Work that does not belong in a request. State is in PostgreSQL; a lost message is found again by beat.
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "resume imports": {"task": "coaching.tasks.resume_imports", "schedule": 15.0},
    "measure outcomes that are due": {"task": "coaching.tasks.measure_due", "schedule": 900.0},
    "judge history again": {"task": "coaching.tasks.rejudge_stale", "schedule": 60.0},
    "refresh what is due": {"task": "coaching.tasks.refresh_due", "schedule": 30.0},
    "apply what was pushed": {"task": "coaching.tasks.apply_pushes", "schedule": 60.0},
    "send mails of practices": {"task": "accounts.tasks.send_practice_mails", "schedule": 60.0},
    "mail invitations": {"task": "accounts.tasks.mail_invitations", "schedule": 120.0},
    "send mails that wait": {"task": "accounts.tasks.send_mails", "schedule": 60.0},
    "mail links of trials": {"task": "accounts.tasks.mail_trials", "schedule": 120.0},
    "erase trials that nobody kept": {"task": "coaching.tasks.erase_trials", "schedule": 900.0},
    "send webhooks that are due": {"task": "coaching.tasks.send_due_hooks", "schedule": 15.0},
    "announce what the clock brings": {"task": "coaching.tasks.announce_by_the_clock", "schedule": 300.0},
    "look after files to take away": {"task": "coaching.tasks.look_after_takeaways", "schedule": 30.0},
    "erase organizations whose time is over": {"task": "coaching.tasks.erase_due", "schedule": 300.0},
    "send mails that are due": {"task": "coaching.tasks.send_pending_mails", "schedule": 60.0},
    "mail whose archive it is time to fetch": {
        "task": "coaching.tasks.send_archive_mails",
        "schedule": 60.0,
    },
    "say that we are alive": {"task": "coaching.tasks.heartbeat", "schedule": 60.0},
    "send digests that are due": {"task": "coaching.tasks.send_due_digests", "schedule": 60.0},
    "tend meetups": {"task": "coaching.tasks.tend_meetups", "schedule": 60.0},
    "mail about meetups": {"task": "coaching.tasks.send_due_meetup_mails", "schedule": 30.0},
    "tell who wants to hear of waiting people": {
        "task": "coaching.tasks.tell_of_waiting",
        "schedule": 3600.0,
    },
    "forget what we must": {"task": "coaching.tasks.do_duties", "schedule": 3600.0},
}

# A language is a folder in locale/ and a line here; docs/translate.md says how one begins.
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORM_RENDERER = "accounts.field_wording.PlainRenderer"
FORMAT_MODULE_PATH = ["engage.formats"]
TIME_ZONE = "UTC"
USE_I18N = USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
# On every page, in this order; collected, they are one file.
_STYLES = "tokens base frame columns contrast components forms figures charts tips posts pages"
_STYLES += " first-minutes trial brand"
STYLESHEETS = [f"css/{name}.css" for name in _STYLES.split()]
STYLES_IN_ONE = "css/all.css"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "engage.static_files.BundlingStorage"
        if PRODUCTION or env.bool("STATIC_MANIFEST", default=False)
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
# Uploaded archives wait here until a worker has read them; web and workers share the folder.
UPLOADS_DIR = Path(env("UPLOADS_DIR", default=str(VAR_DIR / "uploads")))
# Files to take away wait here for a week; web and workers share the folder.
EXPORTS_DIR = Path(env("EXPORTS_DIR", default=str(VAR_DIR / "exports")))
EXPORT_LEASE = timedelta(seconds=env.int("EXPORT_LEASE_SECONDS", default=120))
IMPORT_LEASE = timedelta(seconds=env.int("IMPORT_LEASE_SECONDS", default=60))
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_BYTES", default=2 * 1024**3)
TRIAL_UPLOAD_MAX_BYTES = env.int("TRIAL_UPLOAD_MAX_BYTES", default=512 * 1024**2)
FILE_UPLOAD_TEMP_DIR = None
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# Browsers: nothing from elsewhere, nothing inline, nothing in a frame.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = PRODUCTION
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
if env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # Limits of logins count the visitor's address, not the proxy's, which is everybody's.
    ALLAUTH_TRUSTED_PROXY_COUNT = 1

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"secrets": {"()": "engage.log_secrets.SecretsFilter"}},
    "formatters": {
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s",
        },
        "plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "filters": ["secrets"],
            "formatter": env("LOG_FORMAT", default="json" if PRODUCTION else "plain"),
        }
    },
    "root": {"handlers": ["stderr"], "level": env("LOG_LEVEL", default="INFO" if PRODUCTION else "WARNING")},
}

# The operator's apps at the networks. Without them people upload archives or look at the sample theatre.
X_CLIENT_ID = env("X_CLIENT_ID", default="")
X_CLIENT_SECRET = env("X_CLIENT_SECRET", default="")
X_CONSUMER_SECRET = env("X_CONSUMER_SECRET", default="")
X_BEARER_TOKEN = env("X_BEARER_TOKEN", default="")
X_WEBHOOK_ID = env("X_WEBHOOK_ID", default="")
X_APP_OWNER_ID = env("X_APP_OWNER_ID", default="")
X_API_BASE_URL = env("X_API_BASE_URL", default="https://api.x.com").rstrip("/")
X_OAUTH_BASE_URL = env("X_OAUTH_BASE_URL", default="https://x.com").rstrip("/")
FACEBOOK_APP_ID = env("FACEBOOK_APP_ID", default="")
FACEBOOK_APP_SECRET = env("FACEBOOK_APP_SECRET", default="")
FACEBOOK_VERIFY_TOKEN = env("FACEBOOK_VERIFY_TOKEN", default="")
FACEBOOK_GRAPH_VERSION = env("FACEBOOK_GRAPH_VERSION", default="v26.0")
FACEBOOK_GRAPH_URL = env("FACEBOOK_GRAPH_URL", default="https://graph.facebook.com").rstrip("/")
FACEBOOK_DIALOG_URL = env("FACEBOOK_DIALOG_URL", default="https://www.facebook.com").rstrip("/")
# Seconds: to connect, between two bytes, and for a whole answer; shorter where somebody waits for a page.
NETWORK_PATIENCE = tuple(env.list("NETWORK_PATIENCE", cast=float, default=[5.0, 20.0, 60.0]))
NETWORK_PATIENCE_ON_PAGES = tuple(env.list("NETWORK_PATIENCE_ON_PAGES", cast=float, default=[3.0, 8.0, 12.0]))
# X's price list of February 2026, in dollars for one thing read; what an organization may spend a month
# until an owner says otherwise.
X_PRICES = {
    "post": env("X_PRICE_POST", default="0.005"),
    "owned": env("X_PRICE_OWNED", default="0.001"),
    "user": env("X_PRICE_USER", default="0.010"),
}
X_MONTHLY_DOLLARS = env("X_MONTHLY_DOLLARS", default="10")
# How often each network is asked, how long a worker may hold a connection without storing anything, and
# how often a person may ask for a reading now.
REFRESH_EVERY = {
    "twitter": timedelta(minutes=env.int("X_REFRESH_MINUTES", default=60)),
    "facebook": timedelta(minutes=env.int("FACEBOOK_REFRESH_MINUTES", default=15)),
}
REFRESH_LEASE = timedelta(seconds=env.int("REFRESH_LEASE_SECONDS", default=600))
REFRESH_NOW_PAUSE = timedelta(minutes=5)
OTHERS_TEXT_DAYS = env.int("OTHERS_TEXT_DAYS", default=90)
# Names and addresses of a meetup's guests are deleted so many days after it.
MEETUP_KEEP_DAYS = env.int("MEETUP_KEEP_DAYS", default=30)
# Further font files for name tags, for letters that the one we bring does not hold, such as Chinese.
NAME_TAG_FONTS = env.list("NAME_TAG_FONTS", default=[])
# How long backups are kept, as the privacy page says; deploy/backup.sh deletes older ones.
BACKUP_DAYS = env.int("BACKUP_DAYS", default=30)

# How much one account may set up by itself: organizations it owns, practices it leads; and how many prepared
# organizations of a practice may wait for their own people.
ORGANIZATIONS_PER_ACCOUNT = env.int("ORGANIZATIONS_PER_ACCOUNT", default=20)
PRACTICES_PER_ACCOUNT = env.int("PRACTICES_PER_ACCOUNT", default=10)
PREPARED_PER_PRACTICE = env.int("PREPARED_PER_PRACTICE", default=50)
# How often a token may ask in a minute.
API_REQUESTS_A_MINUTE = env.int("API_REQUESTS_A_MINUTE", default=120)
# For tests alone: the certificates with which webhooks may go to this very machine, where they never go else.
WEBHOOK_LOOPBACK_CA = env("WEBHOOK_LOOPBACK_CA", default="")

# The address of the sample organization that everybody may look at; empty: none. It has to be one that
# `manage.py load_demo` made, so that a real one of this name stays closed.
DEMO_ORGANIZATION = env("DEMO_ORGANIZATION", default="" if PRODUCTION else "gannet-lane-playhouse")
# What the demo's visitors log in with; made anew by `manage.py load_demo`.
DEMO_EMAIL = "demo@engage.example"
DEMO_STAFF_EMAIL = "staff@engage.example"
DEMO_CONSULTANT_EMAIL = "consultant@engage.example"
DEMO_PASSWORD = env("DEMO_PASSWORD", default="lantern-demo")

# A language model that may suggest rewrites of drafts, at any server that speaks OpenAI's chat completions.
# Off without an address; an owner switches it on for an organization.
COACH_LLM_URL = env("COACH_LLM_URL", default="")
COACH_LLM_MODEL = env("COACH_LLM_MODEL", default="")
COACH_LLM_KEY = env("COACH_LLM_KEY", default="")
COACH_LLM_MONTHLY_CALLS = env.int("COACH_LLM_MONTHLY_CALLS", default=200)
