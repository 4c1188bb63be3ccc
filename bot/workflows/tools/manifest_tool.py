"""manifest-tool: `push from-args` and `push from-spec` make an index of images that are in a registry.

https://github.com/estesp/manifest-tool
"""

from collections.abc import Iterator
from typing import Final

from bot.workflows.images import read_name
from bot.workflows.operations import ImageOperation, Merge
from bot.workflows.shell.flags import read_flags
from bot.workflows.tools.line import Line

TOOL: Final = "manifest-tool push"
_SWITCHES: Final = frozenset({"--ignore-missing", "--debug", "--insecure", "--plain-http"})
_PLATFORMS_MAX: Final = 32


def read(line: Line) -> Iterator[ImageOperation]:
    """Its sources are those of the template, with each platform put in; none where a file names them."""
    words = [arg.text for arg in line.args]
    if "push" not in words:
        return
    if "from-spec" in words:
        yield Merge(TOOL, (), (), line.place())
    elif "from-args" in words:
        flags = read_flags(line.args[words.index("from-args") + 1 :], _SWITCHES)
        platforms, template, target = (flags.value(f"--{name}") for name in ("platforms", "template", "target"))
        sources = _sources(template, platforms) if template and platforms else ()
        yield Merge(TOOL, (read_name(target),) if target else (), tuple(map(read_name, sources)), line.place())


def _sources(template: str, platforms: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for platform in platforms.split(",")[:_PLATFORMS_MAX]:
        system, arch, variant = (*platform.strip().split("/"), "", "", "")[:3]
        found[template.replace("OS", system).replace("ARCH", arch).replace("VARIANT", variant)] = None
    return tuple(found)
