"""Names of other tools, and paths: what to do instead is said."""

from pathlib import Path

import pytest

from bot.errors import InvalidReferenceError
from bot.oci.asked import parse_asked
from bot.oci.transports import _INSTEAD


@pytest.mark.parametrize("transport", _INSTEAD)
@pytest.mark.parametrize("layouts", [True, False])
def test_a_transport_of_other_tools_is_refused_with_what_to_do(transport: str, layouts: bool) -> None:  # noqa: FBT001
    with pytest.raises(InvalidReferenceError, match=r"is not read: .*oci"):
        parse_asked(f"{transport}:./x.tar", layouts=layouts)


def test_an_image_that_is_called_so_is_an_image() -> None:
    assert str(parse_asked("podman:5.0")) == "docker.io/library/podman:5.0"
    assert parse_asked("docker-archive").repository == "library/docker-archive"


@pytest.mark.parametrize("path", ["/build/image", "./build/image", "../image", "~/image"])
def test_a_path_is_suggested_with_its_prefix(path: str) -> None:
    with pytest.raises(InvalidReferenceError, match=f"is named oci:{path}$"):
        parse_asked(path, layouts=True)


@pytest.mark.parametrize("path", ["./a\x1b[2Jb", "/a\nb", "~/\x9bb", "./a\0b"])
def test_a_path_of_other_characters_than_words_is_not_repeated_as_it_is(path: str) -> None:
    """The sentence stands on a terminal."""
    with pytest.raises(InvalidReferenceError) as caught:
        parse_asked(path, layouts=True)
    assert str(caught.value).isprintable()


def test_an_archive_is_to_be_extracted(tmp_path: Path) -> None:
    with pytest.raises(InvalidReferenceError, match="tar -xf"):
        parse_asked("./image.tar", layouts=True)
    archive = tmp_path / "image.tar"
    archive.write_bytes(b"")
    with pytest.raises(InvalidReferenceError, match=r"is a file and not a folder.*tar -xf"):
        parse_asked(f"oci:{archive}", layouts=True)


@pytest.mark.parametrize("name", ["oci:/nope", "oci:/nope:1.0", f"oci:/nope@sha256:{'a' * 64}"])
def test_a_folder_that_is_not_there(name: str) -> None:
    with pytest.raises(InvalidReferenceError, match="the folder /nope does not exist"):
        parse_asked(name, layouts=True)


def test_a_folder_whose_name_holds_a_colon(tmp_path: Path) -> None:
    folder = tmp_path / "a:b"
    folder.mkdir()
    assert parse_asked(f"oci:{folder}:1.0", layouts=True).tag
