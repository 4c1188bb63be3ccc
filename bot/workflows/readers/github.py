"""GitHub Actions: workflows, reusable workflows and composite actions.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
"""

from collections.abc import Iterator

from bot.errors import MalformedError
from bot.values import replace
from bot.workflows.called import Called
from bot.workflows.conditions import decided
from bot.workflows.events import CALLED, REQUESTS, Events, leaves_main_out, that_run
from bot.workflows.failing import fails
from bot.workflows.model import CiFile, FileKind, Job, Permissions, Step
from bot.workflows.nodes import Mapping, Scalar, Sequence, repeated_key, scalars
from bot.workflows.read_before import ReadBefore, steps_of
from bot.workflows.readers import docker_actions
from bot.workflows.readers.github_env import Inputs, known_values, matrix_of, texts
from bot.workflows.readers.github_steps import StepReader
from bot.workflows.step_state import StepState
from bot.workflows.text import Place, SourceText
from bot.workflows.tools.cosign import of_image
from bot.workflows.unresolved import normal


def read(
    source: SourceText, documents: tuple[Mapping, ...], called: Called, before: ReadBefore | None = None
) -> CiFile:
    """A workflow; several documents are read as if their jobs stood in one. `before`: what need not be read again.

    Raises MalformedError when GitHub refuses it because of a key that stands twice.
    """
    _refuse_repeated_keys(source, documents)
    first = documents[0]
    triggers = _triggers(first)
    events = (triggers - {CALLED}) | called.events if CALLED in triggers and called.events else triggers
    known = known_values(called.inputs)
    given = _given(called)
    before = before if before and before.is_of(source) else None
    jobs = tuple(job for one in documents for job in _jobs(source, one, known, given, events or None, before))
    file = CiFile(
        source,
        FileKind.GITHUB,
        jobs,
        _permissions(first),
        callable=CALLED in triggers,
        only_called=triggers == {CALLED},
        inputs=_inputs(first.mapping("on")),
        title=first.text("name"),
        branches=_branches(first.mapping("on"), triggers),
    )
    return replace(file, jobs=tuple(replace(job, fails=True) if fails(file, job) else job for job in jobs))


def read_action(source: SourceText, documents: tuple[Mapping, ...], called: Called) -> CiFile:
    """A composite action: steps without a job of their own. Raises MalformedError as above."""
    _refuse_repeated_keys(source, documents)
    runs = documents[0].mapping("runs")
    reader = StepReader(source, {}, known=known_values(called.inputs), events=called.events, given=_given(called))
    job = _job(source.name, runs, reader, Place(0, 0)) if runs else None
    inputs_of = documents[0].mapping("inputs")
    return CiFile(source, FileKind.COMPOSITE, (job,) if job else (), callable=True, whole=False, inputs=inputs_of)


def _refuse_repeated_keys(source: SourceText, documents: tuple[Mapping, ...]) -> None:
    """GitHub runs no file in which a key stands twice in one table, so nothing can be said about what it does."""
    for key in filter(None, map(repeated_key, documents)):
        line, column = source.position(key.place.start)
        raise MalformedError(
            f"{source.name}:{line}:{column}: the key {key.value!r} is there twice, which GitHub refuses"
        )


def _inputs(on: Mapping | None) -> Mapping | None:
    """What a reusable workflow takes."""
    call = on.mapping("workflow_call") if on else None
    return call.mapping("inputs") if call else None


_BY_HAND = frozenset({"push", "workflow_dispatch"}) | REQUESTS


def _branches(on: Mapping | None, triggers: Events) -> tuple[str, ...]:
    """The branches whose pushes alone start a workflow, besides people and requests; () when others do, too."""
    push = on.mapping("push") if on else None
    if push is None or not triggers <= _BY_HAND or push.get("tags") or push.get("tags-ignore"):
        return ()
    named = push.get("branches")
    return tuple(one.value for one in scalars(named)) if isinstance(named, Scalar | Sequence) else ()


def _triggers(document: Mapping) -> Events:
    on = document.get("on")
    if isinstance(on, Mapping):
        return frozenset(key.value for key, _ in on.entries())
    items = on.items if isinstance(on, Sequence) else (on,)
    return frozenset(item.value for item in items if isinstance(item, Scalar))


def _given(called: Called) -> dict[str, tuple[str, ...]]:
    return {f"inputs.{name}": texts_ for name, texts_ in called.given.items()}


def _jobs(  # noqa: PLR0913, PLR0917 - what decides what a job does
    source: SourceText,
    document: Mapping,
    known: Inputs,
    given: dict[str, tuple[str, ...]],
    events: Events | None,
    before: ReadBefore | None,
) -> Iterator[Job]:
    env, shell = texts(document.mapping("env")), _shell(document)
    jobs = document.mapping("jobs")
    for key, node in jobs.entries() if jobs else ():
        if isinstance(node, Mapping):
            windows = "pwsh" if node.text("runs-on").startswith("windows") else ""
            reader = StepReader(source, env | texts(node.mapping("env")), _shell(node) or shell or windows, known=known)
            reader.events, reader.given = events, given
            reader.matrix = matrix_of(node)
            reader.cosign = of_image(_container(node))
            job = _job(key.value, node, reader, key.place, before)
            called = tuple(docker_actions.called(source, node))
            step = Step(key.place, operations=called, events=job.events)
            yield replace(job, steps=(step,), states=()) if called else job


def _container(node: Mapping) -> str:
    table = node.mapping("container")
    return table.text("image") if table else node.text("container")


def _shell(node: Mapping) -> str:
    """What `defaults` say that scripts are run with."""
    defaults = node.mapping("defaults")
    run = defaults.mapping("run") if defaults else None
    return run.text("shell") if run else ""


def _job(name: str, node: Mapping, reader: StepReader, place: Place, before: ReadBefore | None = None) -> Job:
    reader.events = that_run(reader.events, node.text("if"), reader.known)
    reader.off_main = leaves_main_out(node.text("if"), reader.known)
    runs = decided(node.text("if"), reader.known) is not False and reader.events != frozenset()
    steps, states = _steps(name, node, reader, place, before) if runs else (map(reader.skip, steps_of(node)), ())
    return Job(
        name,
        place,
        tuple(steps),
        _permissions(node),
        calls=node.text("uses"),
        node=node,
        exported=reader.exported(),
        needs=_needs(node),
        outputs=tuple(texts(node.mapping("outputs")).items()),
        events=reader.events,
        title=node.text("name"),
        held=reader.held(),
        states=tuple(states),
    )


def _steps(
    name: str, node: Mapping, reader: StepReader, place: Place, before: ReadBefore | None
) -> tuple[list[Step], list[StepState]]:
    """The steps of a job that runs, and the states before each and after the last."""
    nodes, start = steps_of(node), reader.state()
    begun, known = before.begun(name, place, start, nodes) if before else ((), ())
    steps, states = list(begun), list(known or (start,))
    reader.resume(states[-1])
    for step in nodes[len(steps) :]:
        steps.append(reader.read(step))
        states.append(reader.state())
    return steps, states


def _needs(node: Mapping) -> tuple[str, ...]:
    one, several = node.text("needs"), node.sequence("needs")
    return (one,) if one else tuple(item.value for item in several if isinstance(item, Scalar))


def _permissions(node: Mapping) -> Permissions | None:
    match node.get("permissions"):
        case Scalar() as every if every.value:
            return Permissions((), normal(every.value), None, every.place)
        case Mapping() as table:
            scopes = tuple(
                (key.value, normal(value.value)) for key, value in table.entries() if isinstance(value, Scalar)
            )
            return Permissions(scopes, "", table, table.place)
    return None
