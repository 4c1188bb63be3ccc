"""Sources that could be forged, or never be heard, stop the start."""

import pytest

from bot.errors import SettingsError
from handlers.webhooks import RECEIVERS
from handlers.webhooks.sources import checked
from tests.webhooks.conftest import SECRET, each_kind, source_of


@each_kind
def test_a_source_without_what_its_proof_needs_stops_the_start(kind: str) -> None:
    for key in RECEIVERS[kind].needs:
        empty = {} if key == "repositories" else ""
        with pytest.raises(SettingsError, match=f"{key} of '{kind}' has 0 characters|'{kind}' needs {key}"):
            checked([source_of(kind, **{key: empty})], RECEIVERS)


@each_kind
def test_a_source_with_a_key_that_its_kind_does_not_use_stops_the_start(kind: str) -> None:
    keys = {"secret": SECRET, "account": "a@b.example", "audience": "x", "repositories": {"a": "quay.io"}}
    for key in keys.keys() - RECEIVERS[kind].needs:
        with pytest.raises(SettingsError, match="which its kind does not use"):
            checked([source_of(kind, **{key: keys[key]})], RECEIVERS)


@pytest.mark.parametrize(
    ("kind", "changes", "said"),
    [
        ("quay", {"secret": "short"}, "at least 32"),
        ("quay", {"secret": "/" * 40}, "only letters"),
        ("aliyun", {"secret": "/" * 40}, "only letters"),
        ("quay", {"hosts": []}, "needs hosts"),
        ("quay", {"hosts": ["https://quay.io"]}, "not a registry"),
        ("quay", {"hosts": ["hub"]}, "not a registry"),
        ("quay", {"kind": "carrier-pigeon"}, "none of acr, aliyun, .*, zot"),
        ("artifactory", {"repositories": {"docker-local": "evil.example/docker-local"}}, "is not one of its hosts"),
        ("artifactory", {"repositories": {"docker-local": "acme.jfrog.io/Docker"}}, "is not one of its hosts"),
        ("nexus", {"repositories": {"docker-hosted": "docker-hosted"}}, "is not one of its hosts"),
    ],
)
def test_a_source_that_could_be_forged_or_never_be_heard_stops_the_start(
    kind: str, changes: dict[str, object], said: str
) -> None:
    with pytest.raises(SettingsError, match=said):
        checked([source_of(kind, **changes)], RECEIVERS)


def test_two_sources_of_one_id_stop_the_start() -> None:
    with pytest.raises(SettingsError, match="two sources"):
        checked([source_of("quay"), source_of("quay")], RECEIVERS)
