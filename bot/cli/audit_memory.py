"""The rows of an audit that is not over, as JSON lines in a private folder, so that `--resume` goes on."""

import fcntl
import hashlib
import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from bot.errors import SettingsError, UsageError
from bot.oci.reference import Reference
from bot.private_folder import PrivateFolder
from bot.report.audit import AuditRow

AGE_MAX: Final = timedelta(hours=24)
"""An older row is made again: signatures may be added, and content may be deleted."""

FILE_MAX: Final = 64 * 1024 * 1024
"""Bytes that are read of it; a row has about 500."""


class AuditMemory:
    """A `RowMemory` in a file. One audit of the same images runs at a time."""

    def __init__(self, folder: Path, asked: Sequence[str], *, resume: bool) -> None:
        """`asked` is everything that decides what the rows say. Without `resume`, older rows are forgotten.

        Raises SettingsError when the folder is not private, UsageError when the same audit is running.
        """
        self._name = f"{hashlib.sha256(json.dumps(list(asked)).encode()).hexdigest()[:24]}.jsonl"
        self._folder = PrivateFolder.open(folder.expanduser())
        try:
            self._file = self._folder.open_file(self._name, os.O_RDWR | os.O_CREAT | os.O_APPEND)
        except OSError as error:
            self._folder.close()
            raise SettingsError(f"{folder / self._name} cannot be opened: {error.strerror}") from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self.close()
            raise UsageError("the same audit is running already") from None
        if not resume:
            os.ftruncate(self._file, 0)
        self._rows = _read(os.pread(self._file, FILE_MAX, 0))
        if not _ends_in_a_line(self._file):
            os.write(self._file, b"\n")

    @property
    def size(self) -> int:
        """How many rows an earlier audit left."""
        return len(self._rows)

    def known(self, image: Reference, digest: str) -> AuditRow | None:
        """The row of that image at that digest, if it is not too old."""
        row = self._rows.get(str(image))
        if row is None or row.digest != digest or row.checked_at is None:
            return None
        return row if datetime.now(UTC) - row.checked_at < AGE_MAX else None

    def keep(self, row: AuditRow) -> None:
        """One line, written at once: a killed process loses at most the row that it was writing."""
        os.write(self._file, row.model_dump_json().encode() + b"\n")

    def forget(self) -> None:
        """The audit is over."""
        os.ftruncate(self._file, 0)

    def close(self) -> None:
        """Give up the file, and the lock with it."""
        os.close(self._file)
        self._folder.close()


def _read(data: bytes) -> dict[str, AuditRow]:
    """The rows by image; a line that was not written to its end is left out."""
    rows: dict[str, AuditRow] = {}
    for line in data.splitlines():
        try:
            row = AuditRow.model_validate_json(line)
        except ValidationError:
            continue
        rows[row.image] = row
    return rows


def _ends_in_a_line(file: int) -> bool:
    size = os.fstat(file).st_size
    return size == 0 or os.pread(file, 1, size - 1) == b"\n"
