"""Image names in what people write to each other: all that are there, and no other word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.oci.mentioned import FOUND_MAX, images_in
from bot.oci.reference import Reference

DIGEST = "sha256:" + "ab" * 32


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("please look at quay.io/acme/app:1.2.3, thanks", ["quay.io/acme/app:1.2.3"]),
        ("Released `quay.io/acme/app:1` and *ghcr.io/acme/b:2*.", ["quay.io/acme/app:1", "ghcr.io/acme/b:2"]),
        ("<http://quay.io/acme/app:1|quay.io/acme/app:1>", ["quay.io/acme/app:1"]),
        ("<https://quay.io/repository/acme/app?tab=tags&tag=2|the tags>", ["quay.io/acme/app:2"]),
        ("<https://quay.io/repository/acme/app/tag/2>", ["quay.io/acme/app:2"]),
        (f"<https://hub.docker.com/layers/acme/app/1.0/images/{DIGEST[:20]}>", ["docker.io/acme/app:1.0"]),
        ("<https://github.com/acme/app/pkgs/container/app?tag=1.0>", ["ghcr.io/acme/app:1.0"]),
        ("docker pull nginx", ["docker.io/library/nginx:latest"]),
        ("run `docker pull --platform linux/amd64 acme/app`", ["docker.io/acme/app:latest"]),
        ("acme/app:1.2 is out", ["docker.io/acme/app:1.2"]),
        (f"ghcr.io/acme/app@{DIGEST}", [f"ghcr.io/acme/app@{DIGEST}"]),
        (f"acme/app@{DIGEST}", [f"docker.io/acme/app@{DIGEST}"]),
        ("quay.io/acme/app", ["quay.io/acme/app:latest"]),
        ("quay.io/acme/app:1 quay.io/acme/app:1", ["quay.io/acme/app:1"]),
        ("https://ghcr.io/acme/app:3", ["ghcr.io/acme/app:3"]),
        ("registry.corp:5000/team/app:4", ["registry.corp:5000/team/app:4"]),
    ],
)
def test_names_are_found(text: str, found: list[str]) -> None:
    assert list(images_in(text)) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello and/or goodbye, see you at 10:30",
        "see <https://github.com/acme/app/pull/7|the fix>",
        "<https://example.com/docs/page>",
        "example.com/docs/page",
        "src/app/main.py",
        "either/or",
        "<!channel> <@U0ALICE> <#C0X|releases>",
        "https://quay.io/",
        "a ratio of 3/4",
        "x" * 100_000,
    ],
)
def test_other_words_are_none(text: str) -> None:
    assert images_in(text) == ()


def test_there_is_a_limit() -> None:
    assert len(images_in(" ".join(f"quay.io/acme/app:{number}" for number in range(50)))) == FOUND_MAX


@given(st.text(max_size=300) | st.text("quay.io/acme:@<>|` \n", max_size=200))
def test_whatever_is_found_is_a_name(text: str) -> None:
    for image in images_in(text):
        assert str(Reference.parse(image)) == image
