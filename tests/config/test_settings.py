"""What the environment makes of an installation, and what it refuses to start with."""

import stat
from pathlib import Path

import pytest

from tests.config.running import SECRET_KEY, read_settings


def test_out_of_the_box_everything_lives_in_the_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = read_settings(monkeypatch, tmp_path)
    assert settings["DATABASES"]["default"]["NAME"] == str(tmp_path / "db.sqlite3")
    assert settings["STORAGES"]["default"]["OPTIONS"]["location"] == str(tmp_path / "files")
    assert settings["EMAIL_FILE_PATH"] == str(tmp_path / "outbox")
    assert settings["CELERY_BROKER_URL"] == "filesystem://"
    assert settings["BASE_URL"] == "http://localhost:3000"
    assert set(settings["ALLOWED_HOSTS"]) == {"localhost", "127.0.0.1", "[::1]"}
    assert not settings["DEBUG"]


def test_the_generated_key_is_kept_and_private(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    first = read_settings(monkeypatch, tmp_path)["SECRET_KEY"]
    assert len(first) >= 50
    assert read_settings(monkeypatch, tmp_path)["SECRET_KEY"] == first
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_the_grown_size(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = read_settings(
        monkeypatch,
        tmp_path,
        DATABASE_URL="postgres://desk:p%40ss@db:5433/polydesk",
        REDIS_URL="redis://cache:6379/1",
        SECRET_KEY=SECRET_KEY,
        WEB_PROCESSES="4",
        ATTACHMENT_STORAGE="s3",
        AWS_STORAGE_BUCKET_NAME="desk-files",
        AWS_S3_ENDPOINT_URL="http://store:9000",
        EMAIL_URL="smtp+tls://desk:secret@mail.example.com:587",
    )
    database = settings["DATABASES"]["default"]
    assert (database["HOST"], database["PORT"], database["PASSWORD"]) == ("db", 5433, "p@ss")
    assert database["CONN_MAX_AGE"] is None
    assert database["CONN_HEALTH_CHECKS"]
    assert settings["CELERY_BROKER_URL"] == "redis://cache:6379/1"
    assert settings["STORAGES"]["default"]["OPTIONS"]["bucket_name"] == "desk-files"
    assert (settings["EMAIL_HOST"], settings["EMAIL_PORT"], settings["EMAIL_USE_TLS"]) == (
        "mail.example.com",
        587,
        True,
    )
    assert not (tmp_path / "secret_key").exists()


def test_https_brings_secure_cookies_and_hsts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = read_settings(
        monkeypatch, tmp_path, BASE_URL="https://help.example.com", TRUSTED_PROXIES="10.0.0.0/8", ALLOWED_HOSTS="desk"
    )
    assert settings["SESSION_COOKIE_SECURE"]
    assert settings["CSRF_COOKIE_SECURE"]
    assert settings["SECURE_HSTS_SECONDS"] > 0
    assert settings["SECURE_SSL_REDIRECT"]
    assert settings["ALLOWED_HOSTS"] == ["desk", "help.example.com"]


def test_without_https_cookies_still_travel(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = read_settings(monkeypatch, tmp_path)
    assert not settings["SESSION_COOKIE_SECURE"]
    assert not settings["SECURE_SSL_REDIRECT"]


def test_the_login_brake_goes_with_the_limits(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = read_settings(monkeypatch, tmp_path, RATELIMIT_ENABLE="false")
    assert not settings["AXES_ENABLED"]
    assert settings["ACCOUNT_RATE_LIMITS"] is False


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"DATABASE_URL": "postgres://a:b@db/desk"}, "SECRET_KEY"),
        ({"REDIS_URL": "redis://cache"}, "SECRET_KEY"),
        ({"WEB_PROCESSES": "2"}, "REDIS_URL"),
        ({"DATABASE_URL": "mysql://a:b@db/desk"}, "postgres://"),
        ({"DATABASE_URL": "postgres://a:b@db:port/desk", "SECRET_KEY": "x"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgres://a:b@db", "SECRET_KEY": "x"}, "DATABASE_URL"),
        ({"REDIS_URL": "localhost:6379", "SECRET_KEY": "x"}, "REDIS_URL"),
        ({"REDIS_URL": "redis://cache:99999", "SECRET_KEY": "x"}, "REDIS_URL"),
        ({"REDIS_URL": "redis://[", "SECRET_KEY": "x"}, "REDIS_URL"),
        ({"SECRET_KEY": "x" * 49}, "SECRET_KEY"),
        ({"EMAIL_URL": "mail.example.com"}, "EMAIL_URL"),
        ({"EMAIL_URL": "smtp://"}, "EMAIL_URL"),
        ({"EMAIL_URL": "smtp://mail:port"}, "EMAIL_URL"),
        ({"ATTACHMENT_STORAGE": "s3"}, "AWS_STORAGE_BUCKET_NAME"),
        ({"CLAMD_URL": "localhost:3310"}, "CLAMD_URL"),
        ({"CLAMD_URL": "tcp://host:port"}, "CLAMD_URL"),
        ({"CLAMD_URL": "unix:"}, "CLAMD_URL"),
        ({"ATTACHMENT_DELIVERY": "mail"}, "ATTACHMENT_DELIVERY"),
        ({"DEBUG": "1", "HOST": "0.0.0.0"}, "DEBUG"),  # noqa: S104
        ({"PORT": "0"}, "PORT"),
        ({"MAX_JSON_BODY": "lots"}, "MAX_JSON_BODY"),
        ({"WEBHOOK_ALLOWED_CIDRS": "everything"}, "WEBHOOK_ALLOWED_CIDRS"),
        ({"LOG_FORMAT": "poem"}, "LOG_FORMAT"),
    ],
)
def test_a_wrong_installation_does_not_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, environment: dict[str, str], named: str
) -> None:
    with pytest.raises(SystemExit) as stopped:
        read_settings(monkeypatch, tmp_path, **environment)
    sentence = str(stopped.value)
    assert sentence.startswith("Polydesk cannot start: ")
    assert named in sentence
    assert "set" in sentence
