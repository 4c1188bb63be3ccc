"""Files read into what they do with images: one kind of file each.

To add a kind: a file here with `read(source, …) -> CiFile`, and a case in `read_file` below.
"""

import re
from pathlib import PurePosixPath

from bot.errors import MalformedError
from bot.workflows.called import NOT_CALLED, Called
from bot.workflows.model import CiFile
from bot.workflows.nodes import Mapping
from bot.workflows.places import is_dockerfile
from bot.workflows.readers import bake, compose, dockerfile, github, gitlab, goreleaser, make, scripts
from bot.workflows.text import SourceText
from bot.workflows.yaml_reader import read_yaml

OPERATIONS_MAX = 2_000
"""Builds, pushes, signatures and the like of one file; the rules compare them with each other."""

_MAKEFILES = re.compile(r"(?:GNU)?[Mm]akefile(?:\.\w+)?|.+\.mk")
_SHELLS = (".sh", ".bash")


class UnknownKindError(MalformedError):
    """It parses, and is not one of the files that we read."""


def read_file(source: SourceText, called: Called = NOT_CALLED) -> CiFile:
    """One file, whatever kind it is; `called` is what is known from the files that call it.

    Raises MalformedError when it does not parse or is over our limits, UnknownKindError for any other file.
    """
    file = _read(source, PurePosixPath(source.name).name, called)
    if (count := sum(len(step.operations) for job in file.jobs for step in job.steps)) > OPERATIONS_MAX:
        raise MalformedError(f"{source.name}: {count} commands about images, more than the limit of {OPERATIONS_MAX}")
    return file


def _read(source: SourceText, name: str, called: Called) -> CiFile:
    if _MAKEFILES.fullmatch(name):
        return make.read(source)
    if is_dockerfile(name):
        return dockerfile.read(source)
    if name.endswith(_SHELLS) or re.match(r"#!.*\b(?:ba|da|k|z)?sh\b", source.text):
        return scripts.read(source)
    if name.endswith(".hcl"):
        return bake.read_hcl_file(source)
    if name.endswith(".json"):
        return bake.read_json_file(source)
    return _read_yaml_file(source, name, called)


def _read_yaml_file(source: SourceText, name: str, called: Called) -> CiFile:
    documents = tuple(node for node in read_yaml(source) if isinstance(node, Mapping))
    if any(node.mapping("jobs") for node in documents):
        return github.read(source, documents, called)
    if any(node.mapping("runs") for node in documents):
        return github.read_action(source, documents, called)
    if name.startswith((".gitlab", "gitlab")) or any(gitlab.is_pipeline(node) for node in documents):
        return gitlab.read(source, documents)
    if any(goreleaser.is_configuration(node) for node in documents):
        return goreleaser.read(source, documents)
    if any(node.mapping("services") for node in documents):
        return compose.read(source, documents)
    raise UnknownKindError(f"{source.name}: neither a workflow, an action, a pipeline, a compose nor a bake file")
