"""No fix gives attestations to an image that `docker manifest create` may take: it refuses an index."""

import pytest

from bot.workflows.unresolved import may_be_same
from tests.workflows.looking import found, job, run

LINES = (
    "for app in web api; do docker manifest create quay.io/acme/$app:1 quay.io/acme/$app:1-amd64; done",
    "docker manifest annotate quay.io/acme/$app:1 quay.io/acme/$app:1-amd64 --arch amd64",
    "docker manifest push quay.io/acme/$app:1",
)
RULES = ("workflow-provenance-disabled", "workflow-sbom-not-requested")


@pytest.mark.parametrize(
    ("name", "fixed"),
    [
        ("quay.io/acme/$TARGET:$TAG-$ARCH", False),
        ("$IMAGE", False),
        ("quay.io/acme/web:1-${{ matrix.arch }}", False),
        ("quay.io/acme/web:1-arm64", True),
        ("quay.io/acme/$TARGET:1-windows", True),
        ("ghcr.io/acme/$TARGET:1", True),
    ],
)
def test_names_that_variables_hold(name: str, *, fixed: bool) -> None:
    build = run("docker buildx create --use", f"docker buildx build --push --provenance=false -t {name} .")
    lines = [one.replace("$app", "${app}") for one in LINES]
    text = job("\n".join([build, run(*lines)]))
    assert [[one.fixable for one in found(rule, text)] for rule in RULES] == [[fixed], [fixed]]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a/b:1", "a/b:1", True),
        ("a/b:1", "a/b:2", False),
        ("a/b:${TAG}", "a/b:${TAG}", True),
        ("a/${X}-amd64", "a/${X}-arm64", False),
        ("a/b:1", "a/${NAME}", True),
        ("a/b:${TAG}", "a/c:1", False),
        ("a/b:${{ env.TAG }}-x", "a/b:${TAG}-x", True),
        ("a/b:${TAG}-y", "a/b:1-x", False),
    ],
)
def test_texts_that_may_turn_out_to_be_one(one: str, other: str, *, same: bool) -> None:
    assert may_be_same(one, other) is may_be_same(other, one) is same
