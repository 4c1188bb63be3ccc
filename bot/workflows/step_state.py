"""What decides, besides its own text, what a step of a GitHub job does: all that stands before it in the file."""

from collections.abc import Mapping as Table
from typing import NamedTuple

from bot.workflows.events import Events
from bot.workflows.versions import Cosign, Version


class StepState(NamedTuple):
    """As it is before one step. None of these tables is changed later: a step that adds to one makes another."""

    env: dict[str, str]
    shell: str  # of scripts that name none
    cosign: Cosign | None
    buildx: Version | None
    told: dict[str, tuple[str, ...]]  # by steps: steps.meta.outputs.tags, and what it is
    images: dict[str, tuple[str, ...]]  # of metadata-action steps, by id
    written: dict[str, tuple[str, ...]]  # to $GITHUB_ENV
    known: Table[str, str | bool]  # by the names that expressions use: inputs.sign
    matrix: dict[str, tuple[str, ...]]
    events: Events | None  # that let the job run
    given: dict[str, tuple[str, ...]]  # all that callers give, by names of expressions
    off_main: bool  # the job surely does not run for the main branch
