"""YAML as plain values with line numbers, so that an error can name the line.

Scalars stay text, except null: the model converts them. Anchors, aliases and merge keys work.
"""

from typing import Any, Final

from msgspec import Struct, field
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import CollectionEndEvent, CollectionStartEvent
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bot.errors import MalformedError

FILE_MAX: Final = 256 * 1024
"""Bytes of a policy file. One for ten repositories has 5,000."""

NODES_MAX: Final = 20_000
"""Values in one file. A value behind an alias counts each time it is used."""

EVENTS_MAX: Final = 3 * NODES_MAX
"""Events of the parser; a value has one, a table or a list two."""

DEPTH_MAX: Final = 20
"""Levels of nesting; a policy has four."""

MERGE: Final = "<<"
_NULL: Final = "tag:yaml.org,2002:null"

Path = tuple[str | int, ...]


class Document(Struct):
    """The values, and the line (from 1) of each by its path. A table's entry has the line of its key."""

    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)

    def line(self, path: Path) -> int:
        """The line of that value, or of the nearest parent that has one."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_lines(data: bytes, *, name: str) -> Document:
    """Raises MalformedError with `name` and the line."""
    if len(data) > FILE_MAX:
        raise MalformedError(f"{name} has {len(data)} bytes; the limit FILE_MAX is {FILE_MAX}")
    try:
        text = data.decode()
        _check_depth(text, name)
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        hint = "; write patterns between single quotes" if "escape" in str(error.problem) else ""
        raise MalformedError(f"{name}:{mark.line + 1 if mark else 1}: is not YAML: {error.problem}{hint}") from None
    except (YAMLError, ValueError) as error:
        raise MalformedError(f"{name}: is not YAML: {str(error).splitlines()[0][:200]}") from None
    return _Reader(name).read(node)


def _check_depth(text: str, name: str) -> None:
    """Raises MalformedError for too much nesting, before anything recursive sees it: composing recurses per level."""
    depth = 0
    for count, event in enumerate(YAML(typ="safe", pure=True).parse(text)):
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > DEPTH_MAX or count > EVENTS_MAX:
            line = event.start_mark.line + 1
            raise MalformedError(f"{name}:{line}: limit of {NODES_MAX} values or {DEPTH_MAX} levels exceeded")


class _Reader:
    def __init__(self, name: str) -> None:
        self._name = name
        self._count = 0
        self._document = Document()

    def read(self, node: Node | None) -> Document:
        self._document.value = None if node is None else self._value(node, ())
        return self._document

    def _value(self, node: Node, path: Path) -> Any:  # noqa: ANN401 - YAML is anything
        self._count += 1
        line = node.start_mark.line + 1
        if self._count > NODES_MAX or len(path) > DEPTH_MAX:
            raise MalformedError(f"{self._name}:{line}: limit of {NODES_MAX} values or {DEPTH_MAX} levels exceeded")
        self._document.lines.setdefault(path, line)
        if isinstance(node, MappingNode):
            return self._table(node, path)
        if isinstance(node, SequenceNode):
            return [self._value(item, (*path, number)) for number, item in enumerate(node.value)]
        return None if node.tag == _NULL else str(node.value)

    def _table(self, node: MappingNode, path: Path) -> dict[str, Any]:
        """Own keys override merged keys, in any order."""
        merged: dict[str, Any] = {}
        own: dict[str, Any] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, ScalarNode):
                raise MalformedError(f"{self._name}:{line}: a key must be text")
            name = str(key.value)
            if name == MERGE:
                for table in value.value if isinstance(value, SequenceNode) else [value]:
                    merged = self._merged(table, path, line) | merged
            elif name in own:
                raise MalformedError(f"{self._name}:{line}: duplicate key {name!r}")
            else:
                self._document.lines[*path, name] = line
                own[name] = self._value(value, (*path, name))
        return merged | own

    def _merged(self, node: Node, path: Path, line: int) -> dict[str, Any]:
        if not isinstance(node, MappingNode):
            raise MalformedError(f"{self._name}:{line}: only a table can be merged")
        value: dict[str, Any] = self._value(node, path)
        return value
