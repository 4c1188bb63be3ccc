"""Bytes that may be YAML, read within bounds.

Events are read one by one and stop at the first limit, so that neither depth, nor aliases, nor size can hurt. Objects
are never constructed. libyaml tells the events ten times faster; the pure parser, whose errors are exact, reads what
libyaml refuses, and what will be changed if the two may differ about it (`yaml_doubt.py`).
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

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
_STAND_IN = re.compile(r"[\x85\u2028\u2029\uf8f0-\uf8f2]|\\[uU]")
"""What `_NO_BREAKS` and `_BACK` may change, and escapes that may mean it; few files have any."""

_BYTE_ORDER_MARK = "\ufeff"
_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)*")

_Event: TypeAlias = Any
"""Of either parser: their classes have nothing in common but names and attributes."""


@dataclass(slots=True)
class _Open:
    """A table or list whose end has not been read."""

    event: _Event
    nodes: list[Node] = field(default_factory=list)
    weight: int = 1


def read_yaml(source: SourceText, *, exact: bool = False) -> tuple[Node, ...]:
    """The documents of a file. `exact`: as the pure parser reads it.

    Raises MalformedError with line and column when it is not YAML, or more than the limits above allow.
    """
    if len(source.text) > SIZE_MAX:
        raise MalformedError(f"{source.name}: {len(source.text)} characters, more than the limit of {SIZE_MAX}")
    if not exact and _BYTE_ORDER_MARK not in source.text:  # libyaml does not count it
        with suppress(yaml.YAMLError, ValueError):  # said again, with a place, by the other parser
            return tuple(_documents(source, events_of(source.text.translate(_NO_BREAKS))))
    return _read_exactly(source)


def _read_exactly(source: SourceText) -> tuple[Node, ...]:
    from ruamel.yaml import YAML  # noqa: PLC0415 - few files need it
    from ruamel.yaml.error import MarkedYAMLError, YAMLError  # noqa: PLC0415

    try:
        return tuple(_documents(source, YAML(typ="safe", pure=True).parse(source.text.translate(_NO_BREAKS))))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise MalformedError(f"{source.name}{where}: not YAML: {error.problem or error.context}") from None
    except (YAMLError, ValueError) as error:  # control characters; surrogates; numbers in %YAML that are none
        raise MalformedError(f"{source.name}: not YAML: {str(error).splitlines()[0][:200]}") from None


def events_of(text: str) -> Iterator[_Event]:
    """What libyaml tells of a text, to its end. Raises YAMLError and ValueError."""
    loader = yaml.CSafeLoader(text)
    try:
        yield from iter(loader.get_event, None)
    finally:
        loader.dispose()


def _documents(source: SourceText, events: Iterator[_Event]) -> Iterator[Node]:
    """Both parsers' events have the same names and attributes, in classes of their own."""
    anchors: dict[str, Node | None] = {}
    stack: list[_Open] = []
    back = _BACK if source.mentions(_STAND_IN) else {}
    for event in events:
        node: Node
        match type(event).__name__:  # scalars first: they are two of three
            case "ScalarEvent":
                node, anchor = _scalar(source, event, back), event.anchor
            case "MappingStartEvent" | "SequenceStartEvent":
                stack.append(_Open(event))
                if len(stack) > DEPTH_MAX:
                    raise MalformedError(f"{_where(source, event)}: nested deeper than {DEPTH_MAX} levels")
                if event.anchor:
                    anchors[event.anchor] = None
                continue
            case "MappingEndEvent" | "SequenceEndEvent":
                opened = stack.pop()
                node = _closed(opened, event)
                anchor = opened.event.anchor
            case "AliasEvent":
                node, anchor = _aliased(source, event, anchors), None
            case _:  # the beginning or the end of the stream or of a document
                anchors = anchors if stack else {}
                continue
        if anchor:
            anchors[anchor] = node
        if not stack:
            yield node
            continue
        _add(source, event, stack[-1], node)


def _add(source: SourceText, event: _Event, opened: _Open, node: Node) -> None:
    opened.nodes.append(node)
    opened.weight += node.weight
    if opened.weight > WEIGHT_MAX:
        raise MalformedError(f"{_where(source, event)}: more than {WEIGHT_MAX} nodes once its aliases are followed")


def _where(source: SourceText, event: _Event) -> str:
    return f"{source.name}:{event.start_mark.line + 1}:{event.start_mark.column + 1}"


def _closed(opened: _Open, end: _Event) -> Node:
    start, nodes = opened.event, opened.nodes
    flow = bool(start.flow_style)
    first = nodes[0].place.start if nodes and not flow else start.end_mark.index - flow
    place = Place(first, end.end_mark.index)
    if type(start).__name__ == "SequenceStartEvent":
        return Sequence(tuple(nodes), place, flow, opened.weight)
    return Mapping(tuple(zip(nodes[::2], nodes[1::2], strict=True)), place, flow, opened.weight)


def _scalar(source: SourceText, event: _Event, back: dict[int, int]) -> Scalar:
    start, end = event.start_mark.index, event.end_mark.index
    if event.anchor or event.tag:
        skipped = _PROPERTIES.match(source.text, start, end)
        start = skipped.end() if skipped else start
    value = event.value
    text = value.translate(back) if back else value
    return Scalar(text, Place(start, max(start, end)), event.style or "", bool(event.anchor), 1 + len(value) // _TEXT)


def _aliased(source: SourceText, event: _Event, anchors: dict[str, Node | None]) -> Node:
    if event.anchor not in anchors:
        raise MalformedError(f"{_where(source, event)}: alias of an anchor that is not there")
    node = anchors[event.anchor]
    if node is None:
        raise MalformedError(f"{_where(source, event)}: an alias inside the value that it refers to")
    return node
