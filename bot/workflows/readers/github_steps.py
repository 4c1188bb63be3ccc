"""Steps of a GitHub job: actions and scripts, one after the other."""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct, field

from bot.values import replace
from bot.workflows.action_inputs import as_meant
from bot.workflows.conditions import decided
from bot.workflows.events import Events, leaves_main_out, that_run
from bot.workflows.images import read_name
from bot.workflows.model import Held, Step
from bot.workflows.nodes import Mapping, Scalar
from bot.workflows.operations import Attached, ImageOperation, Sign, UnknownSigner, UnreadPush
from bot.workflows.readers import bake_action, docker_actions, metadata_action, other_actions
from bot.workflows.readers.action_ref import read_uses
from bot.workflows.readers.github_env import Inputs, resolve, spell, texts
from bot.workflows.readers.scripts import Done, run_through
from bot.workflows.readers.silent import seen_script, situation_of
from bot.workflows.shell.script import of_scalar
from bot.workflows.shell.values import Values
from bot.workflows.step_state import StepState
from bot.workflows.text import Place, SourceText
from bot.workflows.tools.build_tools import GORELEASER
from bot.workflows.tools.cosign import ATTESTED, MAY_SIGN
from bot.workflows.unresolved import known
from bot.workflows.versions import (
    BAKE,
    BUILD_PUSH,
    COSIGN_INSTALLER,
    DEPOT_BAKE,
    DEPOT_BUILD,
    FORKED_BUILDS,
    METADATA,
    OLDER_METADATA,
    SETUP_BUILDX,
    Cosign,
    Version,
    cosign_of,
    read_version,
)

_PUSHED_LIST = "digests.txt"
"""Where GoReleaser writes the digests of the images that it pushed. https://goreleaser.com/customization/docker_digests/"""
_ATTESTING = {"actions/attest", "actions/attest-build-provenance", "actions/attest-sbom"}
RELEASER = "goreleaser/goreleaser-action"
_SETUP_KO: Final = {"ko-build/setup-ko", "imjasonh/setup-ko"}
"""Sets the registry, if nothing else does. https://github.com/ko-build/setup-ko"""
_CHALK = "crashappsec/setup-chalk-action"
_SIGNING_KEY = re.compile(r"private[-_]?key|cosign|signing", re.IGNORECASE)
"""Names of inputs."""
_GPG = re.compile(r"(?:^|[^a-z])(?:gpg|pgp)", re.IGNORECASE)
"""Keys, and actions that take them, which sign commits and packages: no registry keeps such a signature of an image."""
_ID = re.compile(r"[A-Za-z_][\w-]*")
_PUSHES = re.compile(
    r"^(?![ \t]*#).*\b(docker|podman|buildah|nerdctl)\b[\"', \t]+(?:(?:image|manifest)[\"', \t]+)?push\b", re.MULTILINE
)
_SHELL = re.compile(r"(?:[^\n]*[\s/])?(?:ba|da|z)?sh(?:\s.*)?|", re.DOTALL)
"""Shells that we read: what `shell:` says when it is bash, /bin/sh -e {0}, nix develop -c bash {0} or nothing."""


class StepReader(Struct):
    """Reads steps in order, as later ones depend on what earlier ones installed, wrote and named."""

    source: SourceText
    env: dict[str, str]
    shell: str = ""  # of scripts that name none
    cosign: Cosign | None = None
    buildx: Version | None = None
    told: dict[str, tuple[str, ...]] = field(default_factory=dict)  # by steps: steps.meta.outputs.tags, and what it is
    images: dict[str, tuple[str, ...]] = field(default_factory=dict)  # of metadata-action steps, by id
    written: dict[str, tuple[str, ...]] = field(default_factory=dict)  # to $GITHUB_ENV
    known: Inputs = field(default_factory=dict)  # by the names that expressions use: inputs.sign
    matrix: dict[str, tuple[str, ...]] = field(default_factory=dict)
    events: Events | None = None  # that let the job run
    given: dict[str, tuple[str, ...]] = field(default_factory=dict)  # all that callers give, by names of expressions
    off_main: bool = False  # the job surely does not run for the main branch

    def held(self) -> Held:
        """What names in expressions may stand for, once all steps are read."""
        env: dict[str, tuple[str, ...]] = {f"env.{name}": (text,) for name, text in self.env.items()}
        env |= {f"env.{name}": texts_ for name, texts_ in self.written.items()}
        matrix = {f"matrix.{name}": texts_ for name, texts_ in self.matrix.items()}
        return tuple((self.given | matrix | env | self.told).items())

    def exported(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """What scripts wrote to $GITHUB_ENV, all alternatives."""
        return tuple(self.written.items())

    def state(self) -> StepState:
        """All that decides what the next step does."""
        return StepState(
            self.env,
            self.shell,
            self.cosign,
            self.buildx,
            self.told,
            self.images,
            self.written,
            self.known,
            self.matrix,
            self.events,
            self.given,
            self.off_main,
        )

    def resume(self, state: StepState) -> None:
        """Go on behind steps of the same job that were read before."""
        self.env, self.cosign, self.buildx = state.env, state.cosign, state.buildx
        self.told, self.images, self.written = state.told, state.images, state.written

    def skip(self, node: Mapping) -> Step:
        """One step that surely does not run."""
        return Step(node.place, id=id_ if _ID.fullmatch(id_ := node.text("id")) else "")

    def read(self, node: Mapping) -> Step:
        """One step; one whose condition surely does not hold does nothing."""
        events, off_main = self.events, self.off_main
        if condition := node.text("if"):
            events = that_run(events, condition, self.known)
            if decided(condition, self.known) is False or events == frozenset():
                return self.skip(node)
            off_main = off_main or leaves_main_out(condition, self.known)
        env = self.env
        if own := texts(node.mapping("env")):
            env = env | {name: resolve(text, env) for name, text in own.items()}
        uses, run = node.scalar("uses"), node.scalar("run")
        named = uses or run
        place = named.place if named else node.place
        id_ = id_ if _ID.fullmatch(id_ := node.text("id")) else ""
        if uses:
            action, inputs = read_uses(self.source, uses), node.mapping("with")
            inputs = as_meant(action.name, inputs) if action and inputs else inputs
            step = Step(place, id_, action, _local(uses.value), node, inputs, events=events, off_main=off_main)
            return self._uses(step, env)
        step = Step(place, id_, node=node, events=events, off_main=off_main)
        if run and not _SHELL.fullmatch(shell := node.text("shell") or self.shell):
            return replace(step, operations=tuple(_in_other_language(run.value, shell, place)))
        return self._script(step, run, env) if run else step

    def _ran(self, step: Step, done: Done) -> Step:
        for name, values in done.exported.items():
            self.written = self.written | {name: tuple(dict.fromkeys([*self.written.get(name, ()), *values]))}
            self.env = {one: text for one, text in self.env.items() if one != name} if name in self.env else self.env
        if step.id and done.outputs:
            self.told = self.told | {f"steps.{step.id}.outputs.{name}": texts_ for name, texts_ in done.outputs.items()}
        operations = tuple(self._with_cosign(operation) for operation in done.operations)
        return replace(step, operations=operations, outputs=tuple(done.outputs.items()))

    def _with_cosign(self, operation: ImageOperation) -> ImageOperation:
        return replace(operation, cosign=self.cosign) if isinstance(operation, Sign) else operation

    def _uses(self, step: Step, env: dict[str, str]) -> Step:
        if step.uses is None:
            return step
        inputs = {key: resolve(text, env, self.known) for key, text in texts(step.inputs).items()}
        used = docker_actions.Used(
            self.source, step, step.uses, inputs, env, self.images, self.matrix, self.buildx, self.known
        )
        if step.uses.name == COSIGN_INSTALLER:
            self.cosign = _installed(used)
        elif step.uses.name in _SETUP_KO:
            self.env = {"KO_DOCKER_REPO": "ghcr.io/${{ github.repository }}"} | self.env
        elif step.uses.name == SETUP_BUILDX:
            self.buildx = read_version(inputs.get("version", ""))
        elif step.uses.name in {METADATA, *OLDER_METADATA} and step.id:
            self.images = self.images | {step.id: metadata_action.images_of(used)}
            tags = metadata_action.tags_of(used)
            self.told = self.told | {f"steps.{step.id}.outputs.{name}": tags for name in ("tags", "version")}
        script = step.inputs.scalar(other_actions.RUNS_A_SCRIPT.get(step.uses.name, "")) if step.inputs else None
        if script is not None:
            return self._script(step, script, env)
        operations = tuple(_operations(used))
        return replace(step, operations=operations) if operations else step

    def _script(self, step: Step, run: Scalar, env: dict[str, str]) -> Step:
        situation = situation_of(self.source.published, env, self.known)
        before = seen_script(run.value, situation)
        if before.does_nothing:
            return step
        values = Values(env, spell, lambda expression: resolve(expression, env, self.known))
        script = of_scalar(self.source, run)
        done = run_through(self.source, [script], env, step=step.id, values=values, situation=situation)
        before.does_nothing = not (done.operations or done.outputs or done.exported)
        return step if before.does_nothing else self._ran(step, done)


def _in_other_language(script: str, shell: str, place: Place) -> Iterator[ImageOperation]:
    """What a script in PowerShell or Python says that it may do."""
    if MAY_SIGN.search(script):
        yield UnknownSigner(place)
    if found := _PUSHES.search(script):
        yield UnreadPush(f"{found[1]} push in {(shell.split() or [shell])[0]}", place)


def _operations(used: docker_actions.Used) -> Iterator[ImageOperation]:
    action = used.action
    if action.name in {BUILD_PUSH, DEPOT_BUILD, *FORKED_BUILDS}:
        yield docker_actions.build_push(used)
    elif action.name in {BAKE, DEPOT_BAKE}:
        yield bake_action.bake(used)
    elif action.name in _ATTESTING:
        yield _attest(used)
    elif action.name == _CHALK:  # wraps docker: what it builds and pushes is attested and signed
        yield from (UnknownSigner(action.place), Attached("provenance", action.place))
    elif action.name == RELEASER:
        yield UnknownSigner(action.place, GORELEASER)
    elif action.name != COSIGN_INSTALLER and _may_sign(used):
        yield UnknownSigner(action.place)
    else:
        yield from other_actions.read(used)


def _may_sign(used: docker_actions.Used) -> bool:
    """By its name, or because it is given a key to sign with."""
    name = used.action.name
    keys = [] if _GPG.search(name) else [one for one in used.inputs if not _GPG.search(one)]
    return bool(MAY_SIGN.search(name)) or any(map(_SIGNING_KEY.search, keys))


def _attest(used: docker_actions.Used) -> Sign:
    """GitHub's attest actions. Those that name files or checksums say nothing about images, but for GoReleaser's list.

    One that names both is wrapped in another action, which hands on what it is given: it may attest anything.
    """
    inputs = used.inputs
    subject = inputs.get("subject-name", "")
    files = "subject-path" in inputs or "subject-checksums" in inputs
    images = inputs.get("subject-checksums", "").rpartition("/")[2] == _PUSHED_LIST
    if images or (files and "subject-digest" in inputs):
        return Sign(used.action.name, None, keyless=True, place=used.action.place, attaches=frozenset(ATTESTED))
    named = ((read_name(f"{subject}@{inputs.get('subject-digest', '')}"), None),) if subject else None
    kind = inputs.get("predicate-type", "").lower()
    is_sbom = used.action.name == "actions/attest-sbom" or "sbom-path" in inputs
    what = next((one for one, words in ATTESTED.items() if any(word in kind for word in words)), "provenance")
    attaches = frozenset[str]() if files else frozenset({"sbom" if is_sbom else what})
    return Sign(used.action.name, () if files else named, keyless=True, place=used.action.place, attaches=attaches)


def _local(uses: str) -> str:
    return uses if uses.startswith("./") else ""


def _installed(used: docker_actions.Used) -> Cosign | None:
    if release := used.inputs.get("cosign-release", ""):
        version = read_version(release) if known(release) else None
        return Cosign(version) if version else None
    return cosign_of(used.action.version) if used.action.version else None
