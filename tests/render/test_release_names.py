"""Short names of the images of a release: two images never have one name."""

import pytest

from bot.render.release.names import short_names

ONE, TWO = "quay.io/acme/app:1.0-native", "quay.io/acme/app-native:1.0"


def test_a_family_and_a_repository_that_look_alike_have_two_names() -> None:
    images = [("quay.io/acme/tool:1.0", "acme/tool", ""), (ONE, "acme/app", "-native"), (TWO, "acme/app-native", "")]
    found = short_names(images)
    assert (found[ONE], found[TWO]) == ("acme/app:native", "acme/app-native")


def test_whole_names_cannot_be_alike_either() -> None:
    images = [(ONE, "acme/app", "-native"), (TWO, "acme/app-native", ""), ("x", "other/app-native", "")]
    assert len(set(short_names(images).values())) == 3


@pytest.mark.parametrize("registry", ["quay.io", "docker.io"])
def test_an_image_has_one_name_in_all_registries(registry: str) -> None:
    images = [(f"{host}/acme/app:1.0-native", "acme/app", "-native") for host in ("quay.io", "docker.io")]
    assert short_names(images)[f"{registry}/acme/app:1.0-native"] == "app-native"


def test_two_spellings_of_one_version_have_two_names_and_the_same_name_in_each_registry() -> None:
    """Seen: "Still to come: app", where app was there as 1.0 and awaited as v1.0."""
    tags = [f"{host}/acme/app:{tag}" for host in ("quay.io", "docker.io") for tag in ("1.0", "v1.0")]
    images = [(tag, "acme/app", "") for tag in tags] + [(ONE, "acme/app", "-native")]
    assert list(short_names(images).values()) == ["app:1.0", "app:v1.0", "app:1.0", "app:v1.0", "app-native"]


def test_a_registry_with_one_of_two_spellings_calls_it_as_the_other_registry_does() -> None:
    """Seen: three images, as docker.io's `app` was none of the two."""
    places = ("quay.io/acme/app:1.0", "quay.io/acme/app:v1.0", "docker.io/acme/app:1.0")
    assert list(short_names((one, "acme/app", "") for one in places).values()) == ["app:1.0", "app:v1.0", "app:1.0"]


def test_two_registries_that_spell_a_version_in_two_ways_have_one_image() -> None:
    places = ("quay.io/acme/app:v1.0", "docker.io/acme/app:1.0")
    assert set(short_names((one, "acme/app", "") for one in places).values()) == {"app"}
