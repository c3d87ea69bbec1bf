"""Signatures: those of Standard Webhooks, held against the published library."""

import json
import time
from datetime import UTC, datetime

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from webhooks import signing

BODY = '{"title":"Ünïcödé \N{FIRE} "}'.encode()


def headers(secrets: list[str], message_id: str = "a.b", at: int | None = None, body: bytes = BODY) -> dict[str, str]:
    moment = int(time.time()) if at is None else at
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(moment),
        "webhook-signature": signing.sign(secrets, message_id, moment, body),
    }


def test_the_published_library_accepts_the_signature() -> None:
    secret = signing.new_secret()
    assert Webhook(secret).verify(BODY, headers([secret])) == json.loads(BODY)


def test_after_a_rotation_both_secrets_verify() -> None:
    old, new = signing.new_secret(), signing.new_secret()
    for secret in (old, new):
        assert Webhook(secret).verify(BODY, headers([new, old]))
    with pytest.raises(WebhookVerificationError):
        Webhook(signing.new_secret()).verify(BODY, headers([new, old]))


def test_the_same_signature_as_the_published_library_makes() -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    moment = datetime(2026, 3, 1, 8, tzinfo=UTC)
    theirs = Webhook(secret).sign("msg_1", moment, BODY.decode())
    assert signing.sign([secret], "msg_1", int(moment.timestamp()), BODY) == theirs


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({}, ""),
        ({"body": BODY + b" "}, "No signature fits the secret and the body."),
        ({"message_id": "other"}, "No signature fits the secret and the body."),
        ({"signatures": "v1,AAAA"}, "No signature fits the secret and the body."),
        ({"signatures": ""}, "No signature fits the secret and the body."),
        ({"now": 1_000_301.0}, "webhook-timestamp is more than 300 seconds away from the clock of this machine."),
        ({"timestamp": "soon"}, "webhook-timestamp is missing or no number."),
        ({"timestamp": "9" * 400}, "webhook-timestamp is missing or no number."),
        ({"secret": "whsec_é"}, "The secret is not whsec_ and base64."),
    ],
)
def test_our_own_verifier_says_what_is_wrong(changes: dict[str, object], problem: str) -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    right = {
        "secret": secret,
        "message_id": "msg_1",
        "timestamp": "1000000",
        "signatures": f"v1,xxxx {signing.sign([secret], 'msg_1', 1_000_000, BODY)}",
        "body": BODY,
        "now": 1_000_299.0,
    }
    assert signing.verify(**{**right, **changes}) == problem  # type: ignore[arg-type]


def test_secrets_are_256_random_bits() -> None:
    one, other = signing.new_secret(), signing.new_secret()
    assert one != other
    assert one.startswith("whsec_")
    assert len(one) == len("whsec_") + 44
