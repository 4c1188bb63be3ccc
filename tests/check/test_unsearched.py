"""What is not in the index, where another place could not be searched: no surface calls it missing or lost."""

from collections.abc import AsyncIterator, Callable

import pytest

from bot.board.cell import cell_of
from bot.policy import default_policies
from bot.releases import Placement, ReleaseName
from bot.render import csv, words
from bot.render.html.badge import badge
from bot.report import Report, State
from bot.report.audit.document import AuditRow, Held, WeakestMode
from bot.report.audit.rows import row_of
from bot.report.difference import Compared, DifferenceKind, compare
from bot.rules import Outcome, Question
from bot.signatures.finder import SignatureFinder
from tests.attestations.predicates import BUILT, v1
from tests.checking import check
from tests.fake_registry import FakeRegistry
from tests.oci.opened import opened
from tests.private_sigstore import PrivateSigstore, statement
from tests.registry_faults import Status
from tests.signatures.judged import TODAY
from tests.signatures.signing import Signed

SIGSTORE = PrivateSigstore()
STATEMENTS = {
    "https://slsa.dev/provenance/v1": v1(internal={"buildConfig": BUILT}),
    "https://spdx.dev/Document": {"spdxVersion": "SPDX-2.3", "packages": [{"SPDXID": "SPDXRef-a", "name": "a"}]},
}


@pytest.fixture
async def image() -> AsyncIterator[Signed]:
    """Provenance and an SBOM under the tag of cosign, and nothing in the index."""
    async with FakeRegistry() as registry:
        image, signer = Signed(registry), SIGSTORE.signer()
        child = image.platform("linux/amd64")
        image.index(child)
        made = [statement(child["digest"], kind, predicate) for kind, predicate in STATEMENTS.items()]
        image.sig_tag(child["digest"], *(SIGSTORE.att_layer(one, signer) for one in made), suffix="att")
        yield image


async def reports(image: Signed) -> tuple[Report, Report]:
    """While the registry shows the tag, and while it does not."""
    search = SignatureFinder(SIGSTORE.trust, clock=lambda: TODAY)

    async def look() -> Report:
        async with opened(image.registry) as registry:
            return await check(image.reference, registry, default_policies(), search=search)

    seen = await look()
    image.registry.fault(".att", Status(403))
    return seen, await look()


def _cell(report: Report, image: Signed) -> tuple[str, str]:
    cell = cell_of(report, Placement(image.reference, ReleaseName("app", "1.0")))
    assert f"provenance: {cell.mode}" in badge(cell.mode)
    return cell.mode.value, cell.sbom.value


@pytest.mark.parametrize(
    ("shown", "seen", "unseen"),
    [
        (lambda one: one.answer(Question.HAS_PROVENANCE).outcome, Outcome.PASS, Outcome.UNKNOWN),
        (lambda one: one.answer(Question.HAS_SBOM).outcome, Outcome.PASS, Outcome.UNKNOWN),
        (lambda one: one.platforms[0].provenance.state, State.PRESENT, State.UNREADABLE),
        (lambda one: one.platforms[0].sbom.state, State.PRESENT, State.UNREADABLE),
        (lambda one: one.trust.slsa_build_level, 1, None),
        (lambda one: row_of(one, AuditRow(repository="a", tag="1")).mode, WeakestMode.MAX, WeakestMode.UNKNOWN),
        (lambda one: row_of(one, AuditRow(repository="a", tag="1")).sbom, Held.YES, Held.UNKNOWN),
        (lambda one: words.last_line([one]).partition("provenance: ")[2], "1 max", "1 unknown"),
        (lambda one: csv.render([one]).splitlines()[1].split(",")[3], "max", "unknown"),
    ],
)
async def test_it_is_unknown_everywhere(
    image: Signed, shown: Callable[[Report], object], seen: object, unseen: object
) -> None:
    one, other = await reports(image)
    assert (shown(one), shown(other)) == (seen, unseen)


async def test_so_it_is_on_the_board_and_in_the_badge(image: Signed) -> None:
    one, other = await reports(image)
    assert (_cell(one, image), _cell(other, image)) == (("max", "yes"), ("unknown", "unknown"))


async def test_and_a_comparison_calls_nothing_lost(image: Signed) -> None:
    one, other = await reports(image)
    changes = compare(Compared(one, {}), Compared(other, {})).changes
    assert {change.kind for change in changes} == {DifferenceKind.UNKNOWN}
    assert any(change.may_be_lost for change in changes)
