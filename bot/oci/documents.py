"""Documents from outside: JSON of bounded depth, as plain values or as a model that ignores what it does not know."""

import re
from functools import cache
from typing import Annotated, Any, ClassVar, Final, TypeVar

import pydantic_core
from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, ValidationError, model_validator
from pydantic.functional_validators import BeforeValidator
from pydantic_core import CoreSchema

from bot.errors import MalformedError, OverLimitError
from bot.oci.ambiguity import Twofold, by_fold, folded, is_watched, joined, notice, notice_repeated, with_all

M = TypeVar("M", bound=BaseModel)

_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z0-9]*")
"""The words of a model's name: those of SBOMHead are SBOM and Head."""


def without_nulls(value: object) -> object:
    """An object without the members that are null: Go writes null where nothing is, and reads it as nothing."""
    if isinstance(value, dict) and None in value.values():
        return {key: member for key, member in value.items() if member is not None}
    return value


TOO_MANY: Final = "too_many"
"""The type of a validator's own error that a list is longer than a limit of ours."""

_TOO_LONG: Final = frozenset({TOO_MANY, "too_long"})

_MANY: Final = frozenset({"list", "tuple", "set", "frozenset", "dict"})
"""The kinds of schemas whose values hold others, any number of them."""


def _first_error_only(schema: object) -> None:
    """Let validation of a list end at its first wrong element: a manifest of 4 MB may hold two million of them.

    Each would become an error of a kilobyte, and `fit` tells the first one.
    """
    match schema:
        case dict():
            kind = schema.get("type")  # also the name of a field in some models
            if isinstance(kind, str) and kind in _MANY:
                schema["fail_fast"] = True
            for part in schema.values():
                _first_error_only(part)
        case list():
            for part in schema:
                _first_error_only(part)
        case _:
            pass


Annotations = Annotated[dict[str, str], BeforeValidator(without_nulls)]


class Wire(BaseModel):
    """A document from outside: unknown keys are ignored, null is absence, nothing changes after reading."""

    # Validators are built at first use: the terminal command sends its first request before it needs any.
    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True, defer_build=True)

    also_known: ClassVar[tuple[str, ...]] = ()
    """Keys that other readers decode at this place and we do not."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: type[BaseModel], handler: GetCoreSchemaHandler) -> CoreSchema:
        """The schema that pydantic makes, whose lists end at their first wrong element."""
        schema = handler(source)
        _first_error_only(schema)
        return schema

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, value: object) -> object:
        return without_nulls(_unfolded(value, cls) if isinstance(value, dict) and is_watched() else value)


@cache
def _known(model: type[Wire]) -> dict[str, str]:
    """The keys that mean something in that model's objects, by their folded form."""
    return by_fold((*(field.alias or name for name, field in model.model_fields.items()), *model.also_known))


@cache
def _exact(model: type[Wire]) -> frozenset[str]:
    """The same as they are written: none of them is a folded one, and nearly all keys are among them."""
    return frozenset(_known(model).values())


def _unfolded(value: dict[str, Any], model: type[Wire]) -> dict[str, Any]:
    """The object as a reader without regard to case sees it, which is noted; of two lists, both."""
    exact = _exact(model)
    strange = folded((key for key in value if key not in exact), _known(model))
    if not strange:
        return value
    read = {key: member for key, member in value.items() if key not in strange}
    for key, name in strange.items():
        notice(Twofold.FOLDED_KEY, key)
        read[name] = joined(value[key], read[name]) if name in read else value[key]
    return read


def parse(data: bytes | str, *, what: str) -> Any:  # noqa: ANN401 - JSON is anything
    """JSON of bounded depth, without NaN; in a document that a verdict rests on, equal keys are noted.

    Raises MalformedError that names `what`.
    """
    document = parse_plain(data, what=what)
    if is_watched():
        text = data if isinstance(data, str) else data.decode()  # it was read already, so it is UTF-8
        if notice_repeated(text):
            return with_all(text)
    return document


def parse_plain(data: bytes | str, *, what: str) -> Any:  # noqa: ANN401 - JSON is anything
    """JSON of bounded depth, without NaN; of equal keys the last one counts. Raises MalformedError like `parse`."""
    try:
        return pydantic_core.from_json(data, allow_inf_nan=False)
    except (ValueError, RecursionError) as error:
        raise MalformedError(f"{what} is not JSON: {error}") from error


def read(data: bytes | str, model: type[M], *, what: str) -> M:
    """JSON as a model. Raises MalformedError that names `what` and the first thing that does not fit."""
    return fit(parse(data, what=what), model, what=what)


def fit(document: object, model: type[M], *, what: str) -> M:
    """A parsed document as a model. Raises MalformedError like `read`; OverLimitError when a list of it is too long."""
    try:
        return model.model_validate(document, by_alias=True, by_name=False)  # media_type does not stand for mediaType
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "document"
        kind = OverLimitError if first["type"] in _TOO_LONG else MalformedError
        raise kind(f"{what} is {_not_valid(model)}: {where}: {first['msg']}") from error


@cache
def _not_valid(model: type[BaseModel]) -> str:
    """E.g. "not a valid manifest". A private model has no name for people; what was read is named anyway."""
    name = model.__name__
    if name.startswith("_"):
        return "not valid"
    return f"not a valid {' '.join(_WORD.findall(name)).lower()}"
