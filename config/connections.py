"""Databases, caches, mail and broker as Django and Celery want them, made from the addresses in the environment."""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ

from config import env

# Readers never wait for the one writer (WAL); a writer takes its lock at once instead of failing halfway (IMMEDIATE).
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA mmap_size=134217728;"
        "PRAGMA journal_size_limit=27103364;PRAGMA cache_size=-20000;"
    ),
}


def database(url: str, data_dir: Path) -> dict[str, Any]:
    """The DATABASES entry for a ``postgres://`` or ``sqlite://`` address; without one, SQLite in ``data_dir``."""
    scheme = url.partition("://")[0]
    if scheme not in ("", "sqlite", "postgres", "postgresql"):
        raise env.WrongSetting("DATABASE_URL must begin with postgres:// or sqlite://; set it to such an address.")
    try:
        entry = environ.Env.db_url_config(url or f"sqlite:///{data_dir / 'db.sqlite3'}")
    except (ValueError, AttributeError):
        raise env.WrongSetting(
            "DATABASE_URL cannot be read; set it to postgres://user:password@host:5432/name, special signs %-encoded."
        ) from None
    if not entry["NAME"]:
        raise env.WrongSetting("DATABASE_URL names no database; set it to postgres://user:password@host:5432/name.")
    if entry["ENGINE"].endswith("sqlite3"):
        entry["OPTIONS"] = SQLITE_OPTIONS
        entry["TEST"] = {"NAME": str(data_dir / "test.sqlite3")}
    else:
        entry["CONN_MAX_AGE"] = None
        entry["CONN_HEALTH_CHECKS"] = True
    return dict(entry)


def cache(redis_url: str) -> dict[str, Any]:
    """The CACHES entry: Redis where it is set, else the memory of this one process."""
    if not redis_url:
        return {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": "polydesk",
            "OPTIONS": {"MAX_ENTRIES": 100_000},
        }
    if redis_url.partition("://")[0] not in ("redis", "rediss", "unix"):
        raise env.WrongSetting("REDIS_URL must begin with redis:// or rediss://; set it to such an address.")
    try:
        readable = urlsplit(redis_url).port != 0
    except ValueError:
        readable = False
    if not readable:
        raise env.WrongSetting("REDIS_URL cannot be read; set it to redis://:password@host:6379/0.")
    return {
        "BACKEND": "config.cache.ForgivingRedisCache",
        "LOCATION": redis_url,
        "KEY_PREFIX": "polydesk",
        "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 1.0},
    }


def mail(url: str, data_dir: Path) -> dict[str, Any]:
    """The EMAIL_* settings; without an address, mails become files in ``data_dir/outbox``."""
    if not url:
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": str(data_dir / "outbox"),
        }
    scheme = url.partition("://")[0]
    if scheme not in environ.Env.EMAIL_SCHEMES:
        raise env.WrongSetting(
            "EMAIL_URL must begin with smtp://, smtp+tls:// or smtp+ssl://; set it to such an address."
        )
    try:
        entry = dict(environ.Env.email_url_config(url))
    except ValueError:
        raise env.WrongSetting("EMAIL_URL cannot be read; set it to smtp+tls://user:password@host:587.") from None
    entry.pop("OPTIONS", None)
    if scheme.startswith("smtp") and not entry["EMAIL_HOST"]:
        raise env.WrongSetting("EMAIL_URL names no server; set it to smtp+tls://user:password@host:587.")
    entry["EMAIL_PORT"] = entry["EMAIL_PORT"] or {"smtp": 25, "smtp+ssl": 465}.get(scheme, 587)
    if scheme == "filemail":
        entry["EMAIL_FILE_PATH"] = "/" + entry["EMAIL_FILE_PATH"].lstrip("/")
    return entry


def broker(redis_url: str, data_dir: Path) -> tuple[str, dict[str, Any]]:
    """Celery's broker address and transport options: Redis where it is set, else a folder in ``data_dir``."""
    if redis_url:
        # Work that a killed worker held comes back after five minutes instead of after an hour.
        return redis_url, {"visibility_timeout": 300, "unacked_restore_interval": 10, "unacked_restore_throttle": 1}
    messages, control = data_dir / "queue" / "messages", data_dir / "queue" / "control"
    for folder in (messages, control):
        folder.mkdir(parents=True, exist_ok=True)
    return "filesystem://", {
        "data_folder_in": str(messages),
        "data_folder_out": str(messages),
        "control_folder": str(control),
        "polling_interval": 0.2,
    }


def storage(kind: str, data_dir: Path) -> dict[str, Any]:
    """The STORAGES entry for uploaded files: a folder, or any S3-compatible store by the usual AWS_* names."""
    if kind == "files":
        return {
            "BACKEND": "attachments.stores.FolderStore",
            "OPTIONS": {
                "location": str(data_dir / "files"),
                "file_permissions_mode": 0o640,
                "allow_overwrite": True,  # generated names never meet
            },
        }
    bucket = env.text("AWS_STORAGE_BUCKET_NAME")
    if not bucket:
        raise env.WrongSetting("ATTACHMENT_STORAGE is s3, so set AWS_STORAGE_BUCKET_NAME to the bucket's name.")
    return {
        "BACKEND": "attachments.bucket.BucketStore",
        "OPTIONS": {
            "bucket_name": bucket,
            "access_key": env.secret("AWS_ACCESS_KEY_ID") or None,
            "secret_key": env.secret("AWS_SECRET_ACCESS_KEY") or None,
            "region_name": env.text("AWS_REGION") or None,
            "endpoint_url": env.text("AWS_S3_ENDPOINT_URL") or None,
            "addressing_style": env.choice("AWS_S3_ADDRESSING_STYLE", "auto", ("auto", "path", "virtual")),
            "signature_version": "s3v4",
            "default_acl": None,
            "file_overwrite": True,  # generated names never meet; asking first would cost a request
        },
    }


def upload_folder(data_dir: Path) -> str:
    """Where uploads lie until they are stored: beside the files, so that storing one in a folder is a new name."""
    folder = data_dir / "uploading"
    folder.mkdir(mode=0o700, exist_ok=True)
    return str(folder)


def scanner(url: str) -> str:
    """The address of clamd, checked; empty for none."""
    parts = urlsplit(url)
    try:
        whole = (parts.scheme == "tcp" and parts.hostname and parts.port != 0) or (
            parts.scheme == "unix" and parts.path
        )
    except ValueError:
        whole = False
    if url and not whole:
        raise env.WrongSetting(f"CLAMD_URL is {url!r}; set it to tcp://host:3310 or unix:///run/clamav/clamd.ctl.")
    return url


def kept_secret_key(data_dir: Path) -> str:
    """The key generated on the first start and kept in ``data_dir``, readable by its owner only."""
    kept = data_dir / "secret_key"
    if not kept.exists():
        with tempfile.NamedTemporaryFile("w", dir=data_dir) as fresh:  # mode 600; linking makes it appear whole
            fresh.write(secrets.token_urlsafe(64))
            fresh.flush()
            with suppress(FileExistsError):  # another process was first; its key is the one
                os.link(fresh.name, kept)
    return kept.read_text(encoding="ascii").strip()
