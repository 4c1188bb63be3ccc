"""Who calls a reusable workflow or a local action, and with which inputs.

https://docs.github.com/en/actions/how-tos/reuse-automations/reuse-workflows
"""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from bot.workflows.called import NOT_CALLED, Called
from bot.workflows.events import Events
from bot.workflows.model import CiFile, FileKind
from bot.workflows.nodes import Mapping, Scalar
from bot.workflows.unresolved import known

INPUTS_MAX: Final = 200
"""Inputs of a file that are looked at; GitHub's forms take 25."""


class Call(Struct, frozen=True):
    """`uses: ./…` of a job or a step. `inputs` is its `with`; None when it has none."""

    file: CiFile
    uses: str
    inputs: Mapping | None
    events: Events | None = None  # that let it call


def calls_of(file: CiFile) -> Iterator[Call]:
    """Everything of its own repository that a file calls, in jobs that still run."""
    for job in (one for one in file.jobs if not one.fails):
        if job.calls.startswith("./"):
            yield Call(file, job.calls, job.node.mapping("with") if job.node else None, job.events)
        for step in job.steps:
            if step.local:
                yield Call(file, step.local, step.node.mapping("with") if step.node else None, step.events)


def agreed_inputs(file: CiFile, calls: Sequence[Call]) -> dict[str, str | bool]:
    """The inputs that are the same in every call, by name; none when a person or another event may start the file."""
    if not calls or not (file.kind is FileKind.COMPOSITE or file.only_called):
        return {}
    tables = _declared(file)
    given = given_inputs(file, calls)
    return {name: _typed(texts[0], tables[name]) for name, texts in given.items() if len(texts) == 1}


def inputs_of(file: CiFile, call: Call) -> dict[str, str | bool]:
    """What one call gives to the inputs of a file, by name; those that only the run knows are left out."""
    tables = _declared(file)
    return {name: _typed(texts[0], tables[name]) for name, texts in given_inputs(file, [call]).items()}


def given_inputs(file: CiFile, calls: Sequence[Call]) -> dict[str, tuple[str, ...]]:
    """What the calls give to each input, by name; those that one of them leaves to the run are left out."""
    given: dict[str, tuple[str, ...]] = {}
    for name, table in _declared(file).items():
        default = table.scalar("default") if table else None
        values = dict.fromkeys(_passed(call, name, default) for call in calls)
        texts = tuple(value for value in values if value is not None)
        if calls and len(texts) == len(values):
            given[name] = texts
    return given


def _declared(file: CiFile) -> dict[str, Mapping | None]:
    """Its inputs; none where they are more than anybody writes: each condition is decided with all of them."""
    entries = file.inputs.entries() if file.inputs and len(file.inputs.pairs) <= INPUTS_MAX else ()
    return {key.value: node if isinstance(node, Mapping) else None for key, node in entries}


def events_of(calls: Sequence[Call]) -> Events | None:
    """The events that start a called file; None when nobody calls it, or one of them is not known."""
    if not calls or any(call.events is None for call in calls):
        return None
    return frozenset(event for call in calls for event in call.events or ())


def called_with(file: CiFile, calls: Sequence[Call], *, is_shared: bool) -> Called:
    """What the calls of a file have in common; nothing is known of one that other repositories may use, too."""
    if is_shared or not (file.kind is FileKind.COMPOSITE or file.callable):
        return NOT_CALLED
    whole = file.kind is FileKind.COMPOSITE or file.only_called
    return Called(agreed_inputs(file, calls), events_of(calls), given_inputs(file, calls) if whole else {})


def _passed(call: Call, name: str, default: Scalar | None) -> str | None:
    """What a call gives to an input; None when only the run knows."""
    given = call.inputs.get(name) if call.inputs else None
    if given is not None and not isinstance(given, Scalar):
        return None
    text = given.value if given is not None else default.value if default else ""
    return text if known(text) else None


def _typed(text: str, declared: Mapping | None) -> str | bool:
    if declared is not None and declared.text("type") == "boolean":
        return text.lower() == "true"
    return text
