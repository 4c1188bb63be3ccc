"""Indexes that show a good image to some readers, and let others run another one. Each is one trick.

`FORGERIES` are the tricks by name. In each, linux/amd64 has all that the built-in policy asks for, and the image
"evil" has nothing.
"""

from typing import Final

from tests.evidence.forgeries import (
    children,
    configs,
    disguises,
    documents,
    keys,
    layers,
    nested,
    platforms,
    provenances,
    sboms,
)
from tests.evidence.forging import Forgery

FORGERIES: Final[dict[str, Forgery]] = {
    **children.TRICKS,
    **disguises.TRICKS,
    **nested.TRICKS,
    **keys.TRICKS,
    **documents.TRICKS,
    **platforms.TRICKS,
    **configs.TRICKS,
}

UNSEEN: Final[dict[str, Forgery]] = {**sboms.TRICKS, **layers.TRICKS}
"""Images whose evidence some readers find, and others do not. Runtimes do not read it."""

LESS: Final[dict[str, Forgery]] = {**provenances.TRICKS, **layers.UNMARKED}
"""Images that have provenance, and less of it than some reader may think."""
