"""Bake files, in HCL and in JSON: targets, what they inherit, and what they attest.

https://docs.docker.com/build/bake/reference/
"""

import re
from collections.abc import Callable, Iterator

from msgspec import Struct

from bot.errors import MalformedError
from bot.values import replace
from bot.workflows.asks import asked_by_attests
from bot.workflows.builds import Ask, Asked, Build, Editor
from bot.workflows.editors.bake import HclEditor, JsonEditor
from bot.workflows.editors.flags import NoEditor
from bot.workflows.hcl_reader import read_hcl
from bot.workflows.images import read_name
from bot.workflows.model import CiFile, FileKind, Job, Step
from bot.workflows.nodes import Mapping, Node, Scalar, Sequence, scalars
from bot.workflows.outputs import Output, read_outputs
from bot.workflows.places import dockerfile_in
from bot.workflows.text import Place, SourceText
from bot.workflows.unresolved import known
from bot.workflows.yaml_reader import read_yaml

TOOL = "bake target"
_TABLES = ("target", "group", "variable", "function")
"""What a bake file has; one beside another may have variables alone."""
GROUPS_MAX = 200
"""Groups that one target is in."""
_INHERITANCE_MAX = 10
"""Targets of one family; nobody writes more."""
SECRET_NAME = re.compile(
    r"(?:^|_)(?:TOKEN|SECRET|PASSWORD|PASSWD|API_?KEY|PRIVATE_KEY|ACCESS_KEY|CREDENTIALS?)(?:$|_(?!FILE|PATH|URL))",
    re.IGNORECASE,
)
"""Names of arguments that nobody gives to anything but a secret."""
_VARIABLE = re.compile(r"(?!(?:true|false|null)\Z)[A-Za-z_][\w-]*")
_METADATA = "docker-metadata-action"
"""The target that docker/metadata-action fills in with tags and labels: what the file has there stands in for them.

It never says anything about attestations.
"""


def read_hcl_file(source: SourceText) -> CiFile:
    """docker-bake.hcl."""
    return _file(source, read_hcl(source), lambda body: HclEditor(source, body))


def read_json_file(source: SourceText) -> CiFile:
    """docker-bake.json. JSON is YAML, but for tabs between its words."""
    spaced = replace(source, text=source.text.replace("\t", " "))
    documents = read_yaml(spaced)
    if len(documents) != 1 or not isinstance(documents[0], Mapping) or not any(map(documents[0].mapping, _TABLES)):
        raise MalformedError(f"{source.name}: not a bake file: it has no target, group, variable or function")
    return _file(source, documents[0], lambda body: JsonEditor(source, body))


def _file(source: SourceText, document: Mapping, editor: Callable[[Mapping], Editor]) -> CiFile:
    table = document.mapping("target")
    entries = [(key, body) for key, body in (table.entries() if table else ()) if isinstance(body, Mapping)]
    targets = {key.value: body for key, body in entries}
    families = [_family(body, targets) for body in targets.values()]
    loaded = {id(body) for family in families if family.output.load for body in family.bodies}
    groups = document.mapping("group")
    grouped = {text.value for text in scalars(groups)} if groups else set()
    groups_with = _groups_with(groups)
    inherited = {text for body in targets.values() for text, _ in _texts(body.get("inherits"))} - grouped
    built = {key.value: body for key, body in entries if not _is_helper(key.value, body, inherited)}
    told = frozenset(id(body) for body in built.values() if id(body) not in loaded)
    steps = tuple(
        Step(
            key.place,
            operations=(
                replace(
                    _build(key, body, targets, NoEditor() if id(body) in loaded else editor(body), told),
                    reached=(key.value, *_groups_of(key.value, groups_with)),
                    dockerfile="" if "/" in source.name else _dockerfile(_family(body, targets)),
                    stage=_family(body, targets).one("target"),
                ),
            ),
        )
        for key, body in entries
        if key.value in built
    )
    return CiFile(source, FileKind.BAKE, (Job(source.name, document.place, steps),) if steps else (), whole=False)


def _groups_with(groups: Mapping | None) -> dict[str, set[str]]:
    """For each target and group, the groups that name it."""
    found: dict[str, set[str]] = {}
    for key, body in groups.entries() if groups else ():
        for text, _ in _texts(body.get("targets")) if isinstance(body, Mapping) else ():
            found.setdefault(text, set()).add(key.value)
    return found


def _groups_of(name: str, groups_with: dict[str, set[str]]) -> Iterator[str]:
    """The groups that a target is in, through other groups, too: no more than GROUPS_MAX."""
    found, fresh = {name}, {name}
    while fresh and len(found) <= GROUPS_MAX:
        fresh = {group for one in fresh for group in groups_with.get(one, ())} - found
        found |= fresh
        yield from sorted(fresh)


_BUILDS = {
    "context",
    "dockerfile",
    "dockerfile-inline",
    "target",
    "contexts",
    "output",
    "matrix",
    "platforms",
    "inherits",
}
"""Attributes of a target that is built by itself; one without them only hands something down."""


def _is_helper(name: str, body: Mapping, inherited: set[str]) -> bool:
    """Whether others only take its tags, labels or arguments: by what it does, not by its name."""
    return name in inherited and not {key.value for key, _ in body.entries()} & _BUILDS


def _build(key: Scalar, body: Mapping, targets: dict[str, Mapping], editor: Editor, told: frozenset[int]) -> Build:
    """`told`: the targets, by their identity, that are builds of their own, and can be fixed."""
    family = _family(body, targets)
    tags = family.tags
    return Build(
        tool=TOOL,
        place=key.place,
        provenance=_ask("provenance", family, targets, told),
        sbom=_ask("sbom", family, targets, told),
        push=family.push,
        load=family.output.load,
        names=tuple(read_name(text) for text, _ in tags) if tags or not family.named_by_metadata else None,
        editor=editor,
        secret_args=tuple(_secret_args(body)),
        unnamed=family.unnamed,
    )


def _secret_args(body: Mapping) -> Iterator[tuple[str, Place]]:
    """Arguments that are filled from a variable, and whose name says that it is a secret."""
    table = body.mapping("args")
    for key, value in table.entries() if table else ():
        if isinstance(value, Scalar) and SECRET_NAME.search(key.value) and not known(_text(value)):
            yield key.value, key.place


class _Family(Struct, frozen=True):
    """A target and those that it inherits from, whoever wins first. Not `whole`: some are in another file.

    `filled_in`: those among them, by their identity, that docker/metadata-action fills in.
    """

    bodies: tuple[Mapping, ...]
    whole: bool
    named_by_metadata: bool
    filled_in: frozenset[int] = frozenset()

    @property
    def tags(self) -> list[tuple[str, Node]]:
        """The tags that it says itself or inherits."""
        own = (body.get("tags") for body in self.bodies if id(body) not in self.filled_in)
        return next((_texts(found) for found in own if found is not None), [])

    def texts(self, key: str) -> list[tuple[str, Node]]:
        """A list that is taken from the first that has one."""
        return next((_texts(found) for body in self.bodies if (found := body.get(key)) is not None), [])

    def one(self, key: str) -> str:
        """A text that is taken from the first that has one; "" where none does."""
        return next(iter(text for text, _ in self.texts(key)), "")

    @property
    def output(self) -> Output:
        """Where the result goes."""
        return read_outputs(text for text, _ in self.texts("output"))

    @property
    def push(self) -> bool | None:
        """None: depends on --push, or on a name from elsewhere; False: it has no name, or it goes elsewhere."""
        output = self.output
        if self._elsewhere or not (self._named or output.push):
            return False
        return True if self._named and output.push else None

    @property
    def unnamed(self) -> bool:
        """Whether it could be pushed, if it had a name."""
        return not (self._elsewhere or self._named or self.output.push)

    @property
    def _named(self) -> bool:
        return bool(self.tags or self.named_by_metadata or self.output.names)

    @property
    def _elsewhere(self) -> bool:
        outputs = [text.split(",") for text, _ in self.texts("output")]
        return bool(outputs) and self.output.push is False and not any("type=image" in fields for fields in outputs)


def _dockerfile(family: _Family) -> str:
    """Its path, where it is known: it lies in the context. It may also stand in the bake file itself."""
    if family.one("dockerfile-inline"):
        return ""
    return dockerfile_in("", f"{family.one('context') or '.'}/{family.one('dockerfile') or 'Dockerfile'}")


def _family(body: Mapping, targets: dict[str, Mapping]) -> _Family:
    todo, bodies, names = [body], list[Mapping](), set[str]()
    while todo and len(bodies) < _INHERITANCE_MAX:
        bodies.append(todo.pop(0))
        parents = [text for text, _ in reversed(_texts(bodies[-1].get("inherits")))]
        names |= {*parents}
        todo = [targets[name] for name in parents if name in targets] + todo
    metadata = {name for name in names if name.startswith(_METADATA)}
    filled_in = frozenset(id(targets[name]) for name in metadata & targets.keys())
    return _Family(tuple(bodies), not todo and names <= {*targets, *metadata}, bool(metadata), filled_in)


def _ask(what: str, family: _Family, targets: dict[str, Mapping], told: frozenset[int]) -> Ask:
    """What the target says itself, else what it inherits; when one above it says too little, that is told there."""
    for body in family.bodies:
        attests = _texts(body.get("attest"))
        answer = asked_by_attests([text for text, _ in attests], what)
        if answer is not Asked.SILENT:
            places = [node.place for text, node in attests if f"type={what}" in text.split(",")]
            return Ask(answer, places[-1] if places else None)
    above = (body for body in family.bodies[1:] if id(body) in told)
    fixed_above = any(_family(body, targets).push is not False for body in above)
    return Ask(Asked.UNKNOWN if fixed_above or not family.whole else Asked.SILENT)


def _texts(node: Node | None) -> list[tuple[str, Node]]:
    """A list's texts; a table like { type = "provenance", mode = "max" } as type=provenance,mode=max."""
    if isinstance(node, Sequence):
        return [(_text(item), item) for item in node.items]
    return [(_text(node), node)] if node is not None else []


def _text(node: Node) -> str:
    """A text; a bare word of HCL is a variable, which the environment may set."""
    match node:
        case Scalar(value=value, style=style):
            is_text = style or (known(value) and not _VARIABLE.fullmatch(value))
            return value if is_text else "${" + value.strip("${}") + "}"
        case Mapping():
            return ",".join(f"{key.value}={value.value}" for key, value in node.entries() if isinstance(value, Scalar))
        case _:
            return "${list}"
