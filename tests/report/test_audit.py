"""One row for each image, and where a family of versions gained or lost something."""

import pytest

from bot.attestations.provenance import Mode as BuildMode
from bot.evidence import Evidence, Unreadable
from bot.oci.ambiguity import Ambiguity, Twofold
from bot.render.words import MODES, last_line
from bot.report import Verdict
from bot.report.audit import AuditRow, Held, Judged, WeakestMode, row_of, turns
from bot.rules import Outcome
from bot.signatures.signature import Layout
from bot.unreadable import UnknownReason
from tests.making import digest, image, platform, provenance, reported, signature
from tests.reports import report as failing_report

NAMED = AuditRow(repository="quay.io/acme/app", tag="1.2.3", version="1.2.3")
UNREAD = Unreadable("quay.io did not answer", passing=True)
HIDDEN = Unreadable("quay.io: 503", UnknownReason.UNSEARCHED, passing=True)
BARE = platform("linux/arm64", provenance=None, sbom=None)


def row(evidence: Evidence, *before: str) -> AuditRow:
    return row_of(reported(evidence), NAMED, before=before)


@pytest.mark.parametrize(
    ("evidence", "mode", "sbom", "signed"),
    [
        (image(), WeakestMode.MAX, Held.YES, Held.YES),
        (image(platform(), platform("linux/arm64", provenance=provenance(BuildMode.MIN))), "min", "yes", "yes"),
        (image(platform(provenance=provenance(BuildMode.FOREIGN))), "foreign", "yes", "yes"),
        (image(platform(provenance=provenance(None))), "other", "yes", "yes"),
        (image(platform(), BARE), "partly", "partly", "yes"),
        (image(BARE, signatures=()), "none", "no", "no"),
        (image(platform(), platform("linux/arm64", provenance=UNREAD, sbom=UNREAD)), "unknown", "unknown", "yes"),
        (image(signatures=(), signatures_unreadable=(HIDDEN,)), "max", "yes", "unknown"),
        (image(signatures=(signature(digest=digest("linux/amd64")),)), "max", "yes", "partly"),
    ],
)
def test_cells(evidence: Evidence, mode: str, sbom: str, signed: str) -> None:
    found = row(evidence)
    assert (found.mode, found.sbom, found.signature) == (mode, sbom, signed)


TWOFOLD = (Ambiguity(Twofold.REPEATED_KEY, digest("index"), "layers"),)
BY_ITSELF = (signature(digest=digest("linux/amd64")),)


@pytest.mark.parametrize(
    ("evidence", "mode", "sbom", "signed"),
    [
        (image(unreadable=(UNREAD,)), "unknown", "unknown", "yes"),
        (image(unconfirmed=(UNREAD,)), "unknown", "unknown", "yes"),
        (image(platform(), unreadable=(UNREAD,), signatures=BY_ITSELF), "unknown", "unknown", "unknown"),
        (image(platform(provenance=provenance(BuildMode.MIN)), unreadable=(UNREAD,)), "unknown", "unknown", "yes"),
        (image(platform(), BARE, unreadable=(UNREAD,), signatures=BY_ITSELF), "partly", "partly", "partly"),
        (image(BARE, unreadable=(UNREAD,), signatures=()), "none", "no", "no"),
        (image(ambiguous=TWOFOLD), "unknown", "unknown", "yes"),
        (image(BARE, ambiguous=TWOFOLD, signatures=()), "unknown", "unknown", "no"),
    ],
)
def test_what_nobody_could_see_is_in_no_cell_as_if_it_were_like_the_rest(
    evidence: Evidence, mode: str, sbom: str, signed: str
) -> None:
    """Else a badge says "max", and an audit "yes", of an image of which a part was not looked at."""
    found = row(evidence)
    assert (found.mode, found.sbom, found.signature) == (mode, sbom, signed)
    report = reported(evidence)
    assert last_line([report, report]).endswith(f"provenance: 2 {MODES[found.mode]}")


def test_a_signature_that_the_users_cannot_read_does_not_count() -> None:
    report = reported(image(signatures=(signature(layout=Layout.BUNDLE),)))
    assert row_of(report, NAMED).signature is Held.YES
    assert row_of(report, NAMED, readers=frozenset({Layout.COSIGN_TAG.value})).signature is Held.NO


def test_an_image_from_before_a_rule_does_not_fail() -> None:
    evidence = image(platform(sbom=None))
    assert row(evidence).verdict is Judged.FAIL
    found = row(evidence, "sbom-missing", "provenance-missing")
    assert (found.verdict, found.failing, found.before) == (Judged.BEFORE, ("sbom-missing",), ("sbom-missing",))


def test_an_image_that_also_fails_something_else_fails() -> None:
    evidence = image(platform(sbom=None, provenance=provenance(BuildMode.MIN)))
    assert row(evidence, "sbom-missing").verdict is Judged.FAIL


def test_unknown_is_never_from_before() -> None:
    assert row(image(platform(sbom=UNREAD)), "sbom-missing").verdict is Judged.UNKNOWN


def history(*modes: str) -> list[tuple[str, str, str, bool]]:
    rows = [
        AuditRow(
            repository="r", tag=f"1.{n}", version=f"1.{n}", mode=WeakestMode(mode), sbom=Held.YES, signature=Held.NO
        )
        for n, mode in enumerate(modes)
    ]
    return [(turn.kind, turn.version, turn.previous, turn.unsure) for turn in turns(rows)]


def test_turns() -> None:
    assert history("none", "none", "min", "max", "partly", "none") == [
        ("gained", "1.2", "1.1", False),
        ("gained", "1.3", "1.2", False),
        ("lost", "1.4", "1.3", False),
        ("lost", "1.5", "1.4", False),
    ]


def test_a_version_that_could_not_be_read_is_no_turn_and_makes_the_next_one_unsure() -> None:
    assert history("max", "unknown", "max") == []
    assert history("max", "unknown", "none", "max") == [("lost", "1.2", "1.0", True), ("gained", "1.3", "1.2", False)]
    assert history("unknown", "max") == []


def test_nothing_is_lost_in_a_version_of_which_github_was_not_to_be_asked() -> None:
    bare = row(image(BARE, code_host_unreadable=(HIDDEN,)))
    whole = row(image(platform("linux/arm64")))
    assert list(turns([whole, bare])) == []
    assert [(one.what, one.kind) for one in turns([whole, bare, whole])] == []
    lost = turns([whole, row(image(BARE, signatures=()))])
    assert [(one.what, one.kind) for one in lost] == [("mode", "lost"), ("sbom", "lost"), ("signature", "lost")]


def test_what_cannot_be_compared_is_no_turn() -> None:
    assert history("min", "foreign", "max") == []
    assert history("none", "foreign", "none") == [("gained", "1.1", "1.0", False), ("lost", "1.2", "1.1", False)]


def test_what_could_not_be_read_is_not_excused_with_what_the_policy_asks_of_later_versions() -> None:
    report = failing_report(verdict=Verdict.FAIL)
    (fails,) = report.results
    unread = fails.model_copy(update={"rule": "provenance-missing", "outcome": Outcome.UNKNOWN})
    both = report.model_copy(update={"results": (fails, unread)})
    assert row_of(report, NAMED, before={fails.rule}).verdict is Judged.BEFORE
    assert row_of(both, NAMED, before={fails.rule}).verdict is Judged.UNKNOWN
    assert row_of(both, NAMED, before={fails.rule, unread.rule}).verdict is Judged.BEFORE
