"""What is known of a file from those that call it: a reusable workflow, a local action, a Makefile, a Taskfile."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct, field

from bot.workflows.events import Events


class Called(Struct, frozen=True):
    """`inputs`: values of the file's own inputs, where all callers agree.

    `events`: what starts the callers; None when that is not known. `given`: all that callers give to an input, where
    each of them writes it; of a Makefile, a Taskfile or a justfile, its variables to which a call gives a value,
    whatever that is.
    """

    inputs: Mapping[str, str | bool] = field(default_factory=dict)
    events: Events | None = None
    given: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


NOT_CALLED: Final = Called()
