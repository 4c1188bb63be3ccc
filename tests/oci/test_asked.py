"""What people type, in a terminal or in Slack."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import InvalidReferenceError, RegistryError
from bot.oci.asked import parse_asked


@pytest.mark.parametrize(
    "text",
    [
        "quay.io/team/app:1",
        "  quay.io/team/app:1 ",
        "`quay.io/team/app:1`",
        "```quay.io/team/app:1```",
        "<http://quay.io/team/app:1|quay.io/team/app:1>",
        "<http://quay.io/team/app|quay.io/team/app>:1",
        "<https://quay.io/team/app:1>",
        "`<http://quay.io/team/app:1|quay.io/team/app:1>`",
        "docker://quay.io/team/app:1",
        "oci://quay.io/team/app:1",
    ],
)
def test_what_clings_to_a_name_is_taken_off(text: str) -> None:
    assert str(parse_asked(text)) == "quay.io/team/app:1"


@pytest.mark.parametrize(
    "text",
    [
        "docker pull quay.io/team/app:1",
        "$ docker pull --platform linux/arm64 quay.io/team/app:1",
        "sudo podman pull --tls-verify=false -q quay.io/team/app:1",
        "`docker image pull --quiet quay.io/team/app:1`",
        "docker pull <http://quay.io/team/app:1|quay.io/team/app:1>",
        "docker buildx imagetools inspect quay.io/team/app:1",
        "skopeo inspect docker://quay.io/team/app:1",
        "crane digest --platform linux/amd64 quay.io/team/app:1",
    ],
)
def test_a_pull_command_names_an_image(text: str) -> None:
    assert str(parse_asked(text)) == "quay.io/team/app:1"


DIGEST = "sha256:" + "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("text", "image"),
    [
        ("https://hub.docker.com/r/acme/app", "docker.io/acme/app:latest"),
        ("hub.docker.com/r/acme/app/tags", "docker.io/acme/app:latest"),
        ("https://hub.docker.com/r/acme/app/tags?name=1.2", "docker.io/acme/app:1.2"),
        ("https://hub.docker.com/_/nginx/", "docker.io/library/nginx:latest"),
        ("https://hub.docker.com/repository/docker/acme/app/general", "docker.io/acme/app:latest"),
        (f"https://hub.docker.com/layers/acme/app/1.2/images/{DIGEST.replace(':', '-')}", "docker.io/acme/app:1.2"),
        (
            "https://hub.docker.com/layers/library/nginx/1.29/images/sha256-0?context=explore",
            "docker.io/library/nginx:1.29",
        ),
        ("https://hub.docker.com/v2/repositories/acme/app/tags/1.2/", "docker.io/acme/app:1.2"),
        ("<https://hub.docker.com/r/acme/app>", "docker.io/acme/app:latest"),
        ("<https://hub.docker.com/r/acme/app|on Docker Hub>", "docker.io/acme/app:latest"),
        ("<https://hub.docker.com/r/acme/app|https://hub.docker.com/r/acme/a…>", "docker.io/acme/app:latest"),
        ("https://quay.io/repository/acme/app?tab=tags", "quay.io/acme/app:latest"),
        ("https://quay.io/repository/acme/app?tab=tags&tag=1.2", "quay.io/acme/app:1.2"),
        ("quay.io/repository/acme/app", "quay.io/acme/app:latest"),
        ("https://quay.io/repository/acme/app/tag/1.2", "quay.io/acme/app:1.2"),
        (f"https://quay.io/repository/acme/app/manifest/{DIGEST}", f"quay.io/acme/app@{DIGEST}"),
        ("https://github.com/orgs/Acme/packages/container/app/123?tag=1.2", "ghcr.io/acme/app:1.2"),
        ("https://github.com/orgs/acme/packages/container/package/app", "ghcr.io/acme/app:latest"),
        ("https://github.com/users/acme/packages/container/team%2Fapp/versions", "ghcr.io/acme/team/app:latest"),
        ("https://github.com/acme/code/pkgs/container/app", "ghcr.io/acme/app:latest"),
        ("https://ghcr.io/acme/app:1.2", "ghcr.io/acme/app:1.2"),
        ("HTTPS://ghcr.io/acme/app/", "ghcr.io/acme/app:latest"),
        (f"https://registry.acme.org:5000/team/app@{DIGEST}", f"registry.acme.org:5000/team/app@{DIGEST}"),
        ("https://quay.io/v2/acme/app/manifests/1.2", "quay.io/acme/app:1.2"),
        ("https://gallery.ecr.aws/docker/library", "public.ecr.aws/docker/library:latest"),
        ("https://mcr.microsoft.com/en-us/artifact/mar/dotnet/sdk/tags", "mcr.microsoft.com/dotnet/sdk:latest"),
        (
            "https://console.cloud.google.com/artifacts/docker/acme/europe-west1/images/app?project=acme",
            "europe-west1-docker.pkg.dev/acme/images/app:latest",
        ),
    ],
)
def test_the_address_of_a_page_names_an_image(text: str, image: str) -> None:
    assert str(parse_asked(text)) == image


@pytest.mark.parametrize(
    "text",
    [
        "https://hub.docker.com/search?q=app",
        "https://github.com/acme/app",
        "https://quay.io/repository/",
        "https://quay.io",
        "https://example.com/",
    ],
)
def test_a_page_without_an_image_is_refused_with_what_to_type(text: str) -> None:
    with pytest.raises(InvalidReferenceError, match=r"web address.*e\.g\. quay\.io"):
        parse_asked(text)


def test_a_layout_is_read_only_where_the_caller_allows_it(samples: Path) -> None:
    text = f"oci:{samples / 'min_2p_dflt'}"
    with pytest.raises(InvalidReferenceError, match="terminal"):
        parse_asked(text)
    assert parse_asked(text, layouts=True).tag == "min_2p_dflt"


@given(st.text(max_size=100) | st.text(alphabet="<>|`:/aA.@ \n", max_size=40))
def test_garbage_is_an_invalid_name_and_nothing_worse(text: str) -> None:
    try:
        reference = parse_asked(text)
    except InvalidReferenceError:
        return
    assert not reference.layout


@given(st.text(max_size=60))
def test_garbage_behind_oci_is_refused_by_our_own_errors(text: str) -> None:
    try:
        parse_asked(f"oci:{text}", layouts=True)
    except (InvalidReferenceError, RegistryError):
        return
