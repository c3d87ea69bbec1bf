"""An S3-compatible store for tests and benchmarks: SeaweedFS, one process, everything in a throw-away folder."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import boto3
from botocore.client import Config
from botocore.exceptions import BotoCoreError, ClientError

from tests.servers import free_port

KEY, SECRET = "polydesk-tests", "only-on-this-machine"
PATIENCE = 60.0  # seconds until the first file must be taken
PARTS = ("master", "volume", "filer")


@contextmanager
def bucket_server() -> Iterator[str]:
    """The store that TEST_S3_URL names, or one of our own; yields its address."""
    given = os.environ.get("TEST_S3_URL")
    if given:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="polydesk-s3-") as folder:
        port = free_port()
        with Path(folder, "log").open("w") as log:
            server = subprocess.Popen(_command(Path(folder), port), stdout=log, stderr=log, cwd=folder)
            try:
                url = f"http://127.0.0.1:{port}"
                _await(url, server)
                yield url
            finally:
                server.kill()  # a graceful stop takes half a minute
                server.wait()


def make_bucket(url: str, name: str) -> dict[str, str]:
    """A new bucket; the AWS_* variables of an installation that uses it."""
    _client(url).create_bucket(Bucket=name)
    return {
        "ATTACHMENT_STORAGE": "s3",
        "AWS_STORAGE_BUCKET_NAME": name,
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_REGION": "us-east-1",
        "AWS_S3_ENDPOINT_URL": url,
        "AWS_S3_ADDRESSING_STYLE": "path",
    }


def _command(folder: Path, port: int) -> list[str]:
    keys = {"name": "tests", "credentials": [{"accessKey": KEY, "secretKey": SECRET}]}
    keys["actions"] = ["Admin", "Read", "Write", "List", "Tagging"]  # type: ignore[assignment]
    Path(folder, "s3.json").write_text(json.dumps({"identities": [keys]}))
    ports = [f"-{part}.port{kind}={free_port()}" for part in PARTS for kind in ("", ".grpc")]
    return [
        *(str(Path(sys.executable).parent / "weed"), "server", f"-dir={folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"),
        *("-master.telemetry=false", "-volume.max=100", "-master.volumeSizeLimitMB=256", *ports),
        *("-s3", f"-s3.port={port}", f"-s3.port.grpc={free_port()}", "-s3.config=s3.json"),
        *("-s3.port.iceberg=0", "-s3.port.lance=0"),  # not on their fixed ports: two may run side by side
    ]


def _client(url: str) -> Any:
    config = Config(connect_timeout=1, read_timeout=5, retries={"max_attempts": 1})
    keys = {"aws_access_key_id": KEY, "aws_secret_access_key": SECRET, "region_name": "us-east-1"}
    return boto3.client("s3", endpoint_url=url, config=config, **keys)


def _await(url: str, server: "subprocess.Popen[bytes]") -> None:
    """Returns when the first file was taken; its port listens long before."""
    client, deadline = _client(url), time.monotonic() + PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        with suppress(BotoCoreError, ClientError):
            client.create_bucket(Bucket="first")
            client.put_object(Bucket="first", Key="first", Body=b"1")
            return
        time.sleep(0.1)
    raise TimeoutError("the S3-compatible store took no file in time")
