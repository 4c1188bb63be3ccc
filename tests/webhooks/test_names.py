"""What a sender, or somebody with its secret, can have checked: tags of its own registries, by names of the grammar."""

import pytest

from bot.intake.push import Announcement, Push
from bot.intake.validate import validate
from bot.settings_values import WebhookSource

DIGEST = f"sha256:{'a' * 64}"
SOURCE = WebhookSource.model_validate({"id": "ci", "kind": "quay", "secret": "x" * 32, "hosts": ["quay.io"]})


def test_a_tag_of_its_own_registry_is_a_push() -> None:
    push = validate(Announcement("acme/app", "1.0", DIGEST), SOURCE)
    assert isinstance(push, Push)
    assert (str(push.image), push.digest_hint) == ("quay.io/acme/app:1.0", DIGEST)


@pytest.mark.parametrize(
    "tag",
    [
        f"1.0@{DIGEST}",  # would be another image than the one that the tag stands for
        f"latest@sha512:{'b' * 128}",
        "1.0\n",
        "1.0 2.0",
        "../1.0",
        "-1.0",
        "1" * 129,
        "1.0?x=1",
        "\u0661",
    ],
)
def test_what_is_not_a_tag_is_not_looked_at(tag: str) -> None:
    assert validate(Announcement("acme/app", tag), SOURCE) == "not an image name"


@pytest.mark.parametrize(
    "repository", ["", "/app", "acme//app", "../evil/app", "acme/app\n", "Acme/app", "evil.example:5000/app", "a" * 600]
)
def test_nor_is_what_is_not_a_repository(repository: str) -> None:
    assert validate(Announcement(repository, "1.0"), SOURCE) == "not an image name"


@pytest.mark.parametrize("host", ["evil.example", "quay.io.evil.example", "quay.io:5000", "quay.io.", "127.0.0.1"])
def test_nor_is_another_registry(host: str) -> None:
    assert validate(Announcement("acme/app", "1.0", host=host), SOURCE) == "not a registry of this source"
    assert validate(Announcement("acme/app", "1.0", host=host, other_hosts=("other.example",)), SOURCE) == (
        "not a registry of this source"
    )


@pytest.mark.parametrize("tag", ["", "1.0"])
@pytest.mark.parametrize("digest", ["", "sha256:short", f"{DIGEST}\n"])
def test_evidence_without_a_digest_is_about_nothing(tag: str, digest: str) -> None:
    assert validate(Announcement("acme/app", tag, digest, is_evidence=True), SOURCE) == "no digest"
