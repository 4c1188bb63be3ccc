"""Which images a glob names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import MalformedError
from bot.oci.reference import Reference
from bot.policy.globs import covers, expand, is_named, require_glob


@pytest.mark.parametrize(
    ("glob", "image"),
    [
        ("quay.io/acme/*", "quay.io/acme/app:1"),
        ("quay.io/acme/app", "quay.io/acme/app@sha256:" + "a" * 64),
        ("{quay.io,docker.io}/acme/app{,-cli}", "acme/app-cli"),
        ("{quay.io,docker.io}/acme/app{,-cli}", "quay.io/acme/app"),
        ("quay.io/acme/**", "quay.io/acme/charts/app:1"),
        ("**", "registry.corp:5000/deep/er/app"),
        ("*/acme/*", "quay.io/acme/app"),
        ("localhost/acme/*", "localhost/acme/app"),
        ("registry.corp:5000/acme/*", "registry.corp:5000/acme/app:1"),
        ("quay.io/acme/*:*-native", "quay.io/acme/app:1.2.3-native"),
        ("quay.io/acme/app:1.?.*", "quay.io/acme/app:1.2.3"),
        ("quay.io/acme/app:V*", "quay.io/acme/app:V1"),
        ("docker.io/library/alpine", "alpine"),
        ("docker.io/**", "alpine"),
    ],
)
def test_named(glob: str, image: str) -> None:
    assert is_named(require_glob(glob), Reference.parse(image))


@pytest.mark.parametrize(
    ("glob", "image"),
    [
        ("quay.io/acme/*", "quay.io/acme/charts/app:1"),
        ("quay.io/acme/*", "quay.io/acme-evil/app"),
        ("quay.io/acme/app", "quay.io/acme/app2"),
        ("quay.io/acme/app", "docker.io/acme/app"),
        ("quay.io/acme/*:*-native", "quay.io/acme/app:1.2.3"),
        ("quay.io/acme/*:*-native", "quay.io/acme/app:1-native-amd64"),
        ("quay.io/acme/*:*", "quay.io/acme/app@sha256:" + "a" * 64),
        ("quay.io/acme/a.p", "quay.io/acme/app"),
    ],
)
def test_not_named(glob: str, image: str) -> None:
    assert not is_named(require_glob(glob), Reference.parse(image))


@pytest.mark.parametrize(
    "glob",
    [
        *("", "acme", "quay.io", "quay.io/", "acme/*", "https://quay.io/acme/*", "{quay.io,acme}/app"),
        *(
            "quay.io/acme/app@sha256:abc",
            "ghcr.io/Acme/app",
            "docker.io/nginx",
            "docker.io/*",
            "hub.docker.com/acme/app",
        ),
        *("quay.io/{a,b", "quay.io/a}", "quay.io/a b", "quay.io/" + "a" * 400),
    ],
)
def test_what_is_no_glob(glob: str) -> None:
    with pytest.raises(MalformedError):
        require_glob(glob)


def test_braces_stand_for_a_bounded_number() -> None:
    assert expand("{a,b}/{c,d}") == ("a/c", "a/d", "b/c", "b/d")
    assert set(expand("a{b,c{d,e}}/x")) == {"ab/x", "acd/x", "ace/x"}
    with pytest.raises(MalformedError, match="more than"):
        require_glob("{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}/x")


@pytest.mark.parametrize(
    ("glob", "other", "answer"),
    [
        ("**", "quay.io/**", True),
        ("quay.io/**", "quay.io/acme/*:1", True),
        ("quay.io/acme/*", "quay.io/acme/{a,b}", True),
        ("quay.io/acme/*", "quay.io/acme/**", False),
        ("quay.io/acme/*:1*", "quay.io/acme/*", False),
        ("quay.io/acme/*:1*", "quay.io/acme/app:1.2", True),
        ("quay.io/acme/a", "quay.io/acme/{a,b}", False),
    ],
)
def test_one_hides_another(glob: str, other: str, *, answer: bool) -> None:
    assert covers(glob, other) is answer


@given(st.text(max_size=40))
def test_any_text_is_a_glob_or_is_refused(text: str) -> None:
    try:
        glob = require_glob(text)
    except MalformedError:
        return
    is_named(glob, Reference.parse("quay.io/acme/app:1"))
