import pytest

from tests.workflows.looking import found, job, mended, places, run

RULE = "workflow-docker-manifest"
CREATE = "docker manifest create quay.io/acme/app:1 quay.io/acme/app:1-amd64 quay.io/acme/app:1-arm64"
INSTEAD = "docker buildx imagetools create -t quay.io/acme/app:1 quay.io/acme/app:1-amd64 quay.io/acme/app:1-arm64"


def test_create_and_push_become_one_command() -> None:
    text = job(run(CREATE, "docker manifest push quay.io/acme/app:1", "echo done"))
    assert places(RULE, text) == [(7, "high")]
    assert mended(RULE, text) == job(run(INSTEAD, "echo done"))


def test_amend_is_dropped() -> None:
    create = (
        "docker manifest create quay.io/acme/app:1 --amend quay.io/acme/app:1-amd64 --amend quay.io/acme/app:1-arm64"
    )
    assert INSTEAD in mended(RULE, job(run(create, "docker manifest push --purge quay.io/acme/app:1", "true")))


@pytest.mark.parametrize(
    "lines",
    [
        (CREATE,),
        (CREATE, "docker manifest push quay.io/acme/other:1"),
        (CREATE, "docker manifest push quay.io/acme/app:1 && echo pushed"),
        (CREATE + " --insecure", "docker manifest push quay.io/acme/app:1", "true"),
        (
            CREATE,
            "docker manifest annotate quay.io/acme/app:1 x --arch arm64",
            "docker manifest push quay.io/acme/app:1",
            "true",
        ),
        (CREATE, CREATE, "docker manifest push quay.io/acme/app:1", "true"),
    ],
)
def test_said_but_not_mended_where_it_is_not_plain(lines: tuple[str, ...]) -> None:
    findings = found(RULE, job(run(*lines)))
    assert findings
    assert not any(one.fixable for one in findings)


def test_imagetools_and_inspect_are_fine() -> None:
    assert not found(RULE, job(run(INSTEAD, "docker manifest inspect quay.io/acme/app:1")))
