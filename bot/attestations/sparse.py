"""JSON documents of many bytes and few values: bundles and envelopes, whose content is base64."""

from typing import Any, Final, TypeVar

from pydantic import BaseModel

from bot.errors import OverLimitError
from bot.oci.documents import fit, parse

SPARSE_MAX: Final = 10_000
"""Commas and brackets of a document whose content is base64; a bundle has about 100. Each may cost 100 bytes."""

M = TypeVar("M", bound=BaseModel)


def parse_sparse(data: bytes, *, what: str) -> Any:  # noqa: ANN401 - JSON is anything
    """JSON of many bytes and few values: bundles and envelopes. Raises MalformedError, OverLimitError."""
    values = data.count(b",") + data.count(b"[") + data.count(b"{")
    if values > SPARSE_MAX:
        raise OverLimitError(f"{what} has some {values} values, SPARSE_MAX = {SPARSE_MAX} are read")
    return parse(data, what=what)


def read_sparse(data: bytes, model: type[M], *, what: str) -> M:
    """The same as a model. Raises MalformedError."""
    return fit(parse_sparse(data, what=what), model, what=what)
