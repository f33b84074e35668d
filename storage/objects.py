"""Where the bytes of a lake stand: a bucket of an object store that speaks S3.

A PUT is atomic. That nobody overwrites what he has not seen is said with the request: `If-None-Match: *` makes a new
object only, `If-Match` replaces the very version that was read, and a store that knows these answers 412 to a writer
that was overtaken. Whether it knows them is tried once, when the lake is made.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Literal
from urllib.parse import parse_qsl, urlsplit

import pyarrow.fs as pafs

from storage.files import Blob, FencedError, OnStep, PublishError

if TYPE_CHECKING:
    from obstore import UpdateVersion
    from obstore.store import S3Store


TIMEOUT = timedelta(seconds=60)
"""For one request; a part has a few MB."""


class NoConditionsError(Exception):
    """The object store ignores conditions on a PUT, and the lake is set up for writers on several machines."""


@dataclass(frozen=True)
class ObjectFiles:
    """A bucket and a prefix in it. `s3://bucket/prefix?endpoint=http://host:port&region=name` is one; credentials
    come from where the AWS tools look for them."""

    bucket: str
    prefix: str
    options: tuple[tuple[str, str], ...]

    @classmethod
    def parse(cls, uri: str) -> ObjectFiles:
        """Raises ValueError if the address names no bucket or has an option that is not known."""
        parts = urlsplit(uri)
        options = dict(parse_qsl(parts.query))
        if parts.scheme != "s3" or not parts.netloc or set(options) - {"endpoint", "region"}:
            raise ValueError(f"{uri} is no address of a lake: write s3://BUCKET/PREFIX?endpoint=URL&region=NAME")
        return cls(parts.netloc, parts.path.strip("/"), tuple(sorted(options.items())))

    def read(self, path: str) -> Blob | None:
        import obstore

        try:
            with self._reworded(path):
                found = obstore.get(self._store(), self._key(path))
                return Blob(bytes(found.bytes()), found.meta["e_tag"])
        except FileNotFoundError:
            return None

    def begin(self, generation: int) -> None:
        """Nothing: the version that each PUT names is the fence."""

    def prepare(self, paths: Collection[str]) -> None:
        """Nothing: there are no directories."""

    def publish(self, path: str, data: bytes, replaces: Blob | None, generation: int, on_step: OnStep) -> None:
        from obstore.exceptions import AlreadyExistsError, PreconditionError

        on_step("written")
        on_step("synced")
        try:
            with self._reworded(path):
                self._put(path, data, replaces)
        except (AlreadyExistsError, PreconditionError) as error:
            raise FencedError(f"writer {generation} was overtaken before it published {path}") from error
        on_step("renamed")

    def end(self, generation: int) -> None:
        """Nothing is left behind."""

    def sizes(self, prefix: str) -> dict[str, int]:
        import obstore

        below = f"{self.prefix}/" if self.prefix else ""
        with self._reworded(prefix):
            found = {
                str(meta["path"]).removeprefix(below): int(meta["size"])
                for some in obstore.list(self._store(), prefix=self._key(prefix))
                for meta in some
            }
        return dict(sorted(found.items()))

    def paths(self, prefix: str) -> Iterator[str]:
        return iter(self.sizes(prefix))

    def delete(self, path: str) -> None:
        import obstore

        with self._reworded(path):
            obstore.delete(self._store(), self._key(path))

    def knows_conditions(self) -> bool:
        """Try whether the store obeys both conditions, with an object of its own that is deleted again."""
        path = f"probe-{secrets.token_hex(8)}"
        try:
            self._put(path, b"first", None)
            seen = self.read(path)
            self._put(path, b"second", seen)
            return self._refuses(path, None) and self._refuses(path, seen)
        except NotImplementedError:
            return False
        finally:
            self.delete(path)

    def filesystem(self) -> tuple[pafs.FileSystem, str]:
        """The same place for pyarrow, and the path in it."""
        options = dict(self.options)
        filesystem = pafs.S3FileSystem(endpoint_override=options.get("endpoint"), region=options.get("region"))
        return filesystem, "/".join(part for part in (self.bucket, self.prefix) if part)

    @contextmanager
    def _reworded(self, path: str) -> Iterator[None]:
        """Say what a failure of the store means for the person who runs us. A refused condition is none."""
        from obstore.exceptions import AlreadyExistsError, BaseError, PreconditionError

        try:
            yield
        except (FileNotFoundError, AlreadyExistsError, PreconditionError):
            raise
        except BaseError as error:
            raise PublishError(
                f"s3://{self.bucket}/{self._key(path)}: {str(error).splitlines()[0]}. What was committed is not lost; "
                "check the address, the credentials and that the store answers, then run the same again"
            ) from error

    def _refuses(self, path: str, replaces: Blob | None) -> bool:
        from obstore.exceptions import AlreadyExistsError, PreconditionError

        try:
            self._put(path, b"third", replaces)
        except (AlreadyExistsError, PreconditionError):
            return True
        return False

    def _put(self, path: str, data: bytes, replaces: Blob | None) -> None:
        import obstore

        mode: Literal["create"] | UpdateVersion = "create" if replaces is None else {"e_tag": replaces.version}
        # One request, never a multipart upload: some servers ignore conditions when a multipart upload is completed.
        obstore.put(self._store(), self._key(path), data, mode=mode, use_multipart=False)

    def _key(self, path: str) -> str:
        return f"{self.prefix}/{path}" if self.prefix else path

    def _store(self) -> S3Store:
        return client(self.bucket, self.options)


@cache
def client(bucket: str, options: tuple[tuple[str, str], ...]) -> S3Store:
    """A client for a bucket; it keeps its connections and tries again by itself on 5xx."""
    from obstore.store import S3Store

    given = dict(options)
    endpoint = given.get("endpoint")
    return S3Store(
        bucket,
        endpoint=endpoint,
        region=given.get("region", "us-east-1"),
        conditional_put="etag",
        client_options={"allow_http": bool(endpoint and endpoint.startswith("http://")), "timeout": TIMEOUT},
        retry_config={"max_retries": 8, "retry_timeout": timedelta(seconds=120)},
    )
