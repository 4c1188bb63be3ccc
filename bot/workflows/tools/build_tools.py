"""Builders other than BuildKit: their images have no provenance unless somebody adds it afterwards."""

import re
from collections.abc import Iterator
from typing import Final

from bot.values import replace
from bot.workflows.builds import OtherBuild
from bot.workflows.images import read_name, stays_here
from bot.workflows.operations import ImageOperation, ImagePush, UnknownSigner
from bot.workflows.places import is_aside
from bot.workflows.shell.flags import read_flags
from bot.workflows.shell.values import Arg
from bot.workflows.tools.line import Line

GORELEASER: Final = "goreleaser"
PODMAN_PUSH: Final = "podman push"
"""It may sign what it pushes, and attests nothing."""
_BUILDPACKS = "Spring Boot's buildpacks"
_MAVEN = {  # goal or property -> tool, and whether it pushes by itself
    "spring-boot:build-image": (_BUILDPACKS, False),
    "spring-boot:build-image-no-fork": (_BUILDPACKS, False),
    "jib:build": ("Jib", True),
    "-Dquarkus.container-image.build=true": ("Quarkus", False),
    "-Dquarkus.container-image.push=true": ("Quarkus", True),
}
_GRADLE = {"bootBuildImage": (_BUILDPACKS, False), "jib": ("Jib", True), "imageBuild": ("Quarkus", False)}

_PUSH_SWITCHES: Final = frozenset(
    {"-a", "--all", "-q", "--quiet", "--compress", "--disable-compression", "-D", "--force-compression", "--rm"}
    | {"-p", "--purge", "--remove-signatures", "--tls-verify"}
)
_KANIKO: Final = re.compile(
    r"(?:[\w.-]+/)*(?:kaniko-project/executor|osscontainertools/kaniko|chainguard[\w-]*/kaniko)(?:[:@].*)?"
)
_KANIKO_SWITCHES: Final = frozenset(
    {"--cache", "--cleanup", "--force", "--insecure", "--insecure-pull", "--no-push", "--no-push-cache"}
    | {"--push-ignore-immutable-tag-errors", "--reproducible", "--single-snapshot", "--skip-tls-verify"}
    | {"--skip-unused-stages", "--use-new-run"}
)
_YAML: Final = (".yml", ".yaml")
_PACKS: Final = (["builder", "create"], ["buildpack", "package"], ["extension", "package"])
_KO_PACKAGE: Final = re.compile(r"(?:github\.com/google/ko|ko)(?:@.*)?")
_KO_REPOSITORY = re.compile(r"^ *(?:(?:export|override)[ \t]+)*KO_DOCKER_REPO[ \t]*[:?]{0,2}=", re.MULTILINE)
_KO_NAME: Final = "${IMPORT_PATH}"
"""What ko appends to the repository without `--bare`. https://ko.build/configuration/#naming-images"""
_ELSEWHERE = re.compile(r"(?:containers-storage|dir|docker-archive|docker-daemon|oci|oci-archive|ostree|sif):")
"""Destinations that are not a registry."""


def read_maven(line: Line) -> Iterator[ImageOperation]:
    """`mvn … spring-boot:build-image`, `jib:build`, Quarkus."""
    for arg in line.args[1:]:
        goal = arg.text.removeprefix("com.google.cloud.tools:").replace("jib-maven-plugin", "jib")
        if goal in _MAVEN:
            yield OtherBuild(*_MAVEN[goal], line.place())


def read_gradle(line: Line) -> Iterator[ImageOperation]:
    """`gradle bootBuildImage`, `jib`."""
    for arg in line.args[1:]:
        task = arg.text.rpartition(":")[2]
        if task in _GRADLE:
            yield OtherBuild(*_GRADLE[task], line.place())


def read_pack(line: Line) -> Iterator[ImageOperation]:
    """`pack build`, `pack builder create` and `pack buildpack package`."""
    words = [arg.text for arg in line.args[1:]]
    if words[:1] == ["build"] or words[:2] in _PACKS:
        yield OtherBuild("pack", "--publish" in words, line.place())


def read_buildah(line: Line) -> Iterator[ImageOperation]:
    """`buildah bud`, `podman build`, and what pushes their images: `podman push [OPTIONS] IMAGE [DESTINATION]`."""
    words = [arg.text for arg in line.args[1:]]
    if words[:1] and words[0] in {"bud", "build", "build-using-dockerfile"}:
        tool = "podman" if line.args[0].text.endswith("podman") else "buildah"
        yield OtherBuild(tool, False, line.place())  # noqa: FBT003 - pushes, in the class
    verbs = 1 if words[:1] == ["push"] else 2 if words[:2] in (["image", "push"], ["manifest", "push"]) else 0
    rest = read_flags(line.args[1 + verbs :], _PUSH_SWITCHES).rest if verbs else ()
    to = rest[-1].text.removeprefix("docker://") if rest else ""
    if not to or _ELSEWHERE.match(to):
        return
    if not stays_here(name := read_name(to), line.source):
        yield ImagePush((name,), line.place(), PODMAN_PUSH, line.extent())
        if any(word.startswith("--sign-by") for word in words):
            yield UnknownSigner(line.place(), PODMAN_PUSH)


def read_ko(line: Line) -> Iterator[ImageOperation]:
    """`ko build`, and `ko resolve`, which writes its digests into manifests; `ko apply` is for a cluster at hand.

    Where a Makefile or a script says nothing about the registry, its caller does.
    """
    words = [arg.text for arg in line.args[1:]]
    if not words or words[0] not in {"build", "publish", "resolve"}:
        return
    repository = line.env.get("KO_DOCKER_REPO", "")
    local = repository.startswith(("kind.local", "ko.local"))
    aside = any(is_aside(f"{word.removeprefix('./')}/x") for word in words[1:] if not word.startswith("-"))
    if aside or local or {"--local", "-L"} & set(words):
        yield OtherBuild("ko", False, line.place())  # noqa: FBT003 - pushes, in the class
    elif not stays_here(read_name(f"{repository}/x"), line.source) and "--push=false" not in words:
        sure = not any(word.startswith("--push=$") for word in words)
        sure = sure and bool(repository or line.source.name.endswith(_YAML) or line.source.mentions(_KO_REPOSITORY))
        names = (read_name(repository if "--bare" in words else f"{repository}/{_KO_NAME}"),) if repository else ()
        yield OtherBuild("ko", True if sure else None, line.place(), names)


def read_go(line: Line) -> Iterator[ImageOperation]:
    """`go tool ko build` and `go run github.com/google/ko@latest build`."""
    words = [arg.text for arg in line.args[:3]]
    if words[1:2] in (["tool"], ["run"]) and _KO_PACKAGE.fullmatch(words[-1]):
        words_of_ko = replace(line.command, words=line.command.words[2:])
        yield from read_ko(line._replace(command=words_of_ko, args=line.args[2:]))


def read_goreleaser(line: Line) -> Iterator[ImageOperation]:
    """`goreleaser release`: its configuration may sign."""
    if any(arg.text == "release" for arg in line.args[1:]):
        yield UnknownSigner(line.place(), GORELEASER)


def read_earthly(line: Line) -> Iterator[ImageOperation]:
    """`earthly --push +target`: its Earthfile says whether an image is among what is pushed."""
    words = [arg.text for arg in line.args[1:]]
    ends = next((at for at, word in enumerate(words) if "+" in word), len(words))
    if {"--push", "--push=true"} & set(words[:ends]) or line.env.get("EARTHLY_PUSH") in {"1", "true"}:
        yield OtherBuild("Earthly", None, line.place())


def read_kaniko(line: Line) -> Iterator[ImageOperation]:
    """`/kaniko/executor`."""
    if line.args[0].text.endswith("kaniko/executor"):
        yield OtherBuild("kaniko", all(arg.text != "--no-push" for arg in line.args), line.place())


def run_in_docker(line: Line, args: tuple[Arg, ...]) -> Iterator[ImageOperation]:
    """`docker run … gcr.io/kaniko-project/executor --destination NAME`."""
    at = next((at for at, arg in enumerate(args) if _KANIKO.fullmatch(arg.text)), None)
    flags = read_flags(args[at + 1 :], _KANIKO_SWITCHES).all("--destination", "-d") if at is not None else ()
    names = [read_name(flag.value) for flag in flags if flag.value]
    if pushed := tuple(name for name in names if not stays_here(name, line.source)):
        pushes = all(arg.text not in {"--no-push", "--no-push=true"} for arg in args)
        yield OtherBuild("kaniko", pushes, line.place(), pushed)
