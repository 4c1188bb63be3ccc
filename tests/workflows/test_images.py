"""Image names with unresolved parts."""

import pytest

from bot.workflows.images import Name, looks_like_image, read_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("app", Name("docker.io/library/app")),
        ("acme/app:1", Name("docker.io/acme/app", "1")),
        ("docker.io/acme/app@sha256:1", Name("docker.io/acme/app", "", "sha256:1")),
        ("index.docker.io/app", Name("docker.io/library/app")),
        ("localhost:5000/app:1", Name("localhost:5000/app", "1")),
        ("docker://quay.io/acme/app:1@sha256:2", Name("quay.io/acme/app", "1", "sha256:2")),
        (
            "quay.io/acme/app:${{ env.TAG }}@${{ steps.a.outputs.b }}",
            Name("quay.io/acme/app", "${{ env.TAG }}", "${{ steps.a.outputs.b }}"),
        ),
        ("${{ env.R }}/app:1", Name("${{ env.R }}/app", "1")),
        ("$IMAGE:1", Name("$IMAGE", "1")),
        ("quay.io/acme/$(x y:z):1", Name("quay.io/acme/$(x y:z)", "1")),
        ("", Name("")),
    ],
)
def test_parts(text: str, name: Name) -> None:
    assert read_name(text.replace("$IMAGE", "${IMAGE}")) == Name(
        name.repository.replace("$IMAGE", "${IMAGE}"), name.tag, name.digest
    )


def test_registries() -> None:
    assert read_name("${{ env.R }}/app").registry == ""
    assert read_name("ghcr.io/a/b").registry == "ghcr.io"
    assert read_name("localhost:5000/app").is_local
    assert not read_name("quay.io/acme/registry").is_local


@pytest.mark.parametrize("text", ["-t", "./a/b", "/a", "plain", "https://quay.io/x", "a b/c", ".Manifest.Digest"])
def test_what_is_no_image(text: str) -> None:
    assert not looks_like_image(text)
