"""A bucket of any S3-compatible store. Imported only where one is configured: its library is large."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.client import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.utils.http import content_disposition_header
from storages.backends.s3 import S3Storage

from attachments.stores import Blocks

PART = 8 * 1024 * 1024  # bytes sent at a time, held in memory
PATIENCE = {"connect_timeout": 3, "read_timeout": 30, "retries": {"max_attempts": 2}}  # seconds


class BucketStore(S3Storage):  # type: ignore[misc]
    """See `attachments.stores.Store`."""

    failures = (Boto3Error, BotoCoreError, ClientError)

    def __init__(self, **options: Any) -> None:
        # One part after the other: the library's ten threads would hold ten of them.
        super().__init__(**options, transfer_config=TransferConfig(use_threads=False, multipart_chunksize=PART))
        self.client_config: Any = self.client_config.merge(Config(**PATIENCE))

    def probe(self) -> None:
        self._client.head_bucket(Bucket=self.bucket_name)

    def part(self, name: str, start: int, length: int) -> Iterator[bytes]:
        if not length:
            return iter(())
        span = f"bytes={start}-{start + length - 1}"
        try:
            answer = self._client.get_object(Bucket=self.bucket_name, Key=name, Range=span)
        except ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            if status == 416:  # an empty object has no first byte
                return iter(())
            if status == 404:
                raise FileNotFoundError(name) from error
            raise
        return Blocks(answer["Body"], length)

    def names(self) -> Iterator[tuple[str, datetime]]:
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket_name)
        for page in pages:
            for entry in page.get("Contents", ()):
                yield entry["Key"], entry["LastModified"]

    def handed_on(self, name: str, shown: str, content_type: str, seconds: int) -> str | None:
        forced = {
            "ResponseContentDisposition": content_disposition_header(True, shown),
            "ResponseContentType": content_type,
        }
        return str(self.url(name, parameters=forced, expire=seconds))

    @property
    def _client(self) -> Any:
        return self.connection.meta.client
