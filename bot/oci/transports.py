"""Names that other tools give to images outside of registries: what to do instead, for each.

https://github.com/containers/image/blob/main/docs/containers-transports.5.md
"""

from pathlib import Path
from typing import Final

from bot.errors import InvalidReferenceError
from bot.oci.reference import LAYOUT_PREFIX, REFERENCE_MAX

_EXTRACTED: Final = "extract it (`mkdir image && tar -xf FILE -C image`) and name oci:image"
_NOT_THERE: Final = "it holds no attestations; check the image in its registry, or build with `--output type=oci`"

_INSTEAD: Final = {
    "docker-archive": f"an archive of `docker save` is not read: {_NOT_THERE}",
    "oci-archive": f"an archive is not read: {_EXTRACTED}",
    "docker-daemon": f"the daemon's own copy is not read: {_NOT_THERE}",
    "containers-storage": f"the storage of podman is not read: {_NOT_THERE}",
    "podman": f"the storage of podman is not read: {_NOT_THERE}",
    "dir": "a folder of skopeo's `dir:` is not read: copy it (`skopeo copy dir:PATH oci:image:TAG`) and name oci:image",
    "ostree": f"an OSTree repository is not read: {_NOT_THERE}",
    "sif": f"a SIF file is not read: {_NOT_THERE}",
    "tarball": f"an archive is not read: {_EXTRACTED}",
}
_ARCHIVES: Final = (".tar", ".tar.gz", ".tgz")
_PATHS: Final = ("/", "./", "../", "~/")


def refuse_other_transports(name: str) -> None:
    """Raises InvalidReferenceError, with what to do, for a name such as `docker-archive:image.tar`."""
    transport, colon, rest = name.partition(":")
    if not colon or transport not in _INSTEAD or (transport in {"dir", "podman"} and not rest.startswith(_PATHS)):
        return
    raise InvalidReferenceError(f"{transport}: {_INSTEAD[transport]}")


def refuse_path(name: str, *, reads_lists: bool = True) -> None:
    """The same for a path without `oci:`, where paths may be named; and for an `oci:` path that is not there.

    `reads_lists`: whether the command reads the names of a file as `@FILE`.
    """
    path = name.removeprefix(LAYOUT_PREFIX)
    if not 0 < len(path) <= REFERENCE_MAX or not path.isprintable():
        return
    if name.startswith(LAYOUT_PREFIX):
        _refuse_missing(path)
    elif path.startswith(_PATHS) or _is_own_file(path):
        if path.endswith(_ARCHIVES):
            raise InvalidReferenceError(f"{path} is an archive: {_EXTRACTED}")
        if Path(path).is_file():
            how = f"the names in it are read as @{path}" if reads_lists else "name the repositories that it lists"
            raise InvalidReferenceError(f"{path} is a file; {how}")
        raise InvalidReferenceError(f"{path} is a path; an image layout on disk is named oci:{path}")


def _is_own_file(name: str) -> bool:
    """Whether it is a file such as `images.txt`; without a dot it may be an image, whatever lies in this folder."""
    return "." in name and not {"/", ":", "@"} & set(name) and Path(name).is_file()


def _refuse_missing(path: str) -> None:
    """The tag may be part of the path, so whatever stands before a colon may be the folder."""
    pieces = path.partition("@")[0].split(":")
    candidates = [Path(":".join(pieces[:end])) for end in range(1, len(pieces) + 1)]
    if any(one.is_dir() for one in candidates):
        return
    if any(one.is_file() for one in candidates):
        raise InvalidReferenceError(f"oci:{path} is a file and not a folder; if it is an archive, {_EXTRACTED}")
    raise InvalidReferenceError(
        f"the folder {pieces[0]} does not exist; an image layout is named oci:PATH or oci:PATH:TAG"
    )
