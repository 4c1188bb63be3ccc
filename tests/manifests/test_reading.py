"""The images that files name: lists, Compose, Kubernetes, Helm; and files that mean harm."""

import pytest

from bot.errors import MalformedError
from bot.manifests import found_in
from bot.manifests.found import IMAGES_MAX
from bot.manifests.reading import DOCUMENTS_MAX, LINE_MAX, app_version_of
from tests.manifests.named import names

COMPOSE = """\
x-common: &common
  image: ignored:1
services:
  web:
    image: quay.io/acme/web:1.2
    build: .
  db: { image: "postgres:${POSTGRES:-16}" }
  worker:
    <<: *common
    image: ghcr.io/acme/worker@sha256:%s
  only-built:
    build: .
""" % ("a" * 64)

PODS = """\
apiVersion: apps/v1
kind: Deployment
spec:
  template:
    spec:
      initContainers:
        - { name: init, image: busybox:1.36 }
      containers:
        - name: app
          image: quay.io/acme/app:1.2.3
        - name: again
          image: quay.io/acme/app:1.2.3
      volumes:
        - name: model
          image:
            reference: quay.io/acme/model:v1
---
apiVersion: v1
kind: List
items:
  - kind: CronJob
    spec: {jobTemplate: {spec: {template: {spec: {containers: [{image: "quay.io/acme/job:9"}]}}}}}
---
apiVersion: v1
kind: ConfigMap
data:
  dashboard: |
    image: not/a/field:1
---
kind: CustomResourceDefinition
spec: {image: not/deployed:1}
"""

VALUES = """\
image:
  registry: quay.io
  repository: acme/app
  tag: ""
sidecar:
  image: {repository: ghcr.io/acme/side, tag: "2.0", pullPolicy: Always}
metrics:
  repository: acme/metrics
  digest: sha256:%s
  tag: null
nothing:
  image: ""
""" % ("b" * 64)


BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{after}: &{after} [{', '.join([f'*{before}'] * 10)}]\n" for before, after in zip("abcdef", "bcdefg", strict=True)
)


def test_a_compose_file_names_the_images_of_its_services() -> None:
    assert names("compose.yaml", COMPOSE) == [
        "quay.io/acme/web:1.2",
        "postgres:16",
        f"ghcr.io/acme/worker@sha256:{'a' * 64}",
    ]


def test_where_it_stands_is_told() -> None:
    assert [one.where for one in found_in("pods.yaml", PODS)] == [f"pods.yaml:{line}" for line in (7, 10, 16, 22)]


def test_kubernetes_manifests_of_several_documents() -> None:
    assert names("stdin", PODS) == [
        "busybox:1.36",
        "quay.io/acme/app:1.2.3",
        "quay.io/acme/model:v1",
        "quay.io/acme/job:9",
    ]


def test_values_of_a_chart() -> None:
    expected = ["quay.io/acme/app:4.5", "ghcr.io/acme/side:2.0", f"acme/metrics@sha256:{'b' * 64}"]
    assert names("values.yaml", VALUES, app_version="4.5") == expected
    assert names("values.yaml", VALUES)[0] == "quay.io/acme/app"
    assert app_version_of("Chart.yaml", "name: x\nappVersion: '4.5'\n") == "4.5"


def test_json_is_yaml() -> None:
    assert names("stdin", '{"kind": "Pod", "spec": {"containers": [{"image": "a/b:1"}]}}') == ["a/b:1"]


def test_a_list_has_comments_empty_lines_and_pasted_commands() -> None:
    text = (
        "# ours\nquay.io/a/b:1  # the first\n\n  docker pull quay.io/a/c:2\nquay.io/a/b:1\n$ crane digest quay.io/a/d:3"
    )
    assert names("list.txt", text) == ["quay.io/a/b:1", "quay.io/a/c:2", "quay.io/a/d:3"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("services: {web: {image: 'acme/web:${TAG}'}}", "f.yaml:1: ${TAG} has no default; try `docker compose config"),
        ("services: {web: {image: 'acme/web:$TAG'}}", "docker compose config"),
        ("kind: Pod\nspec:\n  image: {{ .Values.image }}\n", "helm template CHART | provenance check -"),
        ("kind: Pod\nimage: 'x:{{ .Values.tag }}'\n", "f.yaml:2: is a template of Helm"),
        ("a: [", "f.yaml:1:"),
        ("a: " * 100_000, "f.yaml"),
        (BOMB, "more than 100000 nodes"),
        ("x" * (LINE_MAX * 400), "f.yaml"),
    ],
)
def test_files_that_cannot_be_read_are_named_with_the_line(text: str, said: str) -> None:
    if not said:
        assert names("f.yaml", text) == []
        return
    with pytest.raises(MalformedError, match=r"^f\.yaml") as caught:
        names("f.yaml", text)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("services:\n  a: {image: 'b:1'}\ninclude:\n  - other.yaml\n", "docker compose config"),
        ("services:\n  a: {image: 'b:1'}\n  b:\n    extends: {file: o.yaml, service: x}\n", "docker compose config"),
        ("a: {image: 'b:1'}\nc:\n  image:\n    repository: {{ .Values.r }}\n    tag: '1'\n", "helm template"),
    ],
    ids=["include", "extends", "template"],
)
def test_an_image_that_is_not_seen_is_not_passed_over(text: str, said: str) -> None:
    """Else the file would pass without it."""
    with pytest.raises(MalformedError, match=said):
        found_in("f.yaml", text)


def test_an_own_image_of_a_service_that_extends_another_file_is_enough() -> None:
    text = "services: {a: {image: 'b:1', extends: {file: o.yaml, service: x}}, c: {extends: {service: a}}}"
    assert names("f.yaml", text) == ["b:1"]


def test_what_compose_builds_names_no_image() -> None:
    assert names("f.yaml", "services: {a: {build: {args: {image: x}}}, b: {image: 'good:1'}}") == ["good:1"]


def test_a_label_that_stands_twice_does_no_harm() -> None:
    assert names("f.yaml", "metadata: {labels: {a: x, a: y}}\nspec: {image: 'a/b:1'}\n") == ["a/b:1"]


def test_a_default_with_a_dollar_is_no_variable() -> None:
    assert names("compose.yaml", "services: {a: {image: 'a/b:1$$x'}}") == ["a/b:1$x"]


def test_lists_are_bounded() -> None:
    with pytest.raises(MalformedError, match=r"^list.txt:1: limit of 2000 characters"):
        names("list.txt", "x" * (LINE_MAX + 1))
    with pytest.raises(MalformedError, match=f"limit of {DOCUMENTS_MAX} documents"):
        found_in("k8s.yaml", "---\nkind: X\n" * 1_000_000)  # 90 s for a tenth of these, once
    with pytest.raises(MalformedError, match=f"limit of {IMAGES_MAX} images"):
        names("list.txt", "\n".join(f"a/b{number}" for number in range(IMAGES_MAX + 1)))


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ("image: {registry: null, repository: null, tag: null}", []),
        ("image: {repository: ~, tag: '1'}", []),
        ("image: null", []),
        ("image:", []),
        ("exporter: {image: ghcr.io/a/exporter, tag: v1.75.0}", ["ghcr.io/a/exporter:v1.75.0"]),
        ("exporter: {image: 'localhost:5000/a/exporter', tag: null}", ["localhost:5000/a/exporter"]),
        ("exporter: {image: 'ghcr.io/a/exporter:v1', tag: v2}", ["ghcr.io/a/exporter:v1"]),
        ("image: {repository: quay.io/a/canary, tag: null}", ["quay.io/a/canary:3.6.12"]),
    ],
)
def test_values_as_public_charts_have_them(values: str, names: list[str]) -> None:
    assert [one.name for one in found_in("values.yaml", values, app_version="3.6.12")] == names


def test_a_chart_that_has_services_of_its_own_is_not_a_compose_file() -> None:
    values = "image: {repository: quay.io/acme/api, tag: '1'}\nservices:\n  web: {port: 80}\n"
    assert [one.name for one in found_in("values.yaml", values)] == ["quay.io/acme/api:1"]
    only_services = "services:\n  web:\n    image: {repository: quay.io/acme/web, tag: '2'}\n"
    assert [one.name for one in found_in("values.yaml", only_services)] == ["quay.io/acme/web:2"]


def test_images_beside_and_below_a_repository_are_found_too() -> None:
    values = "repository: quay.io/acme/api\ntag: '1'\nsidecar:\n  image: quay.io/acme/proxy:2\n"
    assert [one.name for one in found_in("values.yaml", values)] == ["quay.io/acme/api:1", "quay.io/acme/proxy:2"]
    nested = "image: {repository: quay.io/acme/api, tag: '1', init: {image: 'quay.io/acme/init:3'}}\n"
    assert [one.name for one in found_in("values.yaml", nested)] == ["quay.io/acme/api:1", "quay.io/acme/init:3"]


def test_a_service_may_have_an_image_as_a_volume() -> None:
    text = """\
services:
  web:
    image: quay.io/acme/web:1
    volumes:
      - ./here:/there
      - {type: bind, source: /not/an/image, target: /x}
      - {type: image, source: "quay.io/acme/model:2", target: /models}
"""
    assert [one.name for one in found_in("compose.yaml", text)] == ["quay.io/acme/web:1", "quay.io/acme/model:2"]


STRIMZI = """\
defaultImageRegistry: quay.io
defaultImageRepository: strimzi
defaultImageTag: 0.45.0
image: {registry: "", repository: "", name: operator, tag: ""}
bridge:
  image: {registry: ghcr.io, repository: acme, name: bridge, tag: "2"}
"""


def test_a_name_that_stands_apart_from_its_repository() -> None:
    assert names("values.yaml", STRIMZI) == ["quay.io/strimzi/operator:0.45.0", "ghcr.io/acme/bridge:2"]
    assert names("values.yaml", "image: {name: acme/app, tag: '1'}") == ["acme/app:1"]
    assert names("values.yaml", "image: {name: quay.io/acme/app, digest: 'sha256:a'}") == ["quay.io/acme/app@sha256:a"]
    same = "image: {repository: quay.io/acme/app, name: app, tag: '1'}"
    assert names("values.yaml", same) == ["quay.io/acme/app:1"]
    assert names("values.yaml", "image: {repository: quay.io/acme, name: app}", app_version="7") == [
        "quay.io/acme/app:7"
    ]
    assert names("values.yaml", "image: {name: app, pullPolicy: Always}") == []


def test_a_tag_that_the_chart_puts_together_is_not_guessed() -> None:
    text = STRIMZI + "kafka:\n  image: {name: kafka, registry: '', tagPrefix: ''}\n"
    with pytest.raises(MalformedError, match=r"values\.yaml:8: the chart puts the tag of .*helm template CHART"):
        names("values.yaml", text)
    assert "quay.io/strimzi/kafka:9" in names("values.yaml", text.replace("tagPrefix: ''", "tagPrefix: '', tag: 9"))


def test_a_name_that_stands_twice_hides_no_image() -> None:
    with pytest.raises(MalformedError, match=r"^f\.yaml:1: the key 'name'"):
        names("f.yaml", "image: {repository: quay.io/acme, name: evil, name: good}")
    assert names("f.yaml", "metadata: {labels: {name: x, name: y}}\nspec: {image: 'a/b:1'}\n") == ["a/b:1"]
