"""`helm push`: charts, which are pushed to a registry as images are.

https://helm.sh/docs/helm/helm_push/
"""

from collections.abc import Iterator

from bot.workflows.images import read_name
from bot.workflows.operations import ImageOperation, ImagePush
from bot.workflows.shell.flags import read_flags
from bot.workflows.tools.line import Line

TOOL = "helm push"
_SWITCHES = frozenset(["--plain-http", "--insecure-skip-tls-verify", "--debug"])
_SCHEME = "oci://"


def read(line: Line) -> Iterator[ImageOperation]:
    """`helm push chart.tgz oci://registry/path`: the chart's own name comes behind the path."""
    words = [arg.text for arg in line.args[1:2]]
    rest = read_flags(line.args[2:], _SWITCHES).rest if words == ["push"] else ()
    names = [read_name(arg.text.removeprefix(_SCHEME)) for arg in rest[1:2] if arg.text.startswith(_SCHEME)]
    if names:
        yield ImagePush(tuple(names), line.place(), TOOL, line.extent())
