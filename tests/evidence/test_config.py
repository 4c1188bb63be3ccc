"""Image configurations: what everybody can read in them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.attestations.exposed import EXPOSED_MAX
from bot.attestations.secrets import looks_secret
from bot.errors import MalformedError
from bot.evidence.config import read_config
from bot.oci.manifest import Content
from tests.attestations.predicates import COMMIT, DIGEST, v1
from tests.evidence.building import Builder
from tests.evidence.test_shapes import only

TOKEN = "npm_" + "fakeFAKE" * 4 + "0000"


def content(document: object) -> Content:
    return Content(json.dumps(document).encode(), DIGEST)


def test_labels_history_layers_and_platform() -> None:
    platform, config = read_config(
        content(
            {
                "os": "linux",
                "architecture": "arm",
                "variant": "v7",
                "config": {"Labels": {"b": "2", "a": None}, "Env": ["PATH=/bin", "TOKEN=abc123def456", "odd"]},
                "history": [{"created_by": f"RUN |1 NPM_TOKEN={TOKEN} make", "comment": "buildkit.dockerfile.v0"}],
                "rootfs": {"diff_ids": ["sha256:1", "sha256:2"]},
            }
        )
    )
    assert str(platform) == "linux/arm/v7"
    assert config.labels == (("b", "2"),)
    assert config.layers == 2
    assert config.history == ((f"RUN |1 NPM_TOKEN={TOKEN} make", "buildkit.dockerfile.v0", ""),)
    leaks = {(leak.place, leak.key) for text in config.exposed if (leak := looks_secret(text))}
    assert leaks == {("image environment", "TOKEN"), ("image history", ""), ("image history", "NPM_TOKEN")}
    assert TOKEN not in repr(config)


@pytest.mark.parametrize(
    "runtime",
    [
        {"Entrypoint": ["/bin/serve"], "Cmd": ["--db-password=hunter2"]},
        {"Entrypoint": "/bin/serve --db-password=hunter2", "Cmd": None},
    ],
)
def test_what_an_image_runs_is_read_too(runtime: object) -> None:
    _, config = read_config(content({"config": runtime}))
    leaks = {(leak.place, leak.key) for text in config.exposed if (leak := looks_secret(text))}
    assert leaks == {("image command", "db-password")}


@pytest.mark.parametrize("document", [{}, {"config": None, "history": None, "rootfs": None}, {"os": None}])
def test_a_configuration_that_says_little(document: object) -> None:
    platform, config = read_config(content(document))
    assert (platform.known, config.layers, config.exposed) == (False, 0, ())


@pytest.mark.parametrize("document", [[], None, {"config": 7}, {"history": [{"created_by": "x"}] * 2001}, {"os": 7}])
def test_what_is_none_is_malformed(document: object) -> None:
    with pytest.raises(MalformedError):
        read_config(content(document))


def test_more_texts_than_are_looked_at_are_told() -> None:
    document = {"config": {"Env": [f"A{number}=b" for number in range(EXPOSED_MAX + 1)]}}
    _, config = read_config(content(document))
    assert len(config.exposed) == EXPOSED_MAX
    assert "the image's configuration were searched for secrets" in config.unread[0]


@given(st.binary(max_size=200))
def test_garbage_is_malformed_and_nothing_worse(data: bytes) -> None:
    with pytest.raises(MalformedError):
        read_config(Content(data, DIGEST))


async def test_the_labels_fill_in_a_source_that_the_provenance_does_not_tell(image: Builder) -> None:

    labels = {
        "org.opencontainers.image.source": "https://github.com/acme/app",
        "org.opencontainers.image.revision": COMMIT,
    }
    amd64 = image.platform(config=image.config(config={"Labels": labels}))
    image.index(amd64, image.attestation(amd64, image.statement(amd64, v1())))
    platform = only(await image.gather())
    told = platform.provenance
    assert getattr(told, "source", "") == "https://github.com/acme/app"
    assert getattr(told, "source_from", "") == "labels"
    assert platform.provenances == (told,)
