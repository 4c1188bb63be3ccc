"""A sentence is for people; a decision is made on a code.

Images are judged and told twice, once with every sentence swapped for "x": nothing else may differ.
"""

from collections.abc import AsyncIterator
from typing import Final

import pytest

from bot.attestations.provenance import Mode
from bot.attestations.statement import SLSA_V1, SPDX
from bot.check import report_on
from bot.context import Context, Phase, WorkflowFinding
from bot.evidence import Evidence, MissingBlob, Unlinked, UnlinkedReason, Unreadable
from bot.policy import Policy, default_policy
from bot.render.release.view import Mentions
from bot.report import Report
from bot.signatures.reason import SignatureReason
from bot.signatures.signature import SignatureState
from bot.store import Store
from bot.store.threads import Thread
from bot.unreadable import MissingKind, UnknownReason, gone
from bot.values import replace
from tests.causes.showing import FIXTURES, elsewhere, of, sibling
from tests.conftest import SAMPLES
from tests.fake_slack import FakeSlack
from tests.making import NOW, digest, image, platform, provenance, signature, statement
from tests.slack.parts import opened
from tests.wordless import rules, told, wordless

POLICY: Final = replace(default_policy(), require=default_policy().require | {"signature-missing"}, owners=("U0OWNER",))
BARE: Final = platform(provenance=None, sbom=None, statements=(), attestation_manifests=())
LOST: Final = gone(f"attestation {digest('lost')}", digest("lost"))
OTHER: Final = signature(SignatureState.INVALID, code=SignatureReason.OTHER_DIGEST)
UNSIGNED: Final = image(signatures=())

CONTEXTS: Final = {
    "good": Context(image()),
    "settling": Context(UNSIGNED, phase=Phase.SETTLING),
    "unsigned": Context(UNSIGNED),
    "copied": Context(UNSIGNED, sisters=(elsewhere("docker.io"),)),
    "sibling": Context(UNSIGNED, sisters=(sibling(),)),
    "other-digest": Context(image(signatures=(OTHER,))),
    "unverifiable": Context(image(signatures=(signature(SignatureState.UNVERIFIABLE),))),
    "unsearched": Context(replace(UNSIGNED, signatures_unreadable=(Unreadable("503", UnknownReason.UNSEARCHED),))),
    "unreadable": Context(image(platform(provenance=Unreadable("timed out", passing=True)))),
    "gone": Context(
        image(
            platform(provenance=LOST, statements=(statement(unreadable=LOST),)),
            missing=(MissingBlob(LOST.digest, digest("index"), MissingKind.ATTESTATION, "linux/amd64"),),
        )
    ),
    "dropped": Context(image(BARE, unlinked=(Unlinked(digest("a"), UnlinkedReason.NO_ANNOTATIONS),))),
    "dangling": Context(image(BARE, unlinked=(Unlinked(digest("a"), UnlinkedReason.DANGLING, digest("b")),))),
    "broken": Context(image(platform(provenance=None, statements=(statement(problem="not JSON"), statement(SPDX))))),
    "mislabelled": Context(image(platform(provenance=None, statements=(statement(SPDX, annotated_type=SLSA_V1),)))),
    "min": Context(
        image(platform(provenance=provenance(Mode.MIN, builder_id=""))),
        workflow=(WorkflowFinding("workflow-provenance-not-explicit", "build.yml", 3, "it is not explicit"),),
    ),
    "nothing runs": Context(replace(image(), platforms=())),
}


def outcome(report: Report) -> object:
    """All that may be decided: sentences are not in it."""
    return (
        report.verdict,
        report.is_waiting,
        report.trust and (report.trust.level, report.trust.slsa_build_level, report.trust.code),
        [
            (
                result.rule,
                result.outcome,
                result.severity,
                result.required,
                result.is_awaited,
                bool(result.reason),
                {(finding.subject, finding.outcome, finding.severity, finding.reason) for finding in result.findings},
                [(cause.cause, cause.sureness) for cause in result.causes],
            )
            for result in report.results
        ],
    )


def silent(context: Context, policy: Policy = POLICY) -> Report:
    """The report on the same, with "x" for every sentence at its source, and for those of the report itself."""
    return told(report_on(wordless(context), policy, now=NOW, rules=rules()))


def spoken(context: Context, policy: Policy = POLICY) -> Report:
    return report_on(context, policy, now=NOW)


@pytest.mark.parametrize("name", CONTEXTS)
def test_the_same_is_decided(name: str) -> None:
    assert outcome(silent(CONTEXTS[name])) == outcome(spoken(CONTEXTS[name]))


def test_the_sentences_are_gone() -> None:
    report = silent(CONTEXTS["unsearched"])
    messages = {finding.message for result in report.results for finding in result.findings}
    assert messages == {"x"}
    assert wordless(Unreadable("timed out")) == Unreadable("x")


@pytest.mark.parametrize("name", sorted(one.name for place in (SAMPLES, FIXTURES) for one in place.iterdir()))
async def test_the_same_is_decided_about_real_images(name: str) -> None:
    context = Context(await of(name))
    assert outcome(silent(context)) == outcome(spoken(context))


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as fake:
        for channel in ("C0SPOKEN", "C0SILENT"):
            fake.channel(channel, channel.lower())
        yield fake


STORY: Final = (
    "settling", "unsigned", "unreadable", "min", "other-digest", "good", "good", "settling", "good", "dropped", "gone"
)  # fmt: skip


async def test_the_same_stands_in_the_thread_after_every_look(slack: FakeSlack, store: Store) -> None:
    """The same messages are posted and edited, in the same order; owners are called at the same moments."""
    async with opened(slack, store) as office:
        office.owners, office.mentions = POLICY.owners, Mentions.THREAD
        for name in STORY:
            context = moved(CONTEXTS[name], name)
            await office.publish(spoken(context), channel="C0SPOKEN")
            await office.publish(silent(context), channel="C0SILENT")
            assert said(slack, "C0SILENT") == said(slack, "C0SPOKEN"), name
        (heard, unheard) = [sorted(thread_parts(one)) for one in await office.threads.newest()]
    assert heard == unheard
    assert {part.partition(".")[0] for part, *_ in heard} >= {"", "fix", "verdict", "mention"}


def moved(context: Context, name: str) -> Context:
    """The same tag after another push."""
    evidence: Evidence = replace(context.evidence, digest=digest("index"), notes=(f"looked at while it was {name}",))
    return replace(context, evidence=evidence)


def said(slack: FakeSlack, channel: str) -> list[object]:
    """What was sent there: which method, and which message of the thread."""
    return [
        (call.method, call.args["metadata"]["event_type"], call.args["metadata"]["event_payload"].get("rule"))
        for call in slack.calls
        if call.args.get("channel") == channel and "metadata" in call.args
    ]


def thread_parts(thread: Thread) -> list[tuple[str, str, int, str, bool, bool]]:
    return [
        (message.part, str(message.state), message.rev, message.verdict, message.is_failing, message.failed_before)
        for message in (thread.parent, *thread.replies)
    ]
