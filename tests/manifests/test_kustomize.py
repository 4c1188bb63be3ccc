"""What Kustomize makes of images is not passed over: else other images would run than those that were checked."""

import pytest

from bot.errors import MalformedError
from bot.manifests import found_in

NAME = "overlays/prod/kustomization.yaml"


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        (NAME, "resources: [../base]\nimages:\n- {name: good, newName: evil}\n", 3),
        (NAME, "images:\n- name: good\n  digest: sha256:00\n", 2),
        ("kustomization.yml", "images: [{name: good, newTag: '2'}]\n", 1),
        ("k.yaml", "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nhelmCharts: [{name: x}]\n", 3),
        ("flux.yaml", "kind: Kustomization\nspec:\n  images:\n  - {name: good, newName: evil}\n", 4),
        (NAME, "patches:\n- patch: |\n    - {op: replace, path: /spec/image, value: evil}\n", 2),
        (NAME, "resources:\n- github.com/evil/app//deploy?ref=v1\n", 2),
        (NAME, "resources: [https://evil.example/app.yaml]\n", 1),
        (NAME, "replacements: [{source: {kind: ConfigMap}}]\n", 1),
    ],
)
def test_other_images_than_the_files_name(name: str, text: str, line: int) -> None:
    with pytest.raises(MalformedError, match=rf"^{name}:{line}: .*kubectl kustomize"):
        found_in(name, text)


@pytest.mark.parametrize(
    ("name", "text", "images"),
    [
        (NAME, "resources: [deploy.yaml, ../base]\nnamePrefix: a-\npatches: [{path: replicas.yaml}]\n", []),
        ("values.yaml", "images: [{name: a, digest: 'sha256:0'}]\nimage: good:1\n", ["good:1"]),
        ("pod.yaml", "kind: Pod\nspec: {image: 'good:1'}\n", ["good:1"]),
    ],
)
def test_what_changes_no_image(name: str, text: str, images: list[str]) -> None:
    assert [one.name for one in found_in(name, text)] == images
