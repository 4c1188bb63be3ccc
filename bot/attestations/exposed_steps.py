"""Texts in BuildKit's build steps (LLB): commands, environments, written files and sources.

https://github.com/moby/buildkit/blob/master/solver/pb/ops.proto
"""

from collections.abc import Iterable, Iterator

from bot.attestations.exposed_text import decoded, keyed, leaves, within
from bot.attestations.provenance import Exposed, RecordPlace
from bot.attestations.slsa_parts import operation
from bot.attestations.values import Document, mapping, mappings, texts


def step_texts(steps: Iterable[Document]) -> Iterator[Exposed]:
    """The texts of all steps."""
    for step in steps:
        does = operation(step)  # one thing, of a build that BuildKit made
        if "exec" in does:
            yield from _exec_texts(mapping(mapping(does["exec"]).get("meta")))
        if "file" in does:
            for action in mappings(mapping(does["file"]).get("actions")):
                yield from _action_texts(mapping(action.get("Action")))
        if "source" in does:
            yield from leaves(RecordPlace.STEP_SOURCE, does["source"], keyed=False)


def _exec_texts(meta: Document) -> Iterator[Exposed]:
    for variable in texts(meta.get("env")):
        key, _, value = variable.partition("=")
        yield from keyed(RecordPlace.STEP_ENVIRONMENT, key, value)
    yield from within(RecordPlace.STEP_COMMAND, " ".join(texts(meta.get("args"))))
    yield from leaves(RecordPlace.STEP_PROXY, meta.get("proxyEnv") or meta.get("proxy_env"), keyed=False)


def _action_texts(action: Document) -> Iterator[Exposed]:
    for kind, details in action.items():
        content = mapping(details).get("data")
        if kind == "mkfile" and isinstance(content, str):
            yield from within(RecordPlace.STEP_FILE, decoded(content))
