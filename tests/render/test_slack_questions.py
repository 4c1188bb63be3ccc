"""Answers to people's questions in Slack: within its limits, and nothing from outside formats, links or mentions."""

from collections.abc import Callable

import pytest

from bot.evidence import Unreadable
from bot.render.slack.audit import audited
from bot.render.slack.difference import compared
from bot.render.slack.message import MessageDraft, texts
from bot.report.audit import Audit, AuditRow, Unlisted, WeakestMode
from bot.report.difference import Compared, PackageChange, PackagesDifference, compare
from tests.making import image, platform, provenance, reported

HOSTILE = "\x1b[31m`<!channel> <https://evil.example|x> *b* @here\u202e"


def difference(count: int, text: str) -> MessageDraft:
    after = platform(provenance=provenance(builder_id=text, workflow=text), sbom=Unreadable(text))
    found = compare(Compared(reported(image(platform())), {}), Compared(reported(image(after)), {}))
    changes = tuple(PackageChange(kind="added", type=text, name=text, after=(text,)) for _ in range(count))
    packages = tuple(
        PackagesDifference(platform=text, before=0, after=count, added=count, changes=changes) for _ in range(9)
    )
    return compared(found.model_copy(update={"packages": packages}))


def audit(count: int, text: str) -> MessageDraft:
    rows = [
        AuditRow(
            repository="quay.io/acme/app",
            tag=f"{n}.0.0-{'x' * 110}",
            version=f"{n}.0.0",
            mode=WeakestMode.MIN,
            reason=text,
        )
        for n in range(count)
    ]
    unlisted = [Unlisted(repository="quay.io/x/y", reason=text) for _ in range(count)]
    return audited(Audit(rows=tuple(rows), unlisted=tuple(unlisted), notes=(text,) * count))


@pytest.mark.parametrize("count", [0, 1, 30, 900])
@pytest.mark.parametrize("text", ["", "x", HOSTILE, "y" * 4000, "&" * 4000])
@pytest.mark.parametrize("make", [difference, audit])
def test_within_the_limits_and_safe(make: Callable[[int, str], MessageDraft], count: int, text: str) -> None:
    draft = make(count, text)
    assert draft.fits(), [len(part) for part in texts(draft.blocks)]
    shown = " ".join([draft.text, *texts(draft.blocks)])
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    said = [block for block in draft.blocks if block["type"] != "rich_text"]
    assert not any("<!channel>" in part or "<https://evil" in part for part in (draft.text, *texts(said)))
