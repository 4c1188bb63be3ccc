"""The difference of two images: what the second has lost, gained or changed."""

from bot.report.difference.compare import Compared, compare
from bot.report.difference.document import (
    Aspect,
    Difference,
    DifferenceKind,
    ImageChange,
    PackageChange,
    PackagesDifference,
    Side,
)

__all__ = [
    "Aspect",
    "Compared",
    "Difference",
    "DifferenceKind",
    "ImageChange",
    "PackageChange",
    "PackagesDifference",
    "Side",
    "compare",
]
