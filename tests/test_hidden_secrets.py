"""No value shows a secret: whatever is logged, or stands in an error or in the local variables of a traceback.

Each class of ours is filled with marks, one a field, and shown. A secret is known by the name of its field, if its
type is text or bytes. What has another type, as SecretStr or a class of ours, hides its own.
"""

import dataclasses
import re
import types
from collections.abc import Iterator
from importlib import import_module
from inspect import get_annotations
from pkgutil import walk_packages
from typing import TYPE_CHECKING, Any, Final, cast

import pytest
from msgspec import Struct
from pydantic import BaseModel, SecretStr
from rich.pretty import pretty_repr

from bot.values import Hiding
from handlers.slack import SlackEndpoint

if TYPE_CHECKING:
    from bot.store import Store

_SECRET: Final = re.compile(
    r"(^|_)(secret|token|password|passwd|credential|cookie|signing|sealed|nonce|verifier|authorization|auth|login"
    r"|headers|environment|identitytoken|registrytoken|session|private_key|response_url|api_key)s?($|_)"
)
_PLAIN: Final = re.compile(r"\b(str|bytes|CIMultiDictProxy|Document)\b")

_OTHER: Final = re.compile(r"(args|endpoint|ids|supported|type)$")
"""Names of secrets, and addresses and kinds of what hands them out."""

NO_SECRETS: Final = {
    "GiteaOwner.login": "the name of an account",
    "Lines.environment": "what a justfile says to everybody who reads it",
    "Owner.login": "the name of an account",
}


def kinds(parent: type[Any]) -> Iterator[type]:
    kind: type[Any]
    for kind in parent.__subclasses__():
        yield kind
        yield from kinds(kind)


def classes() -> list[type]:
    """Structs, models and dataclasses of the product, in all its modules."""
    modules = [
        import_module(found.name)
        for room in ("bot", "handlers")
        for found in walk_packages(import_module(room).__path__, f"{room}.")
        if not found.name.endswith("__main__")
    ]
    made = (kind for module in modules for kind in vars(module).values() if isinstance(kind, type))
    every = {*kinds(Struct), *kinds(BaseModel), *filter(dataclasses.is_dataclass, made)}
    ours = (kind for kind in every if kind.__module__.partition(".")[0] in ("bot", "handlers"))
    return sorted(ours, key=lambda kind: (kind.__module__, kind.__qualname__))


def fields(kind: Any) -> dict[str, str]:  # noqa: ANN401 - any class of these
    """Each field and its type, as it is written."""
    if issubclass(kind, BaseModel):
        return {name: str(field.annotation) for name, field in kind.model_fields.items()}
    written = {name: str(one) for base in reversed(kind.__mro__) for name, one in get_annotations(base).items()}
    names = kind.__struct_fields__ if issubclass(kind, Struct) else [one.name for one in dataclasses.fields(kind)]
    return {name: written[name] for name in names}


def shown(kind: Any) -> str:  # noqa: ANN401 - any class of these
    """One whose fields hold their own names as text, as `repr` and `rich` show it."""
    marks: dict[str, Any] = {name: f"<{name}>" for name in fields(kind)}
    filled: Any
    if issubclass(kind, BaseModel):
        filled = kind.model_construct(**marks)
    elif issubclass(kind, Struct):
        filled = types.new_class(kind.__name__, (kind,), {}, unchecked)(**marks)
    else:
        filled = kind.__new__(kind)
        for name, mark in marks.items():
            object.__setattr__(filled, name, mark)
    return repr(filled) + pretty_repr(filled)


def unchecked(body: dict[str, Any]) -> None:
    body["__post_init__"] = lambda _: None


def told(kind: type) -> list[str]:
    """Fields of it whose name and type say that they hold a secret, and that are shown."""
    text = shown(kind)
    secrets = [
        name
        for name, type_ in fields(kind).items()
        if _SECRET.search(name) and not _OTHER.search(name) and _PLAIN.search(type_)
    ]
    return [one for name in secrets if f"<{name}>" in text and (one := f"{kind.__name__}.{name}") not in NO_SECRETS]


class Open(Struct):
    api_token: str
    tokens: int = 0


class Closed(Hiding, Struct, frozen=True):
    HIDDEN = frozenset({"api_token"})

    api_token: str
    name: str = ""


class Inherited(Closed, frozen=True):
    HIDDEN = frozenset({"password"})

    password: bytes = b""


@dataclasses.dataclass(frozen=True, slots=True)
class OpenData:
    cookies: dict[str, str]
    secret: str = dataclasses.field(repr=False)


class OpenModel(BaseModel):
    secret: str
    token: SecretStr


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (Open, ["Open.api_token"]),
        (Closed, []),
        (Inherited, []),
        (OpenData, ["OpenData.cookies"]),
        (OpenModel, ["OpenModel.secret"]),
    ],
)
def test_a_secret_that_is_shown_is_found(kind: type, expected: list[str]) -> None:
    assert told(kind) == expected


def test_a_way_in_is_shown_without_its_secret() -> None:
    """A log line or an error may show a route: it names the method, and what that belongs to."""
    shown_as = repr(SlackEndpoint("s3cret", cast("Store", None)).receive)
    assert "SlackEndpoint(" in shown_as
    assert "s3cret" not in shown_as


def test_what_is_not_hidden_is_shown() -> None:
    assert repr(Inherited("a", "b", b"c")) == "Inherited(name='b')"


def test_no_class_shows_a_secret() -> None:
    seen = classes()
    assert len(seen) > 600
    assert [one for kind in seen for one in told(kind)] == []


def test_what_is_hidden_is_a_field() -> None:
    hiding = [kind for kind in classes() if issubclass(kind, Hiding)]
    assert len(hiding) > 20
    assert [kind for kind in hiding if kind.HIDDEN - set(fields(kind))] == []


def test_no_repr_but_that_of_hiding_is_written_for_a_struct() -> None:
    """One alone would hide nothing from `rich`, which asks `__rich_repr__`."""
    structs = [kind for kind in classes() if issubclass(kind, Struct)]
    assert [kind for kind in structs if kind.__repr__ not in (Struct.__repr__, Hiding.__repr__)] == []


def test_a_value_that_holds_itself_is_shown() -> None:
    one = Loop("x")
    one.inner = one
    assert repr(one) == "Loop(inner=...)"


class Loop(Hiding, Struct):
    HIDDEN = frozenset({"secret"})

    secret: str
    inner: "Loop | None" = None
