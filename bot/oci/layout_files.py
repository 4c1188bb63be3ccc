"""Reading a layout's files: only regular files inside of the folder, verified and bounded."""

import hashlib
import os
import stat
from pathlib import Path
from typing import BinaryIO

from bot.errors import NotFoundError, TooLargeError, UnavailableError, UntrustworthyError
from bot.oci.manifest import Content
from bot.oci.reference import is_digest


def blob_path(root: Path, digest: str) -> Path:
    """Where the blob is; built from a digest that fits the grammar and from nothing else (no `..` can get in)."""
    if not is_digest(digest):
        raise NotFoundError(f"{digest[:80]!r} is not a digest", host=f"oci:{root}")
    algorithm, _, encoded = digest.partition(":")
    return root / "blobs" / algorithm / encoded


def read_blob(root: Path, digest: str, *, limit: int, size: int | None = None) -> Content:
    """The blob's bytes, at most `limit`, which hash to `digest` and, if `size` is given, have that length."""
    data = read_file(root, blob_path(root, digest), limit=limit)
    if size is not None and len(data) != size:
        raise UntrustworthyError(f"{digest} has {len(data)} bytes, its descriptor says {size}", host=f"oci:{root}")
    own = f"{digest.partition(':')[0]}:{hashlib.new(digest.partition(':')[0], data).hexdigest()}"
    if own != digest:
        raise UntrustworthyError(f"{digest} does not match: the file hashes to {own}", host=f"oci:{root}")
    return Content(data, digest)


def read_file(root: Path, path: Path, *, limit: int) -> bytes:
    """A file of the layout, whole. Links may lead to other files of the layout, never out of it."""
    host = f"oci:{root}"
    try:
        real = path.resolve(strict=True)
        if not real.is_relative_to(root.resolve(strict=True)):
            raise UnavailableError(f"{path.name} is a link that leads out of the layout", host=host)
        # Not blocking: a FIFO in place of a blob would otherwise wait for a writer for ever.
        with os.fdopen(os.open(real, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
            return _read(file, path.name, limit=limit, host=host)
    except FileNotFoundError as error:
        raise NotFoundError(f"{path.name} is not in {host}", host=host) from error
    except OSError as error:
        raise UnavailableError(f"{path.name} could not be read: {error.strerror}", host=host) from error


def _read(file: BinaryIO, name: str, *, limit: int, host: str) -> bytes:
    status = os.fstat(file.fileno())
    if not stat.S_ISREG(status.st_mode):
        raise UnavailableError(f"{name} is not a file", host=host)
    if status.st_size > limit:
        raise TooLargeError(f"{name} has {status.st_size} bytes, our limit is {limit}", host=host)
    return file.read(status.st_size)
