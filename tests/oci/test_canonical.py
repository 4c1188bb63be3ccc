"""Registries by their one name: no spelling of a name walks around what is said of another."""

from pathlib import Path

import pytest
from yarl import URL

from bot.errors import ForbiddenAddressError, InvalidReferenceError, MalformedError
from bot.intake.push import Announcement, Push
from bot.intake.validate import validate
from bot.oci.auth.docker_config import parse_config
from bot.oci.canonical import canonical_registry
from bot.oci.guard import Guard
from bot.oci.hosts import authorities, endpoint
from bot.oci.mirrors import Mirrors
from bot.oci.options import RegistryOptions
from bot.oci.reference import Reference
from bot.policy.globs import is_named, require_glob
from bot.settings_values import WebhookSource
from bot.workflows.images import read_name
from tests.policy.written import written

HUB = [
    "docker.io",
    "DOCKER.IO",
    "docker.io:443",
    "index.docker.io",
    "registry-1.docker.io",
    "registry.hub.docker.com",
    "Registry-1.Docker.io:0443",
]
QUAY = ["quay.io", "QUAY.IO", "quay.io:443", "Quay.io:00443", "quay.io:00000000443", f"quay.io:{'0' * 100}443"]
SPELLINGS = [*((host, "docker.io") for host in HUB), *((host, "quay.io") for host in QUAY)]


@pytest.mark.parametrize(("host", "name"), SPELLINGS)
def test_one_registry_has_one_name(host: str, name: str) -> None:
    assert canonical_registry(host) == name
    image = Reference.parse(f"{host}/acme/app:1")
    assert (image.registry, image) == (name, Reference.parse(f"{name}/acme/app:1"))


@pytest.mark.parametrize("host", ["quay.io:443:443", "quay.io:443:", "quay.io:5000:443", "docker.io:443:443"])
def test_a_host_with_two_ports_is_not_a_host(host: str) -> None:
    """Without the last port it would be another spelling of the registry, which no entry of a policy matches."""
    with pytest.raises(InvalidReferenceError):
        Reference.parse(f"{host}/acme/app:1")


@pytest.mark.parametrize("port", ["0", "000", "65536", "443443", "9" * 100])
def test_a_port_that_no_host_has_is_refused(port: str) -> None:
    with pytest.raises(MalformedError, match="1 to 65535"):
        canonical_registry(f"quay.io:{port}")
    with pytest.raises(InvalidReferenceError, match="1 to 65535"):
        Reference.parse(f"quay.io:{port}/acme/app:1")


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("registry.corp:5000", "registry.corp:5000"),
        ("REGISTRY.corp:8443", "registry.corp:8443"),
        ("localhost:443", "localhost:443"),  # this machine is reached over plain HTTP, whose port is another
        ("127.0.0.1:443", "127.0.0.1:443"),
        ("[0:0:0:0:0:0:0:1]:5000", "[::1]:5000"),
        ("[FD00::A]:443", "[fd00::a]"),
        ("docker.io:5000", "docker.io:5000"),
        ("evil-docker.io", "evil-docker.io"),
    ],
)
def test_other_registries_stay_apart(host: str, name: str) -> None:
    assert canonical_registry(host) == name
    assert canonical_registry(name) == name


@pytest.mark.parametrize("host", [*HUB, "docker.io:443"])
def test_official_images_by_any_name_of_the_hub(host: str) -> None:
    assert str(Reference.parse(f"{host}/alpine")) == "docker.io/library/alpine:latest"


@pytest.mark.parametrize("host", ["quay.io.", "quay.io.:443", "localhost.", "docker.io.", "registry.corp.:5000"])
def test_a_trailing_dot_is_refused(host: str) -> None:
    with pytest.raises(InvalidReferenceError, match="ends with a dot"):
        Reference.parse(f"{host}/acme/app:1")
    with pytest.raises(MalformedError, match="ends with a dot"):
        require_glob(f"{host}/acme/*")


@pytest.mark.parametrize(("host", "name"), SPELLINGS)
@pytest.mark.parametrize(("said", "its_name"), SPELLINGS)
def test_policies_and_watch_lists_match_any_spelling(host: str, name: str, said: str, its_name: str) -> None:
    image = Reference.parse(f"{host}/acme/app:1")
    glob = require_glob(f"{{{said},registry.corp}}/acme/*")
    assert is_named(glob, image) is (name == its_name)


def test_a_policy_file_means_the_registry_and_not_its_spelling(tmp_path: Path) -> None:
    text = 'images:\n  - match: "quay.io/acme/*"\n    name: strict\n    sisters: [QUAY.IO, "index.docker.io:443"]\n'
    policies = written(tmp_path, text)
    for host in QUAY:
        policy = policies.for_image(Reference.parse(f"{host}/acme/app:1"))
        assert policy.name == "strict"
        assert policy.expected.sisters == ("quay.io", "docker.io")


@pytest.mark.parametrize("host", QUAY)
def test_mirrors(host: str) -> None:
    mirrors = Mirrors({f"{host}/acme": "REGISTRY.corp:443/quay"})
    found = mirrors.find(Reference.parse("quay.io:443/acme/app:1"))
    assert str(found) == "registry.corp/quay/app:1"


@pytest.mark.parametrize(("host", "name"), SPELLINGS)
def test_credentials(host: str, name: str) -> None:
    for key in (host, f"https://{host}/v1/", f"https://{host}"):
        config = parse_config(f'{{"auths": {{"{key}": {{"username": "me"}}}}}}', what="config.json")
        assert config.login(name, "acme/app") is not None
        assert config.login("other.io", "acme/app") is None
    config = parse_config(f'{{"auths": {{"{host}/acme": {{"username": "me"}}}}}}', what="config.json")
    assert config.login(name, "acme/app") is not None
    assert config.login(name, "other/app") is None
    config = parse_config(f'{{"credHelpers": {{"{host}": "pass"}}}}', what="config.json")
    assert config.helper(name)[0] == "pass"
    assert config.helper("other.io") == ("", "")


@pytest.mark.parametrize("host", ["REGISTRY.corp:8443", "registry.corp:08443", "registry.corp:8443"])
def test_the_guard_knows_the_registry_by_any_spelling(host: str) -> None:
    """What the operator lists in one spelling is listed in all, and what is not listed is in none."""
    name = Reference.parse(f"{host}/a/b").registry
    url = URL(endpoint(name, authorities(())).origin)
    with Guard(RegistryOptions(private_hosts=("Registry.CORP:8443",))).dialling(name, url):
        pass
    with pytest.raises(ForbiddenAddressError), Guard(RegistryOptions()).dialling(name, url):
        pass


def test_plain_http_is_spoken_to_a_registry_by_any_spelling() -> None:
    insecure = authorities(["Registry.corp"])
    assert endpoint(canonical_registry("REGISTRY.CORP:443"), insecure).origin == "http://registry.corp"
    only = authorities(["registry.corp:443"])
    assert endpoint(canonical_registry("registry.corp:443"), only).origin == "http://registry.corp:443"
    assert endpoint("registry.corp", authorities(["other.corp"])).origin == "https://registry.corp"


@pytest.mark.parametrize("host", QUAY)
@pytest.mark.parametrize("announced", ["", *QUAY])
def test_webhooks(host: str, announced: str) -> None:
    source = WebhookSource.model_validate({"id": "a", "kind": "quay", "secret": "x" * 32, "hosts": [host]})
    assert source.hosts == ("quay.io",)
    push = validate(Announcement(repository="acme/app", tag="1", host=announced), source)
    assert isinstance(push, Push)
    assert push.image == Reference.parse("quay.io/acme/app:1")
    for other in ("quay.io.", "docker.io"):
        assert isinstance(validate(Announcement(repository="acme/app", tag="1", host=other), source), str)


@pytest.mark.parametrize(("host", "name"), SPELLINGS)
def test_names_in_workflows(host: str, name: str) -> None:
    assert read_name(f"docker://{host}/acme/app:1").repository == f"{name}/acme/app"


def test_a_mapped_address_is_a_name_whatever_python_writes() -> None:
    assert canonical_registry("[::FFFF:a9fe:a9fe]:5000") == "[::ffff:a9fe:a9fe]:5000"
