"""The base images among the materials."""

from tests.attestations.predicates import provenance, step, v1

ALPINE = "pkg:docker/alpine@3.20?platform=linux%2Famd64"
BUSYBOX = "pkg:docker/127.0.0.1%3A5000/base/busybox@1.35?platform=linux%2Famd64"


def test_tools_and_the_frontend_are_no_base_images() -> None:
    materials = [
        ALPINE,
        BUSYBOX,
        "pkg:docker/docker/dockerfile@1?platform=linux%2Famd64",
        "pkg:docker/docker/dockerfile-upstream@master",
        "pkg:docker/docker/buildkit-syft-scanner@stable-1",
        "pkg:docker/mirror.corp%3A5000/hub/docker/dockerfile@1.7",
        "pkg:docker/mirror.corp/hub/docker/buildkit-syft-scanner@stable-1",
        "pkg:docker/127.0.0.1%3A5000/tools/syft-scanner@1.12.0?platform=linux%2Famd64",
        "pkg:docker/acme/frontend@2",
        "pkg:oci/layout-image@1.0",
        "pkg:docker/acme/dockerfile@1",
        "pkg:docker/acme/not-a-syft-scanner@1",
        "pkg:docker/acme/file?ref_type=blob",
        "https://github.com/acme/app.git#refs/heads/main",
        "pkg:docker/",
        "",
        ALPINE,
    ]
    found = provenance(
        v1(
            request={"args": {"cmdline": "acme/frontend:2 --option"}},
            materials=[{"uri": uri, "digest": {}} for uri in materials],
        )
    )
    assert found.base_images == (
        ALPINE,
        BUSYBOX,
        "pkg:oci/layout-image@1.0",
        "pkg:docker/acme/dockerfile@1",
        "pkg:docker/acme/not-a-syft-scanner@1",
    )


def test_a_base_image_that_is_called_like_a_tool_is_one_when_a_build_step_takes_it() -> None:
    """A Dockerfile may say FROM evil.example/syft-scanner, which a policy on base images has to see."""
    names = ("evil.example/a/syft-scanner", "evil.example/docker/dockerfile", "evil.example/frontend")
    uris = [f"pkg:docker/{name}@1" for name in names]
    scanner = "pkg:docker/docker/buildkit-syft-scanner@stable-1"
    taken = [step(source={"identifier": f"docker-image://{name}:1@sha256:{'a' * 64}"}) for name in names]
    found = provenance(
        v1(
            request={"args": {"source": "evil.example/frontend:1"}},
            materials=[{"uri": uri, "digest": {}} for uri in (*uris, scanner)],
            internal={
                "buildConfig": {
                    "llbDefinition": [*taken, step(source={"identifier": f"https://a.example/?{'x' * 9000}"})]
                }
            },
        )
    )
    assert found.base_images == tuple(uris)
