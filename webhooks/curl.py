"""A delivery as a command for a shell: the same bytes under the same id, signed anew by whoever knows the secret.

The secret is no part of it: the command takes it from the environment. A signature that we made would be refused by
receivers a few minutes later.
"""

from shlex import quote

COMMAND = """\
: "${{WEBHOOK_SECRET:?Put the secret of this endpoint into WEBHOOK_SECRET first.}}"
id={id}
time=$(date +%s)
body={body}
key=$(printf %s "${{WEBHOOK_SECRET#whsec_}}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \\n')
signature=$(printf %s "$id.$time.$body" |
  openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | openssl base64 -A)
printf %s "$body" | curl -i {url} \\
  -H 'Content-Type: application/json' \\
  -H "webhook-id: $id" \\
  -H "webhook-timestamp: $time" \\
  -H "webhook-signature: v1,$signature" \\
  --data-binary @-
"""


def as_curl(url: str, message_id: str, body: bytes) -> str:
    """Lines for any POSIX shell with curl and openssl."""
    return COMMAND.format(id=quote(message_id), body=quote(body.decode(errors="replace")), url=quote(url))
