"""What `provenance check` is asked about: names as words, in files and on stdin.

`-` is stdin, `@PATH` a file, a folder of manifests or a Helm chart; a word that ends in .yaml is a file, too.
"""

import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from msgspec import Struct

from bot.errors import MalformedError, UsageError
from bot.oci.pasted import without_command

BYTES_MAX: Final = 16 * 1024 * 1024
"""Of one file; the manifests of a large cluster have some megabytes."""

FILES_MAX: Final = 1_000
"""Files of one folder."""

EXAMPLE: Final = "for example: quay.io/a/b:1.0"

ENTRIES_MAX: Final = 200_000
"""Files and folders that are looked through; a checkout with its dependencies has some 50,000."""

_YAML: Final = (".yaml", ".yml")
_WORKFLOWS: Final = ".github"
_CHART: Final = "Chart.yaml"
_VALUES: Final = "values.yaml"

_COMPOSE: Final = frozenset({"compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"})
_OVERRIDES: Final = tuple(name.replace(".", ".override.", 1) for name in sorted(_COMPOSE))
"""What `docker compose` reads beside it unless it is told otherwise; the images there run in place of others."""


class NamedImage(Struct, frozen=True):
    """A name, and where it stands; "" for the command line."""

    text: str
    where: str = ""
    is_field: bool = False  # of a manifest: it names no layout on this machine


def named_images(words: Sequence[str]) -> tuple[NamedImage, ...]:
    """All names, in their order. Raises UsageError, also when there are none: exit code 0 would say that all is well.

    Stdin and files are read.
    """
    found: list[NamedImage] = []
    for word in without_command(words):
        found += _named(word)
    if not found:
        raise UsageError(f"no image is named after {' '.join(words)!r}; {EXAMPLE}")
    return tuple(found)


def _named(word: str) -> Iterator[NamedImage]:
    if word == "-":
        yield from _in_text("stdin", _decoded("stdin", sys.stdin.buffer.read(BYTES_MAX + 1)))
    elif word.startswith("@") and len(word) > 1:
        yield from _in_path(Path(word[1:]))
    elif word.endswith(_YAML) and ("/" not in word or Path(word).is_file()):
        yield from _in_path(Path(word))
    else:
        yield NamedImage(word)


def _in_path(path: Path) -> Iterator[NamedImage]:
    if not path.exists():
        raise UsageError(f"the file {path} does not exist")
    if not path.is_dir():
        yield from _in_text(path.name, _read(path))
        for beside in map(path.with_name, _OVERRIDES if path.name in _COMPOSE else ()):
            if _is_read(beside, path.parent):
                yield from _in_text(beside.name, _read(beside), must=False)
    elif (path / _CHART).is_file():
        yield from _in_chart(path)
    else:
        yield from _in_folder(path)


def _in_folder(path: Path) -> Iterator[NamedImage]:
    """All YAML files below. Workflows are not manifests: `provenance lint` reads them."""
    entries = list(islice(path.rglob("*"), ENTRIES_MAX + 1))
    if len(entries) > ENTRIES_MAX:
        raise UsageError(f"{path}: limit of {ENTRIES_MAX} files exceeded")
    below = [one for one in sorted(entries) if _WORKFLOWS not in one.relative_to(path).parts]
    files = [one for one in below if _is_read(one, path)]
    if len(files) > FILES_MAX:
        raise UsageError(f"{path}: limit of {FILES_MAX} YAML files exceeded")
    for file in files:
        yield from _in_text(str(file.relative_to(path)), _read(file), must=False)
    if not files:
        raise UsageError(f"{path} holds no YAML file; an image layout is named oci:{path}")


def _is_read(file: Path, folder: Path) -> bool:
    """Whether it is a YAML file of that folder. Raises UsageError for a link out of it, also to a folder.

    Whoever wrote a folder may not choose which other files of this machine are read; and what is passed over in
    silence looks as if it was checked. Where a link to a folder within leads, is read there.
    """
    if not file.exists() and file.suffix not in _YAML:
        return False  # a link that leads nowhere, and would not be read
    if file.is_symlink():
        if not file.exists():
            raise UsageError(f"{file} is a link that leads nowhere")
        if not file.resolve().is_relative_to(folder.resolve()):
            raise UsageError(f"{file} is a link out of {folder}, and is not followed; name what it leads to by itself")
    return file.suffix in _YAML and file.is_file()


def _in_chart(path: Path) -> Iterator[NamedImage]:
    """The values of a Helm chart. Its templates need Helm: `helm template CHART | provenance check -`."""
    from bot.manifests.reading import app_version_of  # noqa: PLC0415 - heavy, and only for files

    if not _is_read(path / _VALUES, path):
        raise UsageError(f"{path} has no {_VALUES}; try `helm template {path} | provenance check -`")
    _is_read(path / _CHART, path)
    try:
        version = app_version_of(_CHART, _read(path / _CHART))
    except MalformedError as error:
        raise UsageError(str(error)) from None
    yield from _in_text(_VALUES, _read(path / _VALUES), app_version=version)


def _in_text(name: str, text: str, *, app_version: str = "", must: bool = True) -> Iterator[NamedImage]:
    """The images that the text names; with `must`, there has to be one."""
    from bot.manifests import found_in  # noqa: PLC0415 - heavy, and only for files

    try:
        found = found_in(name, text, app_version=app_version)
    except MalformedError as error:
        raise UsageError(str(error)) from None
    if must and not found:
        raise UsageError(f"{name} names no image; it holds names, one a line, or the image fields of YAML manifests")
    yield from (NamedImage(one.name, one.where, one.is_field) for one in found)


def _read(path: Path) -> str:
    with path.open("rb") as file:
        return _decoded(str(path), file.read(BYTES_MAX + 1))


def _decoded(name: str, data: bytes) -> str:
    if len(data) > BYTES_MAX:
        raise UsageError(f"{name}: limit of {BYTES_MAX} bytes exceeded")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{name} is not UTF-8 text") from None
