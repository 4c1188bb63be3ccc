"""Actions that build or push images, and are not Docker's own.

https://github.com/redhat-actions/buildah-build, https://github.com/redhat-actions/push-to-registry,
https://github.com/int128/kaniko-action, https://github.com/aevea/action-kaniko
"""

from collections.abc import Callable, Iterator
from typing import Final

from msgspec import Struct

from bot.workflows.builds import Ask, Asked, Build, OtherBuild
from bot.workflows.editors.flags import NoEditor
from bot.workflows.images import Name, read_name, stays_here
from bot.workflows.operations import ImageOperation, ImagePush, UnknownSigner
from bot.workflows.readers.docker_actions import Used, names_of
from bot.workflows.tools import unread
from bot.workflows.tools.cosign import MAY_SIGN
from bot.workflows.unresolved import items_of, known, words_of

RUNS_A_SCRIPT: Final = {
    "nick-fields/retry": "command",
    "nick-invision/retry": "command",
    "wandalen/wretry.action": "command",
}
"""Actions that run a script, and the input that holds it."""

_BUILDX_FLAGS: Final = ("--provenance", "--sbom", "--attest")


class _DockerBuild(Struct, frozen=True):
    """An action that runs `docker build` and `docker push`: the names of its inputs, "" where it has none."""

    image: str
    registry: str
    flags: str = ""
    switch: str = ""  # says whether it pushes
    pushes: bool = True  # where the switch says nothing
    turns_off: bool = False  # whether the switch turns the push off, and not on
    default_registry: str = ""


DOCKER_BUILDS: Final = {
    "elgohr/publish-docker-github-action": _DockerBuild(
        "name", "registry", "buildoptions", switch="no_push", turns_off=True
    ),
    "macbre/push-to-ghcr": _DockerBuild("image_name", "", "extra_args", default_registry="ghcr.io"),
    "mr-smithers-excellent/docker-build-push": _DockerBuild("image", "registry", switch="pushImage"),
    "whoan/docker-build-with-cache-action": _DockerBuild(
        "image_name", "registry", "build_extra_args", switch="push_image_and_stages"
    ),
}
"""They leave it to the engine's store whether attestations are kept."""


def read(used: Used) -> Iterator[ImageOperation]:
    """What such an action does to images; nothing for others."""
    if reader := _READERS.get(used.action.name):
        yield from reader(used)
    elif table := DOCKER_BUILDS.get(used.action.name):
        yield _docker_build(used, table)


def _buildah(used: Used) -> Iterator[ImageOperation]:
    yield OtherBuild("buildah", pushes=False, place=used.action.place)


def _push_to_registry(used: Used) -> Iterator[ImageOperation]:
    """`registry` and `image` in front of each tag, or tags that are whole names."""
    image, registry = used.inputs.get("image", ""), used.inputs.get("registry", "")
    tags = words_of(used.inputs.get("tags", "")) or ("latest",)
    names = [_join(registry, image, tag) if image else read_name(tag) for tag in tags]
    if pushed := tuple(name for name in names if not stays_here(name, used.source)):
        yield ImagePush(pushed, used.action.place, "podman push")


def _join(registry: str, image: str, tag: str) -> Name:
    return read_name(f"{registry}/{image}:{tag}" if registry else f"{image}:{tag}")


def _kaniko(used: Used) -> Iterator[ImageOperation]:
    """int128's action pushes where it is told to."""
    yield from _built_by_kaniko(used, names_of(used), pushes=used.on("push", otherwise=False))


def _kaniko_of_aevea(used: Used) -> Iterator[ImageOperation]:
    name = _join(used.inputs.get("registry", ""), used.inputs.get("image", ""), used.inputs.get("tag", "latest"))
    yield from _built_by_kaniko(used, (name,), pushes=True)


def _built_by_kaniko(used: Used, names: tuple[Name, ...] | None, *, pushes: bool | None) -> Iterator[ImageOperation]:
    local = bool(names) and all(stays_here(name, used.source) for name in names or ())
    yield OtherBuild("kaniko", pushes=False if local else pushes, place=used.action.place)
    if pushes and names and not local:
        yield ImagePush(names, used.action.place, "kaniko")


def _docker_build(used: Used, table: _DockerBuild) -> Build:
    """Whether the engine's store keeps attestations is not known, but without a flag there is min at most."""
    registry = used.inputs.get(table.registry, "") or table.default_registry
    images = items_of(used.inputs.get(table.image, ""))
    flags = used.inputs.get(table.flags, "")
    silent = not any(flag in flags for flag in _BUILDX_FLAGS) and (known(flags) or not table.flags)
    ask = Ask(Asked.SILENT if silent else Asked.UNKNOWN)
    return Build(
        tool=used.action.name,
        place=used.action.place,
        provenance=ask,
        sbom=ask,
        push=_pushes(used, table),
        load=False,
        names=tuple(_join_path(registry, image) for image in images) or None,
        editor=NoEditor(),
        step=used.step.id,
    )


def _pushes(used: Used, table: _DockerBuild) -> bool | None:
    said = used.on(table.switch, otherwise=None) if used.inputs.get(table.switch) else not table.turns_off
    return said if said is None or not table.turns_off else not said


def _join_path(registry: str, image: str) -> Name:
    return read_name(f"{registry}/{image}" if registry and not image.startswith(f"{registry}/") else image)


def _dagger(used: Used) -> Iterator[ImageOperation]:
    """https://github.com/dagger/dagger-for-github: which functions it calls, which are not read."""
    written = " ".join(used.inputs.get(name, "") for name in ("verb", "call", "args"))
    if MAY_SIGN.search(written):
        yield UnknownSigner(used.action.place)
    yield from unread.of_words("dagger", list(words_of(written)), used.action.place)


_READERS: Final[dict[str, Callable[[Used], Iterator[ImageOperation]]]] = {
    "dagger/dagger-for-github": _dagger,
    "redhat-actions/buildah-build": _buildah,
    "redhat-actions/push-to-registry": _push_to_registry,
    "int128/kaniko-action": _kaniko,
    "aevea/action-kaniko": _kaniko_of_aevea,
}
