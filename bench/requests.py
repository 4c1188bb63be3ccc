"""What checks and audits ask of a registry, by kind of request: counts, which do not depend on the machine.

One image of two platforms with provenance and SBOM, and audits of 50 versions with provenance, all by a person in a
terminal; nothing is remembered when each begins.
"""

import asyncio
from collections import Counter
from datetime import UTC, datetime
from typing import Final

from bench.registry import SAMPLE, SIGNED, TAG
from bench.saying import say
from bot.check.audit.run import Auditor
from bot.check.audit.scope import AuditScope
from bot.check.looker import Looker
from bot.evidence.options import GatherOptions
from bot.oci.reference import Reference
from bot.oci.registry import Registry
from bot.policy import default_policies
from bot.policy.search import Searching
from bot.signatures.options import RootOptions
from tests.asked_kinds import kinds
from tests.check.versions import Versions
from tests.conftest import SAMPLES
from tests.fake_registry import FakeRegistry, Referrers
from tests.oci.opened import opened

VERSIONS: Final = 50

SHARED: Final = {
    "nothing in common": (),
    "one platform in common": ("arm64",),
    "both platforms in common": ("amd64", "arm64"),
}


async def main() -> None:
    """Print the counts."""
    for kind in (Referrers.API, Referrers.NONE):
        name = "with the referrers API" if kind is Referrers.API else "without"
        await check(f"a check, not signed, {name}", kind)
        if SIGNED.is_dir():
            await check(f"a check, signed by key, {name}", kind, is_signed=True)
        await check(f"a check, not signed, {name}, no list of tags", kind, tag_api="quay")
        for common, same in SHARED.items():
            await audit(f"a version of {VERSIONS}, {common}, {name}", kind, same)


async def check(story: str, kind: Referrers, *, is_signed: bool = False, tag_api: str = "tags") -> None:
    """Count those of one image."""
    async with FakeRegistry(referrers=kind, fallback_tags=False) as fake:  # BuildKit writes no lists under tags
        fake.add_layout(SIGNED if is_signed else SAMPLES / SAMPLE, "demo/app", tag=TAG)
        async with opened(fake, local=True, tag_apis={fake.host: tag_api}) as registries:
            await looker(registries).evidence(Reference.parse(f"{fake.host}/demo/app:{TAG}"))
        tell(story, kinds(fake), 1)


async def audit(story: str, kind: Referrers, same: tuple[str, ...]) -> None:
    """Count those of an audit, for each version."""
    async with FakeRegistry(referrers=kind) as fake:
        repository = Versions(fake, same=same).push(VERSIONS)
        async with opened(fake, local=True) as registries:
            await Auditor(looker(registries), AuditScope(), lambda: datetime.now(UTC)).audit([repository])
        tell(story, kinds(fake), VERSIONS)


def looker(registries: Registry) -> Looker:
    """As in a terminal, without the public root: nothing is asked for but the registry."""
    options = GatherOptions()
    search = Searching(RootOptions(public=False), default_policies, options=options)
    return Looker(registries, default_policies(), options, search)


def tell(story: str, counts: dict[str, int], images: int) -> None:
    """One line for all, one for the kinds."""
    say(f"{story}: {sum(counts.values()) / images:.1f}")
    say("    " + "; ".join(f"{kind}: {count / images:.3g}" for kind, count in Counter(counts).most_common()))


if __name__ == "__main__":
    asyncio.run(main())
