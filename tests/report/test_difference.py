"""What the second image has lost: never a guess, and nothing that only looks different."""

from typing import Any

import pytest

from bot.attestations.provenance import Mode
from bot.evidence import Evidence, PlatformEvidence, Unreadable
from bot.oci.ambiguity import Ambiguity, Twofold
from bot.report.difference import Aspect, Compared, Difference, DifferenceKind, ImageChange, compare
from bot.signatures.signature import Layout, SignatureState
from bot.unreadable import UnknownReason
from bot.values import replace
from tests.making import BUILDKIT, COMMIT, WORKFLOW, digest, image, platform, provenance, reported, sbom, signature

OTHER_COMMIT = "f" * 40
TIMED_OUT = Unreadable("quay.io did not answer", passing=True)
HIDDEN = Unreadable("quay.io: 503", UnknownReason.UNSEARCHED, passing=True)


def difference(before: Evidence, after: Evidence, **more: Any) -> Difference:  # noqa: ANN401 - any option
    return compare(Compared(reported(before), {}), Compared(reported(after), {}), **more)


def changes(before: Evidence, after: Evidence, **more: Any) -> list[tuple[str, str, str]]:  # noqa: ANN401
    found = difference(before, after, **more).changes
    return [(change.kind.value, change.aspect.value, change.subject) for change in found]


def the_only(before: Evidence, after: Evidence, **more: Any) -> ImageChange:  # noqa: ANN401
    found = difference(before, after, **more).changes
    assert len(found) == 1, found
    return found[0]


def test_an_image_does_not_differ_from_itself() -> None:
    found = difference(image(), image())
    assert found.changes == ()
    assert found.is_same_content
    assert found.is_certain


@pytest.mark.parametrize("aspect", ["provenance", "sbom"])
def test_what_github_may_hold_is_not_lost_while_it_does_not_answer(aspect: str) -> None:
    bare: dict[str, Any] = {aspect: None}
    silent = image(platform(**bare), code_host_unreadable=(HIDDEN,))
    lost = the_only(image(platform()), silent)
    assert (lost.kind, lost.aspect, lost.may_be_lost) == (DifferenceKind.UNKNOWN, aspect, True)
    assert "503" in lost.reason
    gained = the_only(silent, image(platform()))
    assert (gained.kind, gained.may_be_lost) == (DifferenceKind.UNKNOWN, False)
    assert the_only(image(platform()), image(platform(**bare))).kind is DifferenceKind.LOST


@pytest.mark.parametrize(
    ("before", "after", "kind", "aspect"),
    [
        (platform(), platform(provenance=None), "lost", "provenance"),
        (platform(provenance=None), platform(), "gained", "provenance"),
        (platform(), platform(provenance=provenance(Mode.MIN)), "lost", "provenance-mode"),
        (platform(provenance=provenance(Mode.MIN)), platform(), "gained", "provenance-mode"),
        (platform(), platform(provenance=provenance(Mode.FOREIGN)), "changed", "provenance-mode"),
        (platform(), platform(sbom=None), "lost", "sbom"),
        (platform(sbom=None), platform(), "gained", "sbom"),
        (platform(), platform(provenance=provenance(workflow=".github/workflows/x.yml")), "changed", "workflow"),
        (platform(), platform(provenance=provenance(source="https://github.com/evil/app")), "changed", "source"),
        (platform(), platform(provenance=provenance(builder_id="https://laptop")), "changed", "builder"),
    ],
)
def test_one_thing_that_differs_is_told_once(
    before: PlatformEvidence, after: PlatformEvidence, kind: str, aspect: str
) -> None:
    assert changes(image(before), image(after)) == [(kind, aspect, "linux/amd64")]


@pytest.mark.parametrize("after", [platform(provenance=TIMED_OUT), platform(sbom=TIMED_OUT)])
def test_what_could_not_be_read_is_never_lost(after: PlatformEvidence) -> None:
    found = difference(image(platform()), image(after))
    assert [change.kind for change in found.changes] == [DifferenceKind.UNKNOWN]
    assert found.changes[0].reason == "quay.io did not answer"
    assert not found.is_certain


def test_what_was_never_there_cannot_be_lost() -> None:
    found = difference(image(platform(sbom=None)), image(platform(sbom=TIMED_OUT)))
    assert [change.kind for change in found.changes] == [DifferenceKind.UNKNOWN]
    assert found.is_certain


def test_what_is_there_now_is_not_lost_whatever_was_before() -> None:
    found = difference(image(platform(sbom=TIMED_OUT)), image(platform()))
    assert [change.kind for change in found.changes] == [DifferenceKind.UNKNOWN]
    assert found.is_certain


def test_runs_of_the_same_builder_are_the_same_builder() -> None:
    one, two = (f"https://github.com/acme/app/actions/runs/{run}" for run in ("1", "22/attempts/3"))
    assert (
        changes(
            image(platform(provenance=provenance(builder_id=one))),
            image(platform(provenance=provenance(builder_id=two))),
        )
        == []
    )


def test_a_new_revision_has_a_link_to_the_commits() -> None:
    change = the_only(image(platform()), image(platform(provenance=provenance(revision=OTHER_COMMIT))))
    assert (change.aspect, change.before, change.after) == (Aspect.REVISION, COMMIT, OTHER_COMMIT)
    assert change.url == f"https://github.com/acme/app/compare/{COMMIT}...{OTHER_COMMIT}"


def test_revisions_of_two_repositories_have_no_link() -> None:
    other = provenance(revision=OTHER_COMMIT, source="https://github.com/evil/app")
    found = difference(image(platform()), image(platform(provenance=other)))
    assert [change.url for change in found.changes] == ["", ""]


def test_another_base_image() -> None:
    after = ("pkg:docker/alpine@3.21?platform=linux%2Famd64", "pkg:docker/golang@1.24")
    change = the_only(image(platform()), image(platform(provenance=provenance(base_images=after))))
    assert (change.aspect, change.before, change.after) == (Aspect.BASE_IMAGES, "alpine:3.20", "alpine:3.21")


def test_platforms() -> None:
    both, one = image(platform(), platform("linux/arm64")), image(platform())
    assert changes(both, one) == [("lost", "platform", "linux/arm64")]
    assert changes(one, both) == [("gained", "platform", "linux/arm64")]


def test_a_platform_may_stand_where_nobody_could_look() -> None:
    found = difference(image(platform(), platform("linux/arm64")), image(platform(), unreadable=(TIMED_OUT,)))
    assert [(change.kind, change.subject) for change in found.changes] == [(DifferenceKind.UNKNOWN, "linux/arm64")]
    assert not found.is_certain


@pytest.mark.parametrize("aspect", ["provenance", "sbom"])
def test_what_a_part_that_was_not_seen_may_hold_is_not_lost(aspect: str) -> None:
    bare: dict[str, Any] = {aspect: None}
    found = difference(image(platform()), image(platform(**bare), unreadable=(TIMED_OUT,)))
    assert (DifferenceKind.UNKNOWN, aspect) in [(one.kind, one.aspect) for one in found.changes]
    assert found.of(DifferenceKind.LOST) == ()
    assert not found.is_certain


TWOFOLD = (Ambiguity(Twofold.REPEATED_KEY, digest("index"), "layers"),)
FORGED = image(digest=digest("forged"), ambiguous=TWOFOLD, signatures=(signature(digest=digest("forged")),))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (image(), image(unreadable=(TIMED_OUT,))),
        (image(), image(unconfirmed=(TIMED_OUT,))),
        (image(unreadable=(TIMED_OUT,)), image()),
        (image(), FORGED),
        (FORGED, image()),
    ],
)
def test_nobody_knows_that_nothing_is_lost_where_not_all_was_seen(before: Evidence, after: Evidence) -> None:
    change = the_only(before, after)
    assert (change.kind, change.aspect, change.subject) == (DifferenceKind.UNKNOWN, Aspect.DOCUMENT, "image")
    assert change.may_be_lost
    assert "two ways" in change.reason or "quay.io did not answer" in change.reason


def test_a_document_that_is_the_same_on_both_sides_has_lost_nothing_in_either_reading() -> None:
    assert changes(FORGED, FORGED) == []


@pytest.mark.parametrize(
    ("before", "after", "is_certain"),
    [(Mode.MAX, None, False), (None, Mode.MIN, False), (None, Mode.MAX, True), (Mode.MIN, None, True)],
)
def test_a_mode_that_cannot_be_read_may_be_a_weaker_one(
    before: Mode | None, after: Mode | None, *, is_certain: bool
) -> None:
    found = difference(image(platform(provenance=provenance(before))), image(platform(provenance=provenance(after))))
    assert [(one.kind, one.aspect) for one in found.changes] == [(DifferenceKind.UNKNOWN, Aspect.MODE)]
    assert found.is_certain is is_certain
    assert "cannot be read" in found.changes[0].reason


@pytest.mark.parametrize(("before", "after"), [
    ("linux/arm64/v8", "linux/arm64"),
    ("linux/arm/v7", "linux/arm"),
    ("linux/armhf", "linux/arm/v7"),
    ("linux/x86_64", "linux/amd64"),
    ("Linux/aarch64", "linux/arm64"),
    ("linux/amd64/v1", "linux/amd64"),
])  # fmt: skip
def test_names_that_mean_the_same_platform(before: str, after: str) -> None:
    """The rule on lost platforms takes them for the same, too."""
    same = digest("the same content")
    images = [image(replace(platform(name), digest=same)) for name in (before, after)]
    assert changes(*images) == []


def test_two_builds_of_one_windows_are_one_platform() -> None:
    windows = ("windows/amd64 10.0.20348.2655", "windows/amd64 10.0.20348.2700")
    assert changes(*(image(platform(name)) for name in windows)) == []


def test_windows_servers_of_two_years_are_two_platforms() -> None:
    windows = ("windows/amd64 10.0.20348.2655", "windows/amd64 10.0.17763.6293")
    assert [kind for kind, _, _ in changes(*(image(platform(name)) for name in windows))] == ["lost", "gained"]


def test_an_index_and_a_single_manifest_of_the_same_platform() -> None:
    single = image(platform(), digest=digest("linux/amd64"), is_index=False, signatures=())
    assert changes(image(platform(), signatures=()), single) == [("changed", "form", "image")]


class TestSignatures:
    UNSIGNED = image(signatures=())

    def test_lost_and_gained(self) -> None:
        assert changes(image(), self.UNSIGNED) == [("lost", "signature", "image")]
        assert changes(self.UNSIGNED, image()) == [("gained", "signature", "image")]

    @pytest.mark.parametrize(
        "after",
        [
            replace(UNSIGNED, signatures_unreadable=(HIDDEN,)),
            replace(UNSIGNED, code_host_unreadable=(HIDDEN,)),
            replace(UNSIGNED, signatures_searched=False),
            image(signatures=(signature(SignatureState.UNVERIFIABLE),)),
        ],
    )
    def test_a_search_with_holes_loses_nothing(self, after: Evidence) -> None:
        found = difference(image(), after)
        assert [change.kind for change in found.changes] == [DifferenceKind.UNKNOWN]
        assert found.changes[0].reason
        assert not found.is_certain

    def test_a_report_from_before_searches_were_told_loses_nothing(self) -> None:
        old = reported(self.UNSIGNED).model_copy(update={"search": None})
        found = compare(Compared(reported(image()), {}), Compared(old, {}))
        assert [change.kind for change in found.changes] == [DifferenceKind.UNKNOWN]

    def test_a_signature_that_is_not_valid_is_no_signature(self) -> None:
        assert changes(image(), image(signatures=(signature(SignatureState.INVALID),))) == [
            ("lost", "signature", "image")
        ]

    def test_another_ref_is_the_same_signer_and_another_workflow_is_not(self) -> None:
        other = signature(identity=WORKFLOW.replace("1.2.3", "1.2.4"))
        assert changes(image(), image(signatures=(other,))) == []
        other = signature(identity=WORKFLOW.replace("release.yml", "evil.yml"))
        assert changes(image(), image(signatures=(other,))) == [("changed", "signer", "image")]

    def test_another_layout_is_a_change_unless_the_readers_cannot_read_it(self) -> None:
        """Microcks issue 1837: cosign 3 wrote bundles, and readers of `.sig` tags saw nothing."""
        bundle = image(signatures=(signature(layout=Layout.BUNDLE),))
        assert changes(image(), bundle) == [("changed", "signature-layout", "image")]
        readers = frozenset({Layout.COSIGN_TAG.value})
        change = the_only(image(), bundle, readers=readers)
        assert (change.kind, change.aspect) == (DifferenceKind.LOST, Aspect.SIGNATURE)
        assert Layout.BUNDLE in change.after

    def test_platforms_that_are_signed_one_by_one(self) -> None:
        each = tuple(signature(digest=digest(name)) for name in ("linux/amd64", "linux/arm64"))
        assert changes(image(signatures=each), image(signatures=each[:1])) == [("lost", "signature", "linux/arm64")]
        assert changes(image(signatures=each), image()) == [("gained", "signature", "image")]

    def test_a_signed_scan_signs_nothing(self) -> None:
        scan = signature(predicate_type="https://cosign.sigstore.dev/attestation/vuln/v1")
        assert changes(image(), image(signatures=(scan,))) == [
            ("lost", "signature", "image"),
            ("gained", "attestation", "image"),
        ]
        assert changes(image(signatures=(signature(), scan)), image()) == [("lost", "attestation", "image")]


def test_what_matters_most_comes_first() -> None:
    before = image(platform(), platform("linux/arm64", sbom=None))
    after = image(platform(provenance=None), platform("linux/arm64", sbom=sbom(), provenance=TIMED_OUT))
    assert [kind for kind, _, _ in changes(before, after)] == ["lost", "unknown", "gained"]


def test_it_is_a_document_that_can_be_read_back() -> None:
    found = difference(image(), image(platform(provenance=None)))
    assert Difference.model_validate_json(found.model_dump_json()) == found
    assert BUILDKIT not in found.model_dump_json()
