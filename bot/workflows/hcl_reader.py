"""A bake file in HCL as the same nodes that YAML gives, so that one reader serves both spellings.

https://docs.docker.com/build/bake/reference/ ; anything but plain texts, lists and tables becomes an unresolved part.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from bot.errors import MalformedError
from bot.workflows.hcl_guard import guarded
from bot.workflows.nodes import Mapping, Node, Scalar, Sequence
from bot.workflows.text import Place, SourceText

if TYPE_CHECKING:
    from lark import Token, Tree

    Branch = Tree[Token] | Token


def read_hcl(source: SourceText) -> Mapping:
    """{"target": {name: body, …}, "group": …}; a body's place goes from brace to brace.

    Raises MalformedError, with line and column where the parser tells.
    """
    text = guarded(source)
    from hcl2.parser import parser  # noqa: PLC0415 - takes a quarter of a second, and few repositories have a bake file
    from lark.exceptions import LarkError, UnexpectedInput  # noqa: PLC0415 - the same

    try:
        tree = parser().parse(text)
    except UnexpectedInput as error:
        raise MalformedError(f"{source.name}:{error.line}:{error.column}: not HCL that can be read") from None
    except (LarkError, ValueError) as error:
        raise MalformedError(f"{source.name}: not HCL that can be read: {str(error).splitlines()[0][:200]}") from None
    blocks: dict[str, list[tuple[Node, Node]]] = {}
    for kind, label, body in _blocks(source, tree):
        blocks.setdefault(kind, []).append((label, body))
    everything = Place(0, len(source.text))
    return Mapping(
        tuple((Scalar(kind, everything), Mapping(tuple(pairs), everything)) for kind, pairs in blocks.items()),
        everything,
    )


def _blocks(source: SourceText, tree: "Tree[Token]") -> Iterator[tuple[str, Scalar, Mapping]]:
    for block in _children(_children(tree)[0]):
        if _name(block) != "block":
            continue
        parts = [part for part in _children(block) if _name(part) != "new_line_or_comment"]
        kind, label = _value(source, parts[0]), _value(source, parts[1]) if len(parts) > 4 else None  # noqa: PLR2004
        if isinstance(kind, Scalar) and isinstance(label, Scalar):  # kind, label, brace, body, brace
            yield kind.value, label, _body(source, parts)


def _body(source: SourceText, parts: list["Branch"]) -> Mapping:
    opening, closing = parts[-3], parts[-1]
    pairs = []
    for attribute in _children(parts[-2]):
        if _name(attribute) == "attribute":
            key, _, value = _children(attribute)
            pairs.append((_value(source, key), _value(source, value)))
    return Mapping(tuple(pairs), Place(_place(opening).start, _place(closing).end))


def _value(source: SourceText, branch: "Branch") -> Node:
    place = _place(branch)
    inner = [part for part in _children(branch) if _name(part) != "new_line_or_comment"]
    match _name(branch):
        case "expr_term" if len(inner) == 1:
            return _value(source, inner[0])
        case "string" if source.text[place.start] == '"':
            return Scalar(source.text[place.start + 1 : place.end - 1], place, '"')
        case "identifier" | "literal_value" | "int_lit" | "float_lit":
            return Scalar(source.text[place.start : place.end], place)
        case "tuple":
            items = tuple(_value(source, part) for part in inner if _name(part) not in {"LSQB", "RSQB", "COMMA"})
            return Sequence(items, place, flow=True)
        case "object":
            elements = [_children(part) for part in inner if _name(part) == "object_elem"]
            pairs = tuple((_value(source, _children(key)[0]), _value(source, value)) for key, _, value in elements)
            return Mapping(pairs, place, flow=True)
        case _:
            return Scalar("${" + _name(branch) + "}", place)


def _children(branch: "Branch") -> list["Branch"]:
    return list(getattr(branch, "children", ()))


def _name(branch: "Branch") -> str:
    return str(getattr(branch, "data", None) or getattr(branch, "type", ""))


def _place(branch: "Branch") -> Place:
    at: Any = getattr(branch, "meta", branch)
    return Place(at.start_pos or 0, at.end_pos or 0)
