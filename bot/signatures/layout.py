"""What a layout of signatures is, beside its row in layouts.py: how one is opened and verified."""

from collections.abc import Callable, Iterable
from datetime import datetime

from msgspec import Struct

from bot.signatures.layers import SignatureLayer
from bot.signatures.pipeline import Procedure


def _one(_: SignatureLayer, data: bytes) -> Iterable[bytes]:
    return (data,)


def _nothing(_: SignatureLayer, __: bytes) -> bytes:
    return b""


class LayoutRule(Struct, frozen=True):
    """How layers of one layout are read.

    `open` fills the slots of the pipeline from the layer's bytes (the time is that of the check), `split` takes apart
    layers that hold several signatures, and `statement` is the in-toto statement inside, unproved, b"" = none.
    `statement` raises UndecidableError and OverLimitError where others may read one.
    """

    open: Callable[[SignatureLayer, bytes, datetime], Procedure]
    split: Callable[[SignatureLayer, bytes], Iterable[bytes]] = _one
    statement: Callable[[SignatureLayer, bytes], bytes] = _nothing
