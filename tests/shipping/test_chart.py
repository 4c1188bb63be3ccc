"""The Helm chart, rendered by Helm and held against the schemas of Kubernetes, its parts switched on and off."""

import re
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bot.__main__ import COMMANDS
from tests.conftest import ROOT
from tests.shipping.variables import known_variables, secret_variables
from tests.shipping.wheels import run

pytestmark = pytest.mark.shipped

CHART = ROOT / "deploy" / "chart"
HELM = ROOT / ".tools" / "helm" / "helm"
VALIDATE = ROOT / ".tools" / "kubernetes" / "bin" / "kubernetes-validate"
FULL = (
    "autoscaling.enabled=true",
    "ingress.enabled=true",
    "ingress.className=nginx",
    "ingress.tlsSecret=tls",
    "ingress.paths={/webhooks,/slack}",
    "pagesIngress.enabled=true",
    "pagesIngress.className=nginx",
    "pagesIngress.tlsSecret=tls-pages",
    "pagesIngress.annotations.nginx\\.ingress\\.kubernetes\\.io/auth-url=https://login.example.com/oauth2/auth",
    "metrics.serviceMonitor.enabled=true",
    "policy=version: 1",
    "settings.SLACK_CHANNEL=#releases",
    "networkPolicy.from[0].namespaceSelector.matchLabels.name=ingress",
    "imagePullSecrets[0].name=pull",
    "settings.PROVENANCE_REGISTRY_AUTH=/etc/registries/config.json",
    "volumes[0].name=registries",
    "volumes[0].secret.secretName=pull",
    "volumeMounts[0].name=registries",
    "volumeMounts[0].mountPath=/etc/registries",
    "networkPolicy.egress[0].ports[0].port=26379",
)
BARE = ("metrics.enabled=false", "networkPolicy.enabled=false", "web.replicas=1")


def rendered(*values: str, release: str = "release") -> list[dict[str, Any]]:
    words = [word for value in values for word in ("--set", value)]
    text = run(HELM, "template", release, CHART, *words, at=ROOT).out
    return [dict(document) for document in YAML(typ="safe", pure=True).load_all(text) if document]


def test_helm_lints_it() -> None:
    assert "0 chart(s) failed" in run(HELM, "lint", "--strict", CHART, at=ROOT).out


def test_old_workers_stop_before_new_ones_start() -> None:
    """They would bury what they should post to a thread of a newer schema."""
    (worker,) = (
        one for one in rendered() if one["kind"] == "Deployment" and one["metadata"]["name"].endswith("worker")
    )
    assert worker["spec"]["strategy"] == {"type": "Recreate"}


@pytest.mark.parametrize("values", [(), FULL, BARE], ids=["default", "full", "bare"])
@pytest.mark.parametrize("kubernetes", ["1.27", "1.31", "1.34"])
def test_kubernetes_takes_it(values: tuple[str, ...], kubernetes: str, tmp_path: Path) -> None:
    words = [word for value in values for word in ("--set", value)]
    (tmp_path / "all.yaml").write_text(run(HELM, "template", "release", CHART, *words, at=ROOT).out)
    run(VALIDATE, "--strict", "--no-warn", "-k", kubernetes, tmp_path / "all.yaml", at=tmp_path)


@pytest.mark.parametrize(
    "value",
    [
        "sttings.X=1",
        "existingSecret=",
        "settings.SLACK_BOT_TOKEN=xoxb",
        "image.digest=sha256:1",
        "web.replica=3",
        "settings.PROVENANCE_TUF=https://tuf-repo-cdn.sigstore.dev",
        "settings.PORT=8080",
        "settings.PROVENANCE_WATCHES=quay.io/acme/*",
        "settings.PROVENANCE_HOST=127.0.0.1",
        "settings.PROVENANCE_PAGES_PORT=8080",
        "settings.PROVENANCE_DATA=/srv",
        "volumes[0].secret.secretName=pull",
        "ingress.paths={}",
        "ingress.paths={webhooks}",
        "ingress.host=Provenance.example.com",
        "volumes[0].name=tmp",
        "metrics.port=3000",  # that of the pages
        "podAnnotations.checked=true",
        "nodeSelector.pool=1",
        "settings.PROVENANCE_PAGES=false",  # what YAML makes of `off`
        "settings.PROVENANCE_BASE_URL=null",
        "web=null",
    ],
)
def test_a_wrong_value_is_refused(value: str) -> None:
    assert "schema" in run(HELM, "template", "release", CHART, "--set", value, at=ROOT, code=1).err


def test_more_workers_at_least_than_at_most_are_refused() -> None:
    words = ("--set", "autoscaling.enabled=true,autoscaling.minReplicas=9")
    assert "minReplicas is more" in run(HELM, "template", "release", CHART, *words, at=ROOT, code=1).err


def test_a_name_that_yaml_takes_for_a_number_stays_a_name(tmp_path: Path) -> None:
    """`helm install 123` is allowed, and so is a Secret called "123"."""
    names = "existingSecret=123,ingress.className=1,ingress.tlsSecret=1e3"
    parts = "ingress.enabled=true,metrics.serviceMonitor.enabled=true"
    text = run(HELM, "template", "123", CHART, "--set-string", names, "--set", parts, at=ROOT).out
    (tmp_path / "all.yaml").write_text(text)
    run(VALIDATE, "--strict", "--no-warn", "-k", "1.34", tmp_path / "all.yaml", at=tmp_path)


@pytest.mark.parametrize("release", ["a.b", "1st", "9" * 53, "a" * 53, f"{'a' * 39}-b"])
def test_each_name_of_a_release_makes_names_that_kubernetes_takes(release: str) -> None:
    """A Service's name is a label of DNS: a letter first, no dots, 63 characters."""
    names = {one["metadata"]["name"] for one in rendered(*FULL, release=release)}
    assert len(names) == 6, "each part has a name of its own"
    assert {name for name in names if not re.fullmatch(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?", name)} == set()


def test_two_releases_with_long_names_share_nothing() -> None:
    one, other = ({found["metadata"]["name"] for found in rendered(release="a" * 52 + end)} for end in "bc")
    assert one.isdisjoint(other)


@pytest.mark.parametrize("name", sorted(secret_variables()))
def test_no_secret_stands_in_a_config_map(name: str) -> None:
    value = f"settings.{name}=hunter2"
    assert "schema" in run(HELM, "template", "release", CHART, "--set", value, at=ROOT, code=1).err


def test_a_service_of_the_namespace_sets_no_setting() -> None:
    """For a Service called `provenance` it would be PROVENANCE_PORT=tcp://10.0.0.1:80, another name of PORT."""
    assert {pod["enableServiceLinks"] for pod in _pods(rendered())} == {False}


def test_a_pod_that_stops_answers_until_all_nodes_know() -> None:
    web, worker = (pod["containers"][0] for pod in _pods(rendered()))
    (program, *words) = web["lifecycle"]["preStop"]["exec"]["command"]
    assert program == "/app/bin/python", "the image needs no shell"
    compile(words[-1], "preStop", "exec")
    assert "lifecycle" not in worker, "nobody sends to it"


@pytest.mark.parametrize(
    ("outside", "open_to"),
    [
        ("{10.0.0.0/8}", ["0.0.0.0/0"]),
        ("{10.0.0.0/8,fc00::/7}", ["0.0.0.0/0", "::/0"]),
        ("null", ["0.0.0.0/0", "::/0"]),
    ],
)
def test_who_excepts_only_addresses_of_ipv4_opens_no_ipv6(outside: str, open_to: list[str]) -> None:
    """Such a list is older than the chart's rule for IPv6, and says nothing of what is inside there."""
    (found,) = [one for one in rendered(f"networkPolicy.except={outside}") if one["kind"] == "NetworkPolicy"]
    (https,) = [rule for rule in found["spec"]["egress"] if rule["ports"] == [{"port": 443}]]
    assert [block["ipBlock"]["cidr"] for block in https["to"]] == open_to


def test_https_may_go_everywhere_but_inside_and_the_rest_is_named() -> None:
    (found,) = [one for one in rendered(*FULL) if one["kind"] == "NetworkPolicy"]
    (https,) = [rule for rule in found["spec"]["egress"] if rule["ports"] == [{"port": 443}]]
    assert [block["ipBlock"]["cidr"] for block in https["to"]] == ["0.0.0.0/0", "::/0"]
    for block in https["to"]:
        everything = ip_network(block["ipBlock"]["cidr"])
        inside = [ip_network(one) for one in block["ipBlock"]["except"]]
        assert inside
        # Kubernetes refuses an exception that is not in the range.
        assert all(one.version == everything.version for one in inside)
    ports = {port["port"] for rule in found["spec"]["egress"] for port in rule["ports"]}
    assert ports == {53, 6379, 443, 26379}


def test_the_internet_may_reach_webhooks_alone() -> None:
    found = [one for one in rendered(*FULL) if one["kind"] == "Ingress"]
    paths = {
        (rule["host"], path["path"]) for one in found for rule in one["spec"]["rules"] for path in rule["http"]["paths"]
    }
    assert paths == {
        ("provenance.example.com", "/webhooks"),
        ("provenance.example.com", "/slack"),
        ("provenance.corp.example", "/"),
    }
    asked = {name for one in found for name in one["metadata"].get("annotations", {})}
    assert asked == {"nginx.ingress.kubernetes.io/auth-url"}
    (all_of_it,) = [one for one in rendered("ingress.enabled=true") if one["kind"] == "Ingress"]
    assert [path["path"] for path in all_of_it["spec"]["rules"][0]["http"]["paths"]] == ["/"]


def test_its_settings_and_commands_exist() -> None:
    maps = [found for found in rendered(*FULL) if found["kind"] == "ConfigMap" and "policy.yaml" not in found["data"]]
    assert maps
    assert {name for found in maps for name in found["data"]} <= known_variables()
    containers = [found for pod in _pods(rendered(*FULL)) for found in pod["containers"]]
    assert [found["args"] for found in containers] == [["serve"], ["work"]]
    assert {word for found in containers for word in found["args"]} <= set(COMMANDS)


def test_no_pod_may_more_than_it_needs() -> None:
    for pod in _pods(rendered()):
        (container,) = pod["containers"]
        assert pod["automountServiceAccountToken"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }


def test_selectors_find_their_pods() -> None:
    documents = rendered(*FULL)
    labels = [found["spec"]["template"]["metadata"]["labels"] for found in documents if found["kind"] == "Deployment"]
    for found in documents:
        if found["kind"] == "Service":
            selector = found["spec"]["selector"].items()
            assert [selector <= each.items() for each in labels].count(True) == (
                2 if "metrics" in found["metadata"]["name"] else 1
            )


def _pods(documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [found["spec"]["template"]["spec"] for found in documents if found["kind"] == "Deployment"]
