from textwrap import indent

import pytest

from tests.workflows.looking import found, job, places, run

RULE = "workflow-index-remade-after-signing"
SIGN = "cosign sign quay.io/acme/app@$D"
MERGE = "docker buildx imagetools create -t quay.io/acme/app:1 quay.io/acme/app@$A quay.io/acme/app@$B"


def test_signed_and_then_merged() -> None:
    assert places(RULE, job(run(SIGN, MERGE))) == [(8, "medium")]


def test_merged_and_then_signed_or_only_retagged() -> None:
    assert not found(RULE, job(run(MERGE, SIGN)))
    assert not found(RULE, job(run(SIGN, MERGE, SIGN)))
    assert not found(RULE, job(run(SIGN, "docker buildx imagetools create -t quay.io/acme/app:1 quay.io/acme/app@$A")))
    assert not found(RULE, job(run(SIGN, MERGE.replace("acme/app:1", "acme/other:1"))))


PARTS = "jobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n" + indent(run(SIGN), "      ")
JOIN = "  join:\n    needs: {}\n    runs-on: ubuntu-latest\n    steps:\n" + indent(run(MERGE), "      ")
AFTER = "  after:\n    needs: join\n    runs-on: ubuntu-latest\n    steps:\n      - {}\n"


def test_merged_by_a_job_that_needs_the_one_which_signs() -> None:
    assert places(RULE, "on: push\n" + PARTS + JOIN.format("[build]")) == [(13, "medium")]
    between = "  test:\n    needs: build\n    runs-on: ubuntu-latest\n    steps: []\n"
    assert found(RULE, "on: push\n" + PARTS + between + JOIN.format("test"))


@pytest.mark.parametrize(
    "last",
    [
        AFTER.format(f"run: {SIGN}"),
        AFTER.format("uses: ./sign"),
        "  after:\n    uses: acme/app/.github/workflows/x.yml@v1\n",
    ],
)
def test_another_job_may_sign_what_was_merged(last: str) -> None:
    assert not found(RULE, "on: push\n" + PARTS + JOIN.format("build") + last)
    assert not found(RULE, "on: push\n" + PARTS + JOIN.format("[]"))
