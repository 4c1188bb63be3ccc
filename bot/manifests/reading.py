"""Reads the text of a file that names images: YAML or JSON by its look, else one name a line."""

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Final

from bot.errors import MalformedError
from bot.manifests.found import IMAGES_MAX, FoundImage
from bot.manifests.kustomize import changed_images
from bot.manifests.variables import filled_in
from bot.manifests.walking import ImageField, fields, other_file, repeated_key
from bot.oci.pasted import without_command
from bot.workflows.nodes import Mapping, Scalar
from bot.workflows.text import SourceText
from bot.workflows.yaml_reader import read_yaml

LINE_MAX: Final = 2_000
"""Characters of a line in a list; a pasted command with its options has about 200."""

DOCUMENTS_MAX: Final = 10_000
"""YAML documents of a file; a cluster with 500 workloads has some 5,000 resources."""

_KEY: Final = re.compile(r"""^[ \t]{0,200}(?:- )?["']?[A-Za-z_][\w./-]{0,200}["']?:(?:[ \t]|\r?$)""", re.MULTILINE)
_END: Final = re.compile(r"^---(?:[ \t].*)?\r?$", re.MULTILINE)
_BARE: Final = re.compile(r"---[ \t]*(?:[ \t]#.*)?")
_OF_DEFINITION: Final = re.compile(
    r"kind:[ \t]*(?P<kind>CustomResourceDefinition)[ \t]*|(?:apiVersion|metadata|spec|status):.*"
)
_ODD_BREAKS: Final = str.maketrans("\x85\u2028\u2029", "\n\n\n")
"""Ends of lines in YAML 1.1, as kubectl reads it, and characters like others in YAML 1.2."""

_BLANK: Final = " \t"
_TEMPLATE: Final = re.compile(r"^[ \t]*(?:- )?(?:image|repository):.*\{\{", re.MULTILINE)
_DECODED: Final = re.compile(r"!\S{0,60}binary>?\s+(?:&\S{1,60}\s+)?\Z")
"""Before a text in base64, which kubectl decodes."""

_YAML: Final = (".yaml", ".yml", ".json")


def found_in(name: str, text: str, *, app_version: str = "") -> tuple[FoundImage, ...]:
    """The images of the file with that name, in its order, each once.

    Raises MalformedError with file and line: not YAML, beyond a bound, or a name with an unknown variable.
    """
    is_yaml = name.endswith(_YAML) or text.lstrip().startswith(("{", "%YAML")) or _KEY.search(text) is not None
    if not is_yaml:
        return _each_once(name, _lines(name, text))
    found = _each_once(name, _documents(name, text, app_version))
    broken = text.translate(_ODD_BREAKS)
    if broken != text and _names(found) != _names(_each_once(name, _documents(name, broken, app_version))):
        why = "a sign that some readers take for the end of a line (U+0085, U+2028 or U+2029) hides images from others"
        raise MalformedError(f"{name}: {why}; write the file without it")
    return found


def _each_once(name: str, images: Iterable[FoundImage]) -> tuple[FoundImage, ...]:
    found: dict[str, FoundImage] = {}
    for one in images:
        found.setdefault(one.name, one)
        if len(found) > IMAGES_MAX:
            raise MalformedError(f"{name}: limit of {IMAGES_MAX} images exceeded")
    return tuple(found.values())


def _names(images: Iterable[FoundImage]) -> list[str]:
    return [one.name for one in images]


def app_version_of(name: str, text: str) -> str:
    """The `appVersion` of a Chart.yaml, "" when it has none. Raises MalformedError."""
    for document in read_yaml(SourceText(name, text)):
        value = document.get("appVersion") if isinstance(document, Mapping) else None
        return value.value.strip() if isinstance(value, Scalar) else ""
    return ""


def _lines(name: str, text: str) -> Iterator[FoundImage]:
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > LINE_MAX:
            raise MalformedError(f"{name}:{number}: limit of {LINE_MAX} characters exceeded")
        words = without_command(re.sub(r"(?:^|\s)#.*", "", line).split())
        yield from (FoundImage(word, f"{name}:{number}") for word in words)


def _documents(name: str, text: str, app_version: str) -> Iterator[FoundImage]:
    """Each document by itself, so that one of many hundred is not too large; definitions of resources are left out."""
    start = before = 0
    for count, end in enumerate([*(match.start() for match in _END.finditer(text)), len(text)]):
        if count > DOCUMENTS_MAX:
            raise MalformedError(f"{name}: limit of {DOCUMENTS_MAX} documents exceeded")
        part = text[start:end]
        if part.strip() and not _is_definition(part):
            yield from _document(name, part, before, app_version)
        start, before = end, before + part.count("\n")


def _is_definition(text: str) -> bool:
    """Whether it defines a kind of resource. Seen without parsing, so its table has to begin at the margin.

    Then all its keys stand there, and a line within a text that looks like its kind cannot hide the true one.
    """
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    body = lines[1:] if lines and _BARE.fullmatch(lines[0]) else lines
    if not body or body[0][0] in _BLANK:
        return False
    keys = [_OF_DEFINITION.fullmatch(line) for line in body if line[0] not in _BLANK]
    return all(keys) and any(key.group("kind") for key in keys if key)


def _document(name: str, text: str, before: int, app_version: str) -> Iterator[FoundImage]:
    source = SourceText(name, text)
    if template := _TEMPLATE.search(text):
        line = before + source.position(template.end())[0]
        raise MalformedError(f"{name}:{line}: is a template of Helm; try `helm template CHART | provenance check -`")
    try:
        documents = read_yaml(source)
    except MalformedError as error:
        hint = "; try `helm template CHART | provenance check -`" if "{{" in text else ""
        raise MalformedError(f"{error}{hint}") from None
    for document in documents:
        if twice := repeated_key(document):
            line = before + source.position(twice.offset)[0]
            raise MalformedError(
                f"{name}:{line}: the key {twice.name!r} is there twice, so it is not clear which counts"
            )
        if (elsewhere := other_file(document)) is not None:
            line = before + source.position(elsewhere)[0]
            hint = "try `docker compose config | provenance check -`"
            raise MalformedError(f"{name}:{line}: names another Compose file, which is not read; {hint}")
        if (changed := changed_images(document, file=PurePath(name).name)) is not None:
            line = before + source.position(changed)[0]
            hint = "try `kubectl kustomize FOLDER | provenance check -`"
            raise MalformedError(f"{name}:{line}: images that run are named here in another way; {hint}")
        for one in fields(document, app_version=app_version):
            yield _image(one, text, f"{name}:{before + source.position(one.offset)[0]}")


def _image(field: ImageField, text: str, where: str) -> FoundImage:
    """The image that a field of this document names. Raises MalformedError when that cannot be told."""
    if _DECODED.search(text, max(0, field.offset - 200), field.offset):
        raise MalformedError(f"{where}: an image is written in base64 (!!binary); write its name")
    if not field.is_whole:
        hint = "try `helm template CHART | provenance check -`"
        raise MalformedError(f"{where}: the chart puts the tag of {field.name!r} together; {hint}")
    try:
        return FoundImage(filled_in(field.name), where, is_field=True)
    except MalformedError as error:
        raise MalformedError(f"{where}: {error}") from None
