"""Files read into what they do with images: one kind of file each.

To add a kind: a file here with `read(source, …) -> CiFile`, and a case in `read_file` below.
"""

import re
from collections.abc import Callable
from pathlib import PurePosixPath

from bot.errors import MalformedError
from bot.values import replace
from bot.workflows.called import NOT_CALLED, Called
from bot.workflows.model import CiFile
from bot.workflows.nodes import Mapping
from bot.workflows.places import is_dockerfile, is_justfile, is_other_pipeline, is_shell, is_tasks, is_unread
from bot.workflows.read_before import ReadBefore
from bot.workflows.readers import bake, compose, dockerfile, github, goreleaser, package_json, scripts, unread
from bot.workflows.readers.unknown_kind import UnknownKindError as UnknownKindError
from bot.workflows.text import SourceText
from bot.workflows.yaml_reader import read_documents, read_yaml

OPERATIONS_MAX = 2_000
"""Builds, pushes, signatures and the like of one file; the rules compare them with each other."""

_MAKEFILES = re.compile(r"(?:GNU)?[Mm]akefile(?:\.[\w-]+)?|.+\.(?:mk|make)")
_SHELLS = (".sh", ".bash")


def read_file(source: SourceText, called: Called = NOT_CALLED, before: ReadBefore | None = None) -> CiFile:
    """One file, whatever kind it is; `called` is what is known from the files that call it.

    With `before`, which was read with the same `called`, a workflow's steps that are the same are not read again.

    Raises MalformedError when it does not parse or is over our limits, UnknownKindError for any other file.
    """
    return _within_limit(_read(source, PurePosixPath(source.name).name, called, before))


def exact_documents(source: SourceText) -> tuple[Mapping, ...]:
    """The YAML documents of a file as the exact parser reads them. Raises MalformedError."""
    return tuple(node for node in read_yaml(source, exact=True) if isinstance(node, Mapping))


def read_again(file: CiFile, called: Called) -> CiFile:
    """The same file once more is known of those that call it; it is not parsed again."""
    return replace(read_as(file, file.documents, called), doubtful=file.doubtful) if file.documents else file


def read_as(file: CiFile, documents: tuple[Mapping, ...], called: Called) -> CiFile:
    """The same file, of which another parser has read these documents. Raises as `read_file`."""
    return _within_limit(_understood(file.source, PurePosixPath(file.source.name).name, called, documents))


def _within_limit(file: CiFile) -> CiFile:
    if (count := sum(len(step.operations) for job in file.jobs for step in job.steps)) > OPERATIONS_MAX:
        raise MalformedError(
            f"{file.source.name}: {count} commands about images, more than the limit of {OPERATIONS_MAX}"
        )
    return file


def _read(source: SourceText, name: str, called: Called, before: ReadBefore | None) -> CiFile:
    if is_justfile(name):
        from bot.workflows.readers import just  # noqa: PLC0415 - few repositories have one

        return unread.instead(just.read(source, called))
    if _MAKEFILES.fullmatch(name):
        from bot.workflows.readers import make  # noqa: PLC0415 - not all repositories have one

        return make.read(source, called)
    if read := _reader_of(name, source.text):
        return read(source)
    try:
        nodes, doubtful = read_documents(source)
    except MalformedError:
        if is_tasks(name):  # a template of one, perhaps
            return unread.read(source)
        raise
    documents = tuple(node for node in nodes if isinstance(node, Mapping))
    return _understood(source, name, called, documents, before, doubtful=doubtful)


def _reader_of(name: str, text: str) -> Callable[[SourceText], CiFile] | None:
    """The reader of a file that its name or its first line tells; None for YAML, whose content decides."""
    told = (
        (is_dockerfile(name), dockerfile.read),
        (is_unread(name), unread.read),
        (name.endswith(_SHELLS) or is_shell(text), scripts.read),
        (name.endswith(".hcl"), bake.read_hcl_file),
        (name == package_json.NAME, package_json.read),
        (name.endswith(".json"), bake.read_json_file),
    )
    return next((read for is_one, read in told if is_one), None)


def _understood(  # noqa: PLR0913 - of a file
    source: SourceText,
    name: str,
    called: Called,
    documents: tuple[Mapping, ...],
    before: ReadBefore | None = None,
    *,
    doubtful: bool = False,
) -> CiFile:
    file = _of_documents(source, name, called, documents, before)
    return replace(file, documents=documents, doubtful=doubtful, asked=tuple(source.mentioned.items()))


def _of_documents(
    source: SourceText, name: str, called: Called, documents: tuple[Mapping, ...], before: ReadBefore | None
) -> CiFile:
    if is_other_pipeline(source.name):
        from bot.workflows.readers import other_ci  # noqa: PLC0415 - few repositories have one

        return other_ci.read(source, documents)
    if any(node.mapping("jobs") for node in documents):
        return github.read(source, documents, called, before)
    if any(node.mapping("runs") for node in documents):
        return github.read_action(source, documents, called)
    return _not_of_github(source, name, called, documents)


def _not_of_github(source: SourceText, name: str, called: Called, documents: tuple[Mapping, ...]) -> CiFile:
    from bot.workflows.readers import gitlab, taskfile  # noqa: PLC0415 - many repositories have GitHub's files alone

    if name.startswith((".gitlab", "gitlab")) or any(gitlab.is_pipeline(node) for node in documents):
        return gitlab.read(source, documents)
    if any(goreleaser.is_configuration(node, name) for node in documents):
        return goreleaser.read(source, documents)
    if any(taskfile.is_taskfile(node, name) for node in documents):
        return unread.instead(taskfile.read(source, documents, called))
    if any(node.mapping("services") for node in documents):
        return compose.read(source, documents)
    raise UnknownKindError(f"{source.name}: neither a workflow, an action, a pipeline, a compose nor a bake file")
