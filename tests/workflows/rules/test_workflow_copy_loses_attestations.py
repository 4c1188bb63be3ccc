import pytest

from tests.workflows.looking import build, fixed, found, job, places, run

RULE = "workflow-copy-loses-attestations"
FROM_TO = "docker://quay.io/acme/app:1 docker://docker.io/acme/app:1"


def test_skopeo_without_all() -> None:
    text = job(run(f"skopeo --debug copy {FROM_TO}"))
    assert places(RULE, text) == [(7, "low")]  # what the source has is not known
    source = FROM_TO.split(maxsplit=1)[0].removeprefix("docker://")
    made = job(build("push: true", "sbom: true", f"tags: {source}") + run(f"skopeo --debug copy {FROM_TO}"))
    assert [one.severity.value for one in found(RULE, made)] == ["high"]
    assert f"skopeo --debug copy --all --preserve-digests {FROM_TO}" in fixed(RULE, text)
    kept = job(run(f"skopeo copy --preserve-digests {FROM_TO}"))
    assert f"skopeo copy --all --preserve-digests {FROM_TO}" in fixed(RULE, kept)


@pytest.mark.parametrize(
    "command",
    [
        f"skopeo copy --dest-force-compress-format --dest-compress-format zstd {FROM_TO} --all",
        "crane copy --platform linux/amd64 quay.io/acme/app:1 quay.io/acme/app:2",
        f"skopeo copy --multi-arch system {FROM_TO}",
        "crane mutate --label a=b quay.io/acme/app:1",
        "crane index append quay.io/acme/app:1 -m quay.io/acme/app:2",
    ],
)
def test_what_cannot_be_mended(command: str) -> None:
    assert [one.fixable for one in found(RULE, job(run(command)))] == [False]


@pytest.mark.parametrize(
    "command",
    [
        f"skopeo copy --all {FROM_TO}",
        f"skopeo copy -a {FROM_TO}",
        f"skopeo copy --multi-arch all {FROM_TO}",
        f"skopeo copy $FLAGS {FROM_TO}",
        "skopeo copy docker-archive:app.tar docker://quay.io/acme/app:1",
        "skopeo copy docker://quay.io/acme/app@sha256:1 docker://quay.io/acme/app:1",
        "skopeo copy docker://quay.io/acme/app:1 oci-archive:app.tar",
        "skopeo copy docker://quay.io/acme/app:1 docker-daemon:app:1",
        "skopeo copy $FROM $TO",
        "skopeo inspect docker://quay.io/acme/app:1",
        "crane copy quay.io/acme/app:1 quay.io/acme/app:2",
        "regctl image copy quay.io/acme/app:1 quay.io/acme/app:2",
        "oras cp -r quay.io/acme/app:1 quay.io/acme/app:2",
    ],
)
def test_what_keeps_them_or_is_unknown(command: str) -> None:
    assert not found(RULE, job(run(command)))
