"""Reads and validates a policy file. Errors name file, line and key."""

import hashlib
from collections.abc import Callable, Iterable
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Final, TypeVar

from msgspec import Struct
from pydantic import ValidationError

from bot.errors import MalformedError, SettingsError
from bot.oci.reference import Reference
from bot.policy.default import default_policy
from bot.policy.entry import KeyFile, PolicyEntry, PolicyFile
from bot.policy.globs import expand
from bot.policy.match import EntryKeys, first_entry, policy_of
from bot.policy.messages import sentence
from bot.policy.policy import Policy
from bot.policy.yaml_lines import FILE_MAX, Document, read_lines
from bot.policy.yaml_lines import Path as Where

T = TypeVar("T")

ERRORS_MAX: Final = 20
"""Errors in one message."""


class FilePolicies(Struct, frozen=True, dict=True):
    """Policies from a file. `version` is a digest of its bytes, and of the keys and certificates that it names."""

    path: Path
    file: PolicyFile
    lines: Document
    keys: dict[int, EntryKeys]  # by the entry's index
    version: str

    def for_image(self, image: Reference) -> Policy:
        """The policy for that image: from the first matching entry, else the built-in policy."""
        place = first_entry(self.file, image)
        if place is None:
            return self._built_in
        return policy_of(self.file.images[place], image, self.keys[place], self.file.waivers)

    def names(self) -> tuple[str, ...]:
        """The names of all entries in the file's order, and that of the built-in policy."""
        return tuple(dict.fromkeys((*(entry.title for entry in self.file.images), self._built_in.name)))

    def named(self, name: str, image: Reference) -> Policy | None:
        """The first entry of that name, as if it were the one for that image."""
        for place, entry in enumerate(self.file.images):
            if entry.title == name:
                return policy_of(entry, image, self.keys[place], self.file.waivers)
        return self._built_in if name == self._built_in.name else None

    def listed(self) -> tuple[str, ...]:
        """The globs of all entries, without braces, in the file's order."""
        return self._listed

    def watched(self) -> tuple[str, ...]:
        """The globs of the entries that say how often they are looked at again."""
        entries = (entry for entry in self.file.images if "watch" in entry.model_fields_set and entry.watch)
        return tuple(dict.fromkeys(glob for entry in entries for glob in entry.match))

    def channels(self) -> tuple[str, ...]:
        """The channels of all entries, in the file's order."""
        return tuple(dict.fromkeys(entry.channel for entry in self.file.images if entry.channel))

    @cached_property
    def _listed(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one for entry in self.file.images for glob in entry.match for one in expand(glob)))

    @cached_property
    def _built_in(self) -> Policy:
        return default_policy()

    def said(self, path: tuple[str | int, ...], message: str) -> str:
        """A message about that key, with file and line."""
        return _line(self.lines, self.path.name, path, message)

    def line(self, *path: str | int) -> int:
        """The line of that key."""
        return self.lines.line(path)


def read_policy(path: Path) -> FilePolicies:
    """Raises SettingsError with file, line and key of every error."""
    name = path.name
    try:
        with path.open("rb") as file:
            data = file.read(FILE_MAX + 1)
        document = read_lines(data, name=name)
    except OSError as error:
        raise SettingsError(f"the policy file {path} cannot be read: {error.strerror}") from None
    except MalformedError as error:
        raise SettingsError(str(error)) from None
    try:
        policy = PolicyFile.model_validate(document.value)
    except ValidationError as error:
        raise SettingsError(_messages(error, document, name)) from None
    keys = {place: _Keys(path, document, place, entry) for place, entry in enumerate(policy.images)}
    if errors := [line for read in keys.values() for line in read.errors]:
        raise SettingsError("\n".join(errors))
    found = {place: read.keys() for place, read in keys.items()}
    return FilePolicies(path, policy, document, found, _version(data, found.values()))


def _version(data: bytes, found: Iterable[EntryKeys]) -> str:
    """A key that is renewed under an old file name makes another policy."""
    from bot.policy.key_files import fingerprint  # noqa: PLC0415 - cryptography, where a file is read

    total = hashlib.sha256(data)
    for one in found:
        total.update(fingerprint(one.keys, one.certificates))
    return total.hexdigest()[:12]


class _Keys:
    """The keys and certificates of one entry; `errors` has one line for each that could not be read."""

    def __init__(self, path: Path, document: Document, place: int, entry: PolicyEntry) -> None:
        self._path = path
        self._document = document
        self._place = place
        self.errors: list[str] = []
        from bot.policy.key_files import read_certificates, read_key  # noqa: PLC0415 - cryptography, where a file is read

        self._public = self._each(entry.keys, "keys", read_key)
        self._certificates = self._each(entry.certificates, "certificates", read_certificates)

    def keys(self) -> EntryKeys:
        return EntryKeys(tuple(self._public), tuple(chain.from_iterable(self._certificates)))

    def _each(self, items: tuple[KeyFile, ...], kind: str, read: Callable[[KeyFile, Path], T]) -> list[T]:
        made = []
        for number, item in enumerate(items):
            try:
                made.append(read(item, self._path.parent))
            except MalformedError as error:
                where = ("images", self._place, kind, number)
                self.errors.append(_line(self._document, self._path.name, where, str(error)))
        return made


def _messages(error: ValidationError, document: Document, name: str) -> str:
    """One error per line, in the file's order. Raises nothing."""
    items = error.errors(include_url=False, include_input=False)
    inner = {item["loc"][:length] for item in items for length in range(len(item["loc"]))}
    # A list without its broken items is also "too short"; the errors of the items say more.
    items = [item for item in items if not (item["type"] == "too_short" and item["loc"] in inner)]
    items.sort(key=lambda item: document.line(item["loc"]))
    lines = [_line(document, name, item["loc"], sentence(item)) for item in items]
    more = [f"{name}: and {len(lines) - ERRORS_MAX} more"] if len(lines) > ERRORS_MAX else []
    return "\n".join(dict.fromkeys((*lines[:ERRORS_MAX], *more)))


def _line(document: Document, name: str, path: Where, message: str) -> str:
    path = path[:-1] if path and path[-1] == "[key]" else path
    key = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")
    return f"{name}:{document.line(path)}: {key or 'the file'}: {message}"
