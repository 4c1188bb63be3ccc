"""What is said and offered where an action is pinned to a commit."""

import pytest

from tests.workflows.looking import build, found, job

SBOM = "workflow-sbom-not-requested"
COMMIT = "docker/build-push-action@0123456789012345678901234567890123456789"


@pytest.mark.parametrize(
    ("uses", "is_fixed"),
    [
        (COMMIT, False),
        (f"{COMMIT} # v2", False),
        (f"{COMMIT} # v5", True),
        (f"{COMMIT} # v6.9.0", True),
        ("docker/build-push-action@master", True),
    ],
)
def test_a_fix_is_offered_where_the_action_understands_it(uses: str, is_fixed: bool) -> None:  # noqa: FBT001
    (one,) = found(SBOM, job(build("push: true", "tags: quay.io/acme/app:1", uses=uses)))
    assert one.severity.value == "medium"
    assert one.fixable is is_fixed
    assert ("which version the commit is" in one.message) is not is_fixed
