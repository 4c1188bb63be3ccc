"""docker/build-push-action and Docker's reusable builders, read into builds.

https://github.com/docker/build-push-action#inputs
"""

import re
from collections.abc import Iterator

from msgspec import Struct, field

from bot.workflows.asks import asked_by, asked_by_attests
from bot.workflows.builds import Action, Ask, Asked, Build
from bot.workflows.editors.flags import NoEditor
from bot.workflows.editors.table import TableEditor
from bot.workflows.events import Known, truths
from bot.workflows.images import Name, read_name
from bot.workflows.model import Step
from bot.workflows.nodes import Mapping, Scalar
from bot.workflows.operations import Attached, UnknownSigner
from bot.workflows.outputs import read_outputs
from bot.workflows.places import dockerfile_in, is_aside
from bot.workflows.text import Place, SourceText
from bot.workflows.tools.docker_build import SILENCING
from bot.workflows.unresolved import EXPRESSION, SECRET, items_of, known, only_unresolved, step_output
from bot.workflows.versions import (
    BUILD_PUSH,
    HAS_ATTESTATION_INPUTS,
    LAST_THAT_CANNOT_READ_BUILDKIT,
    READS_SILENCING,
    WITH_BUILDX,
    Version,
    newest_of,
)

_GITHUB_BUILDER = re.compile(r"docker/github-builder/\.github/workflows/(?:build|bake)\.ya?ml@")
_SLSA_GENERATOR = re.compile(
    r"slsa-framework/slsa-github-generator/\.github/workflows/generator_container_slsa3\.ya?ml@"
)
_MATRIX = re.compile(r"\$\{\{ matrix\.([A-Za-z_][\w-]*) \}\}")
_VARIABLE = re.compile(r"\$\{\{ env\.(\w+) \}\}")
_ARGUMENT = re.compile(r"\b([A-Za-z_]\w*)=([^\n]*)")


class Used(Struct, frozen=True):
    """One `uses:` step: inputs and environment as texts, and what earlier steps tell.

    Those are the images of metadata-action steps, by id, and the buildx that was installed, where its version is said.
    """

    source: SourceText
    step: Step
    action: Action
    inputs: dict[str, str]
    env: dict[str, str]
    metadata: dict[str, tuple[str, ...]] = field(default_factory=dict)
    matrix: dict[str, tuple[str, ...]] = field(default_factory=dict)  # what each of its names may be
    buildx: Version | None = None
    known: Known = field(default_factory=dict)  # what expressions may read, by name

    @property
    def builder(self) -> str | None:
        """Which builder it names; "" none, None an unresolved part."""
        builder = self.inputs.get("builder") or self.env.get("BUILDX_BUILDER", "")
        return builder if known(builder) else None

    def lines(self, name: str) -> list[str]:
        """The lines of an input, without comments."""
        lines = (line.strip() for line in self.inputs.get(name, "").splitlines())
        return [line for line in lines if line and not line.startswith("#")]

    def filled(self, name: str) -> list[str]:
        """The same; a variable that holds whole lines is them."""
        return [one for line in self.lines(name) for one in self._held(line).splitlines() if one.strip()]

    def _held(self, line: str) -> str:
        named = _VARIABLE.fullmatch(line)
        return self.env.get(named[1], line) if named else line

    def on(self, name: str, *, otherwise: bool | None) -> bool | None:
        """Whether a switch is on; an expression is asked for each event that publishes."""
        text = self.inputs.get(name, "")
        if known(text) or not EXPRESSION.fullmatch(text):
            return _on(text, otherwise=otherwise)
        found = truths(self.step.events, text, self.known)
        return found.pop() if len(found) == 1 else None


def build_push(used: Used) -> Build:
    """A step of docker/build-push-action."""
    if used.action.version and used.action.name == BUILD_PUSH and newest_of(used.action.version) < WITH_BUILDX:
        return _without_buildx(used)
    output = read_outputs(used.lines("outputs"))
    attests, tags = used.lines("attests"), _tags(used)
    return Build(
        tool=used.action.name,
        place=used.action.place,
        provenance=ask_of(used, "provenance", attests),
        sbom=ask_of(used, "sbom", attests),
        push=True if output.push else used.on("push", otherwise=output.push),
        load=True if output.load else used.on("load", otherwise=output.load),
        names=_names_of(used, tags, output.names),
        editor=TableEditor(used.source, used.step.inputs),
        step=used.step.id,
        builder=used.builder,
        action=used.action,
        buildx=used.buildx,
        aside=any(is_aside(f"{used.inputs.get(name, '')}/x") for name in ("context", "file")),
        tags=tags,
        dockerfile=dockerfile_in(used.inputs.get("context", ""), used.inputs.get("file", "")),
        stage=used.inputs.get("target", ""),
        made_from=tuple(used.inputs[name] for name in ("file", "target") if used.inputs.get(name)),
        archived=output.archived,
        apart=output.apart,
        secret_args=tuple(_secret_args(used)),
    )


def _without_buildx(used: Used) -> Build:
    """Version 1 is another program, with other inputs: what it records is not known."""
    unknown, inputs = Ask(Asked.UNKNOWN), used.inputs
    name = read_name(f"{inputs.get('registry', '')}/{inputs.get('repository', '')}".strip("/"))
    return Build(
        tool=used.action.name,
        place=used.action.place,
        provenance=unknown,
        sbom=unknown,
        push=used.on("push", otherwise=True),
        load=False,
        names=(name,),
        editor=NoEditor(),
        action=used.action,
    )


def called(source: SourceText, job: Mapping) -> Iterator[Build | Attached | UnknownSigner]:
    """A job that hands its build to docker/github-builder, which says the mode of provenance and signs by itself.

    It also says that it wants no SBOM, if it is not asked for one: what a bake file says of it does not count.
    https://github.com/docker/github-builder/blob/v1.0.0/.github/workflows/bake.yml#L620

    Or one that hands a digest to the SLSA generator, which attaches provenance to it.
    """
    uses, inputs = job.scalar("uses"), job.mapping("with")
    if uses and _SLSA_GENERATOR.match(uses.value):
        yield from (Attached("provenance", uses.place), UnknownSigner(uses.place))
    builder = _GITHUB_BUILDER.match(uses.value) if uses and inputs else None
    if uses is None or inputs is None or builder is None:
        return
    said = inputs.scalar("sbom")
    yield Build(
        tool="docker/github-builder",
        place=uses.place,
        provenance=Ask(Asked.UNKNOWN),
        sbom=Ask(asked_by(said.value), said.place, not said.anchored) if said else Ask(),
        push=_on(inputs.text("push"), otherwise=False),
        load=False,
        names=None,
        editor=TableEditor(source, inputs),
    )


def _on(text: str, *, otherwise: bool | None) -> bool | None:
    if not text:
        return otherwise
    return None if not known(text) else text.strip().lower() == "true"


def names_of(used: Used) -> tuple[Name, ...] | None:
    """The images of the input `tags`; None where that is not known."""
    return _names_of(used, _tags(used), ())


def _tags(used: Used) -> tuple[str, ...]:
    return items_of("\n".join(used.lines("tags")))


def _names_of(used: Used, items: tuple[str, ...], outputs: tuple[str, ...]) -> tuple[Name, ...] | None:
    names: list[Name] = [read_name(output) for output in outputs if not items]  # buildx puts tags in their place
    for item in items:
        if made := step_output(item):
            images = used.metadata.get(made[0], ())
            if not images or any(only_unresolved(image) for image in images):
                return None
            names += [Name(read_name(image).repository, tag=item) for image in images]
        elif only_unresolved(item):
            return None
        else:
            names.append(read_name(item))
    return tuple(names)


def _secret_args(used: Used) -> Iterator[tuple[str, Place]]:
    node = used.step.inputs.scalar("build-args") if used.step.inputs else None
    for found in _ARGUMENT.finditer(used.source.text, node.place.start, node.place.end) if node else ():
        if SECRET.search(found[2]):
            yield found[1], Place(found.start(1), found.end(2))


def ask_of(used: Used, what: str, attests: list[str]) -> Ask:
    """The input of that name, else `attests`, else the environment. UNKNOWN when the version has no such input."""
    action, inputs = used.action, used.step.inputs
    understood = action.version is None or newest_of(action.version) >= HAS_ATTESTATION_INPUTS.get(action.name, ())
    node = inputs.get(what) if inputs else None
    if isinstance(node, Scalar) and inputs:
        within = inputs.place.start <= node.place.start < inputs.place.end  # else it is an alias
        asked = _weakest(used, what) if understood else Asked.UNKNOWN
        return Ask(asked, node.place, within and not node.anchored)
    answer = asked_by_attests(attests, what)
    if answer is not Asked.SILENT:
        return Ask(answer, _said_by(used, what), writable=False)
    if node is not None:
        return Ask(answer, node.place, writable=False)
    if what == "provenance" and used.env.get(SILENCING, "").lower() in {"1", "true"}:
        return Ask() if _passes_its_default(action) else Ask(Asked.OFF)
    return Ask()


def _passes_its_default(action: Action) -> bool:
    """Whether this version asks for provenance by itself, whatever the environment says."""
    reads, since = READS_SILENCING.get(action.name), LAST_THAT_CANNOT_READ_BUILDKIT.get(action.name, ())
    return action.version is not None and reads is not None and since < newest_of(action.version) < reads


_WEAKEST = (Asked.OFF, Asked.MIN, Asked.SILENT, Asked.UNKNOWN)


def _weakest(used: Used, what: str) -> Asked:
    """What the input asks for; where the matrix fills it in, the least that one of its runs asks for."""
    text = used.inputs[what]
    named = _MATRIX.fullmatch(text)
    values = used.matrix.get(named[1], (text,)) if named else (text,)
    asked = {asked_by(value) for value in values}
    return next((one for one in _WEAKEST if one in asked), Asked.FULL)


def _said_by(used: Used, what: str) -> Place:
    """Where `type=provenance,…` stands in an input; the action's place when it comes from elsewhere."""
    for name in ("attests", "set"):
        node = used.step.inputs.scalar(name) if used.step.inputs else None
        at = used.source.text.find(f"type={what}", node.place.start, node.place.end) if node else -1
        if at >= 0:
            return Place(at, at + len(f"type={what}"))
    return used.action.place
