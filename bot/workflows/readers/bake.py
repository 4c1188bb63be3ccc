"""Bake files, in HCL and in JSON: targets, what they inherit, and what they attest.

https://docs.docker.com/build/bake/reference/
"""

from collections.abc import Callable, Iterator

from bot.errors import MalformedError
from bot.workflows.asks import asked_by_attests
from bot.workflows.builds import Ask, Asked, Build, Pen
from bot.workflows.hcl_reader import read_hcl
from bot.workflows.holes import known
from bot.workflows.images import read_name
from bot.workflows.model import CiFile, Job, Kind, Step
from bot.workflows.nodes import Mapping, Node, Scalar, Sequence
from bot.workflows.outputs import read_outputs
from bot.workflows.pens.bake import HclPen, JsonPen
from bot.workflows.text import SourceText
from bot.workflows.yaml_reader import read_yaml

TOOL = "bake target"
_INHERITANCE_MAX = 10


def read_hcl_file(source: SourceText) -> CiFile:
    """docker-bake.hcl."""
    return _file(source, read_hcl(source), lambda body: HclPen(source, body))


def read_json_file(source: SourceText) -> CiFile:
    """docker-bake.json. JSON is YAML, but for tabs between its words."""
    spaced = SourceText(source.name, source.text.replace("\t", " "))
    documents = read_yaml(spaced)
    if len(documents) != 1 or not isinstance(documents[0], Mapping) or not documents[0].mapping("target"):
        raise MalformedError(f"{source.name}: no bake file: it has no target")
    return _file(source, documents[0], lambda body: JsonPen(source, body))


def _file(source: SourceText, document: Mapping, pen: Callable[[Mapping], Pen]) -> CiFile:
    table = document.mapping("target")
    targets = {key.value: body for key, body in table.entries() if isinstance(body, Mapping)} if table else {}
    steps = tuple(
        Step(key.place, happenings=(_build(key, body, targets, pen(body)),))
        for key, body in (table.entries() if table else ())
        if isinstance(body, Mapping)
    )
    return CiFile(source, Kind.BAKE, (Job(source.name, document.place, steps),) if steps else (), whole=False)


def _build(key: Scalar, body: Mapping, targets: dict[str, Mapping], pen: Pen) -> Build:
    tags = _texts(body.get("tags"))
    outputs = [text for text, _ in _texts(body.get("output"))]
    output = read_outputs(outputs)
    return Build(
        tool=TOOL,
        place=key.place,
        provenance=_ask("provenance", body, targets),
        sbom=_ask("sbom", body, targets),
        push=None if (tags or output.push) and not (outputs and output.push is False) else False,
        load=output.load,
        names=tuple(read_name(text) for text, _ in tags),
        pen=pen,
    )


def _ask(what: str, body: Mapping, targets: dict[str, Mapping]) -> Ask:
    """What the target says itself, else what it inherits."""
    for attests in _lineage(body, targets):
        answer = asked_by_attests([text for text, _ in attests], what)
        if answer is Asked.SILENT:
            continue
        places = [node.place for text, node in attests if f"type={what}" in text.split(",")]
        own = attests == _texts(body.get("attest"))
        return Ask(answer, places[-1] if places else None, writable=own)
    return Ask()


def _lineage(body: Mapping, targets: dict[str, Mapping]) -> Iterator[list[tuple[str, Node]]]:
    todo, seen = [body], 0
    while todo and seen < _INHERITANCE_MAX:
        seen += 1
        one = todo.pop(0)
        yield _texts(one.get("attest"))
        parents = [text for text, _ in _texts(one.get("inherits"))]
        todo += [targets[name] for name in reversed(parents) if name in targets]
        if any(name not in targets for name in parents):  # in another file, perhaps
            yield [("${inherits}", one)]


def _texts(node: Node | None) -> list[tuple[str, Node]]:
    """A list's texts; a table like { type = "provenance", mode = "max" } as type=provenance,mode=max."""
    if isinstance(node, Sequence):
        return [(_text(item), item) for item in node.items]
    return [(_text(node), node)] if node is not None else []


def _text(node: Node) -> str:
    match node:
        case Scalar(value=value, style=style):
            return value if style or known(value) else "${" + value.strip("${}") + "}"
        case Mapping():
            return ",".join(f"{key.value}={value.value}" for key, value in node.entries() if isinstance(value, Scalar))
        case _:
            return "${list}"
