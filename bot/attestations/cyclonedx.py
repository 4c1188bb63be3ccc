"""CycloneDX in JSON, counted in one pass.

https://cyclonedx.org/docs/1.6/json/
"""

from typing import Final

from bot.attestations.sbom_draft import Draft, Package
from bot.attestations.scan import Scan
from bot.attestations.walk import Walk

_SYSTEM: Final = "operating-system"
_NO_PACKAGES: Final = frozenset({"file", "device", "data", "cryptographic-asset"})


def read_metadata(scan: Scan, draft: Draft) -> None:
    """The document's metadata; the component there is its root."""
    for key in scan.members("timestamp", "authors", "tools", "supplier", "manufacture", "manufacturer", "component"):
        match key:
            case "timestamp":
                draft.has_timestamp = bool(scan.text())
            case "component":
                draft.name = read_component(scan, draft, counted=False).name
            case _:
                draft.has_author = _is_something(scan) or draft.has_author


def read_components(walk: Walk, draft: Draft) -> None:
    """A list of components, and those within them."""
    for component in walk.walked():
        read_component(component, draft)


def read_component(walk: Walk, draft: Draft, *, counted: bool = True) -> Package:
    """One component. Those nested in it are counted too, unless it is the root."""
    package = Package()
    for key in walk.members("type", "name", "version", "purl", "cpe", "components"):
        match key:
            case "components" if counted:
                read_components(walk, draft)
            case "purl":
                package.purls += filter(None, [walk.text()])
            case "cpe":
                package.cpes += bool(walk.text())
            case "type":
                kind = walk.text()
                package.is_system, package.is_file = kind == _SYSTEM, kind in _NO_PACKAGES
            case "name":
                package.name = walk.text()
            case "version":
                package.version = walk.text()
    if counted:
        draft.count(package)
    return package


def _is_something(scan: Scan) -> bool:
    """Whether the value here is more than an empty list or object."""
    start, end = scan.skip()
    return end - start > len("null")
