"""Files that show one image to a reader and have another one run: none hides from a check of the file."""

import pytest

from bot.errors import MalformedError
from tests.manifests.named import names


@pytest.mark.parametrize(
    "text",
    [
        'kind: Deployment\nmetadata:\n  x: "a\nkind: CustomResourceDefinition"\nspec: {image: "evil:1"}\n',
        '"k\\u0069nd": Deployment\nmetadata:\n  x: "a\nkind: CustomResourceDefinition"\nspec: {image: "evil:1"}\n',
        '? kind\n: Deployment\nmetadata:\n  x: "a\nkind: CustomResourceDefinition"\nspec: {image: "evil:1"}\n',
        '{"kind": Deployment, spec: {image: "evil:1"}, x: "\nkind: CustomResourceDefinition\n" }\n',
        'apiVersion: "a\nkind: CustomResourceDefinition\n"\n"kind": Deployment\nspec: {image: "evil:1"}\n',
        ' kind: Pod\n x: "\nkind: CustomResourceDefinition\n  "\n spec: {image: "evil:1"}\n',
        ' {kind: Pod, spec: {image: "evil:1"}, x: "\nkind: CustomResourceDefinition\n "}\n',
        '--- {kind: Pod, spec: {image: "evil:1"}, x: "\nkind: CustomResourceDefinition\n "}\n',
        '---\n kind: Pod\n x: "\nkind: CustomResourceDefinition\n  "\n spec: {image: "evil:1"}\n',
        'kind: CustomResourceDefinition\r\n---\r\n kind: Pod\r\n spec: {image: "evil:1"}\r\n',
        'kind: CustomResourceDefinition\nstatus: x\r---\rkind: Pod\rspec: {image: "evil:1"}\n',
    ],
)
def test_no_image_hides_behind_the_word_for_a_definition(text: str) -> None:
    assert names("f.yaml", text) == ["evil:1"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("services:\n  a:\n    image: good:1\n    image: evil:1\n", "f.yaml:4: the key 'image' is there twice"),
        ("services: {a: {image: evil:1}}\nservices: {a: {image: good:1}}\n", "f.yaml:2: the key 'services'"),
        ("kind: Pod\nspec: {image: evil:1}\nspec: {image: good:1}\n", "f.yaml:3: the key 'spec'"),
        ("kind: Pod\nspec:\n- {repository: a/b, tag: 1, tag: 2}\n", "f.yaml:3: the key 'tag'"),
        ('kind: CustomResourceDefinition\n"kind": Pod\nspec: {image: evil:1}\n', "f.yaml:2: the key 'kind'"),
        ('{"image": "evil:1", "image": "good:1"}', "f.yaml:1: the key 'image'"),
        ("kind: Pod\nspec: {image: evil:1}\nspec: ~\n", "f.yaml:3: the key 'spec'"),
    ],
)
def test_a_key_that_stands_twice_hides_no_image(text: str, told: str) -> None:
    with pytest.raises(MalformedError, match=f"^{told}"):
        names("f.yaml", text)


@pytest.mark.parametrize("sign", ["\x85", "\u2028", "\u2029"])
def test_no_image_hides_behind_a_sign_that_ends_a_line_for_others(sign: str) -> None:
    """YAML 1.1, as kubectl reads it: a comment ends there."""
    with pytest.raises(MalformedError, match="end of a line"):
        names("f.yaml", f'kind: Pod # x{sign}spec: {{image: "evil:1"}}\n---\nimage: good:1\n')
    assert names("f.yaml", f'kind: Pod\nx: "a{sign}b"\nspec: {{image: "good:1"}}\n') == ["good:1"]


@pytest.mark.parametrize(
    "text",
    [
        "kind: Pod\nspec: {containers: [{image: evil:1, repository: good, tag: '1'}]}\n",
        "image: {repository: good, tag: '1', image: evil:1}\n",
        "image: {reference: 'good:1', init: {image: evil:1}}\n",
        "image: {name: good, tag: '1', init: {image: evil:1}}\n",
        "services:\n  good: {image: 'good:1'}\n  web: {pod: {image: evil:1}}\n",
    ],
)
def test_no_image_hides_beside_what_looks_like_another_image(text: str) -> None:
    assert names("f.yaml", text) == ["good:1", "evil:1"]


@pytest.mark.parametrize("tag", ["!!binary", "!<tag:yaml.org,2002:binary>", "!!binary &x", "&x !!binary"])
def test_a_name_in_base64_is_not_taken_for_a_name(tag: str) -> None:
    """What it decodes to is what kubectl starts."""
    with pytest.raises(MalformedError, match=r"^f.yaml:2: .*base64"):
        names("f.yaml", f"kind: Pod\nspec: {{image: {tag} ZXZpbDox}}\n")
    assert names("f.yaml", "kind: Pod\nspec: {image: !!str 'good:1'}\n") == ["good:1"]
