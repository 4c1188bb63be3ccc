"""Proposing a newer version of an action: only where the file names a version, never in place of a commit."""

from bot.workflows.builds import Action, Build
from bot.workflows.edits import Fix, replace
from bot.workflows.versions import (
    AS_OF,
    BAKE,
    HAS_ATTESTATION_INPUTS,
    LAST_THAT_CANNOT_READ_BUILDKIT,
    PROPOSED,
    RENAMED_THE_LINE,
    newest_of,
    spell,
)


def bump(action: Action) -> Fix | None:
    """The version that we know to be good enough, written as precisely as the old one was."""
    better = PROPOSED.get(action.name)
    if better is None or action.pinned or action.version is None or newest_of(action.version) >= better:
        return None
    return replace(action.ref_place, spell(better, action.ref))


def advice(action: Action) -> str:
    """The same in words, for those who pin commits too."""
    better = PROPOSED.get(action.name)
    return f"use {spell(better, 'v0.0.0')} or newer (as of {AS_OF})" if better else "use a newer version"


def ask_in_full(build: Build, what: str) -> Fix | None:
    """The words that ask for `what`, together with a version of the action that understands them."""
    entry = build.editor.ask(what, build.provenance if what == "provenance" else build.sbom)
    if entry is None or build.action is None:
        return entry
    if can_say(build.action):
        return None if may_not_say(build.action) else entry
    upgrade = bump(build.action)
    return Fix((*upgrade.edits, *entry.edits)) if upgrade else None


def reads_no_version(build: Build) -> bool:
    """Whether the action takes BuildKit's version for unknown, and says nothing about provenance by itself."""
    if build.action is None or build.action.version is None:
        return False
    last = LAST_THAT_CANNOT_READ_BUILDKIT.get(build.action.name, ())
    older = build.buildx is not None and newest_of(build.buildx) < RENAMED_THE_LINE
    return newest_of(build.action.version) <= last and not older


def leaves_to_file(build: Build) -> bool:
    """Whether this version of bake-action passes nothing about provenance by itself, so that the bake file decides."""
    action = build.action
    return action is not None and action.name == BAKE and (not can_say(action) or reads_no_version(build))


def can_say(action: Action) -> bool:
    """Whether this version has the inputs provenance and sbom; an unknown version is taken for one that has."""
    since = HAS_ATTESTATION_INPUTS.get(action.name)
    return since is None or action.version is None or newest_of(action.version) >= since


def may_not_say(action: Action) -> bool:
    """Whether it is a commit of which nothing tells that it has these inputs."""
    first, least = HAS_ATTESTATION_INPUTS.get(action.name), action.version or action.since
    return first is not None and action.pinned and (least is None or newest_of(least) < first)


def pin_advice(build: Build) -> str:
    """The end of a message about a commit whose version is not said; "" where it is."""
    if build.action is None or build.action.version or not may_not_say(build.action):
        return ""
    first = spell(HAS_ATTESTATION_INPUTS[build.action.name], "v0.0.0")
    return f"; which version the commit is, is not said: the action has the input from {first} on"
