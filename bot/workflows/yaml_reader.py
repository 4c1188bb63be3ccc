"""Bytes that may be YAML, read within bounds.

Events are read one by one and stop at the first limit, so that neither depth, nor aliases, nor size can hurt. Objects
are never constructed. libyaml tells the events ten times faster; the pure parser, whose errors are exact, reads what
libyaml refuses, and what will be changed if the two may differ about it (`yaml_doubt.py`).
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final, NamedTuple, TypeAlias

import yaml
from msgspec import Struct, field

from bot.errors import MalformedError
from bot.workflows.nodes import Mapping, Node, Scalar, Sequence
from bot.workflows.text import SIZE_MAX, Place, SourceText

DEPTH_MAX = 60
"""Levels of nesting; a workflow has about ten."""
WEIGHT_MAX = 100_000
"""Nodes of one document, with every alias counted as often as it is used; a long text counts as several."""
_TEXT = 8
"""Characters of a text that weigh as much as a node."""

_NO_BREAKS = {0x85: 0xF8F0, 0x2028: 0xF8F1, 0x2029: 0xF8F2}
"""Line breaks to the parser, as in YAML 1.1; in YAML 1.2 they are characters like others, so it reads these instead."""
_BACK = {stand_in: char for char, stand_in in _NO_BREAKS.items()}
_STAND_IN = re.compile(r"[\x85\u2028\u2029\uf8f0-\uf8f2]")
"""What `_NO_BREAKS` and `_BACK` may change; few files have any."""

_BYTE_ORDER_MARK = "\ufeff"
_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)*")

_made: Final[Any] = tuple.__new__
"""A named tuple from its values; its own constructor is slower, and there are thousands in a file."""

_Event: TypeAlias = Any
"""Of either parser: their classes have nothing in common but names and attributes."""


class Documents(NamedTuple):
    """The documents of a file. `doubtful`: by what is in them, the exact parser may read it differently."""

    nodes: tuple[Node, ...]
    doubtful: bool


class _Open(NamedTuple):
    """A table or list whose end has not been read: what began it, what is in it so far, and the weight of that."""

    event: _Event
    nodes: list[Node]
    weight: int


_OUTSIDE: Final = _Open(None, [], 0)
"""Around a whole document."""


def read_yaml(source: SourceText, *, exact: bool = False) -> tuple[Node, ...]:
    """The documents of a file. `exact`: as the pure parser reads it.

    Raises MalformedError with line and column when it is not YAML, or more than the limits above allow.
    """
    return read_documents(source, exact=exact).nodes


def read_documents(source: SourceText, *, exact: bool = False) -> Documents:
    """The same, and whether they are in doubt, as where libyaml refuses them."""
    if len(source.text) > SIZE_MAX:
        raise MalformedError(f"{source.name}: {len(source.text)} characters, more than the limit of {SIZE_MAX}")
    if not exact and _BYTE_ORDER_MARK not in source.text:  # libyaml does not count it
        with suppress(yaml.YAMLError, ValueError):  # said again, with a place, by the other parser
            reader = _Reader(source)
            nodes = tuple(reader.documents(_events_of(source.text.translate(_NO_BREAKS))))
            return Documents(nodes, reader.odd)
    return Documents(_read_exactly(source), doubtful=not exact)


def _read_exactly(source: SourceText) -> tuple[Node, ...]:
    from ruamel.yaml import YAML  # noqa: PLC0415 - few files need it
    from ruamel.yaml.error import MarkedYAMLError, YAMLError  # noqa: PLC0415

    try:
        events = YAML(typ="safe", pure=True).parse(source.text.translate(_NO_BREAKS))
        return tuple(_Reader(source).documents(events))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise MalformedError(f"{source.name}{where}: not YAML: {error.problem or error.context}") from None
    except (YAMLError, ValueError) as error:  # control characters; surrogates; numbers in %YAML that are none
        raise MalformedError(f"{source.name}: not YAML: {str(error).splitlines()[0][:200]}") from None


def _events_of(text: str) -> Iterator[_Event]:
    """What libyaml tells of a text, to its end. It and its iterator raise YAMLError and ValueError."""
    return iter(yaml.CSafeLoader(text).get_event, None)


class _Reader(Struct):
    """Events made nodes. Both parsers' events have the same names and attributes, in classes of their own.

    `odd`: an anchor, an alias, a tag, or a document that is not a mapping was seen.
    """

    source: SourceText
    odd: bool = False
    anchors: dict[str, Node | None] = field(default_factory=dict)

    def documents(self, events: Iterator[_Event]) -> Iterator[Node]:
        """One after the other. It is the innermost loop of lint, so what most events need is written out here."""
        source, stack = self.source, list[_Open]()
        begun, nodes, weight = _OUTSIDE
        back = _BACK if _has_stand_ins(source.text) else {}
        for event in events:
            node: Node
            match type(event).__name__:  # scalars first: they are two of three
                case "ScalarEvent":
                    start, end, value, anchor = event.start_mark.index, event.end_mark.index, event.value, event.anchor
                    anchored, added = False, 1 + len(value) // _TEXT
                    if anchor or event.tag:
                        start, anchored, self.odd = _behind_properties(source, start, end), bool(anchor), True
                    text = value.translate(back) if back else value
                    place = _made(Place, (start, end if end > start else start))  # noqa: FURB136 - max() is slow
                    node = _made(Scalar, (text, place, event.style or "", anchored, added))
                case "MappingStartEvent" | "SequenceStartEvent":
                    stack.append(_made(_Open, (begun, nodes, weight)))
                    begun, nodes, weight = event, [], 1
                    self._open(event, len(stack))
                    continue
                case "MappingEndEvent" | "SequenceEndEvent":
                    node, anchor, added = _closed(begun, nodes, weight, event), begun.anchor, weight
                    begun, nodes, weight = stack.pop()
                case "AliasEvent":
                    node, anchor, self.odd = _aliased(source, event, self.anchors), None, True
                    added = node.weight
                case _:  # the beginning or the end of the stream or of a document
                    self.anchors = self.anchors if stack else {}
                    continue
            if anchor:
                self.anchors[anchor] = node
            if not stack:
                self.odd = self.odd or not isinstance(node, Mapping)
                yield node
                continue
            nodes.append(node)
            weight += added
            if weight > WEIGHT_MAX:
                raise MalformedError(
                    f"{_where(source, event)}: more than {WEIGHT_MAX} nodes once its aliases are followed"
                )

    def _open(self, event: _Event, depth: int) -> None:
        if depth > DEPTH_MAX:
            raise MalformedError(f"{_where(self.source, event)}: nested deeper than {DEPTH_MAX} levels")
        if event.anchor or event.tag:
            self.odd = True
        if event.anchor:
            self.anchors[event.anchor] = None


def _where(source: SourceText, event: _Event) -> str:
    return f"{source.name}:{event.start_mark.line + 1}:{event.start_mark.column + 1}"


def _closed(start: _Event, nodes: list[Node], weight: int, end: _Event) -> Node:
    flow = bool(start.flow_style)
    first = nodes[0].place.start if nodes and not flow else start.end_mark.index - flow
    place = _made(Place, (first, end.end_mark.index))
    if type(start).__name__ == "SequenceStartEvent":
        return Sequence(tuple(nodes), place, flow, weight)
    return Mapping(tuple(zip(nodes[::2], nodes[1::2], strict=True)), place, flow, weight)


def _has_stand_ins(text: str) -> bool:
    """Whether it has any of these, or an escape that may mean one."""
    return "\\u" in text or "\\U" in text or (not text.isascii() and _STAND_IN.search(text) is not None)


def _behind_properties(source: SourceText, start: int, end: int) -> int:
    """Where a text begins behind its anchor and its tag."""
    skipped = _PROPERTIES.match(source.text, start, end)
    return skipped.end() if skipped else start


def _aliased(source: SourceText, event: _Event, anchors: dict[str, Node | None]) -> Node:
    if event.anchor not in anchors:
        raise MalformedError(f"{_where(source, event)}: alias of an anchor that is not there")
    node = anchors[event.anchor]
    if node is None:
        raise MalformedError(f"{_where(source, event)}: an alias inside the value that it refers to")
    return node
