"""While a registry takes its time, a check imports what it will need: to read the index, the statements, to judge.

Nothing of this is needed for the first request, so that leaves as soon as it can. `tests/cli/test_ahead.py` says what
was imported when it arrives.
"""

import asyncio
from importlib import import_module
from typing import Final

_INDEX: Final = (
    "bot.oci.manifest:Index",
    "bot.unreadable",
    "bot.signatures.signature",
    "bot.evidence",
    "bot.evidence.asking",
    "bot.attestations.head",
    "bot.evidence.attestation_manifests",
    "bot.evidence.tree",
    "bot.evidence.children",
    "bot.signatures.search",
    "bot.evidence.gather",
    "bot.signatures.finder",
    "bot.oci.manifest:Manifest",
)
_STATEMENTS: Final = (
    "bot.attestations.statement:Statement",
    "bot.attestations.provenance",
    "bot.attestations.secrets",
    "bot.attestations.exposed",
    "bot.attestations.materials",
    "bot.attestations.slsa",
    "bot.attestations.reading",
    "bot.evidence.config:ConfigDocument",
    "bot.evidence.configs",
    "bot.evidence.attested",
    "bot.evidence.merge",
)
_JUDGEMENT: Final = (
    "bot.context",
    "bot.rules.rule",
    "bot.report",
    "bot.report.evidence:ProvenanceSummary",
    "bot.report.results:Result",
    "bot.report.document:Report",
    "bot.causes",
    "bot.policy",
    "bot.check",
    "bot.cli.contexts",
    "bot.policy.source",
)
AHEAD: Final = (*_INDEX, *_STATEMENTS, *_JUDGEMENT)
"""In the order in which they are needed, each after those that it imports: none takes more than a few milliseconds.

Behind a colon is a model whose validator is built.
"""

TURNS: Final = 6
"""Turns of the loop between two imports: in so many a request is written to a host that needs no name server."""


async def import_ahead() -> None:
    """Import what is not needed before the first answer; whatever else there is to do comes first.

    Not in a thread: two that hold the interpreter in turns take longer than one.
    """
    for name in AHEAD:
        await let_others()
        module, _, model = name.partition(":")
        imported = import_module(module)
        if model:
            getattr(imported, model).model_rebuild()


async def let_others() -> None:
    """Let everything else go on until it waits."""
    for _ in range(TURNS):
        await asyncio.sleep(0)
