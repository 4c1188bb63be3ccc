"""Image names, and texts in which people name images."""

from bot.oci.asked import parse_asked
from bot.oci.layout import parse_layout
from bot.oci.mentioned import images_in
from bot.oci.reference import Reference
from bot.policy.globs import expand, require_glob
from bot.releases.names import ReleaseName
from tests.fuzz.reader import Reader, text_of


def _reference(data: bytes) -> None:
    read = Reference.parse(text_of(data))
    assert Reference.parse(str(read)) == read


def _asked(data: bytes) -> None:
    parse_asked(text_of(data))
    parse_asked(text_of(data), layouts=True)


def _mentioned(data: bytes) -> None:
    for name in images_in(text_of(data)):
        parse_asked(name)


def _glob(data: bytes) -> None:
    list(expand(require_glob(text_of(data))))


NAMES = (
    b"quay.io/acme/app:1.2.3",
    b"app",
    b"registry.example:5000/a/b/c@sha256:" + b"ab" * 32,
    b"[::1]:5000/a:b",
    b"oci:folder/x:tag",
    b"docker pull --platform linux/amd64 ghcr.io/acme/app:v1",
    b"https://hub.docker.com/r/library/redis/tags?name=7",
    b"https://quay.io/repository/acme/app?tab=tags&tag=1",
    b"<https://github.com/acme/app/pkgs/container/app|ghcr.io/acme/app>",
)


def _texts() -> tuple[bytes, ...]:
    return (*NAMES, b"please look at " + b" and ".join(NAMES), b"```\n" + b"\n".join(NAMES) + b"\n```")


readers = (
    Reader("reference", _reference, lambda: NAMES),
    Reader("reference-asked", _asked, lambda: NAMES),
    Reader("reference-layout", lambda data: parse_layout(text_of(data)), lambda: NAMES),
    Reader("reference-mentioned", _mentioned, _texts),
    Reader("glob", _glob, lambda: (b"quay.io/acme/*", b"ghcr.io/{a,b}/**:v[0-9]*")),
    Reader("release-name", lambda data: ReleaseName.parse(text_of(data)), lambda: (b"acme/app 1.2.3",)),
)
