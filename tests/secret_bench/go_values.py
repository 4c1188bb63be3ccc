"""Values of Go expressions: strings, lists, tables and the few functions that build test vectors."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from msgspec import Struct, field

from tests.secret_bench.go_tokens import END, Token

Function = Callable[..., Any]
_OPENING: Final = {"(": ")", "[": "]", "{": "}"}


class UnreadableError(Exception):
    """An expression that needs more of Go than is read here."""


class Reader(Struct):
    """Reads expressions from tokens; names are looked up in `names`, calls in `functions`."""

    tokens: list[Token]
    names: dict[str, Any]
    functions: Mapping[str, Function]
    at: int = field(default=0)

    def seen(self) -> Token:
        """The token here."""
        return self.tokens[self.at] if self.at < len(self.tokens) else END

    def take(self, sign: str) -> bool:
        """Whether the token here is that sign; if so it is stepped over."""
        found = self.seen().kind != "string" and self.seen().text == sign
        self.at += found
        return found

    def expect(self, sign: str) -> None:
        """Step over that sign, or raise UnreadableError."""
        if not self.take(sign):
            raise UnreadableError(f"{sign} expected, {self.seen().text[:40]!r} found")

    def value(self) -> Any:  # noqa: ANN401 - a value of Go is a string, a list, a dict or a number
        """Terms joined by plus signs."""
        value = self._term()
        while self.take("+"):
            other = self._term()
            if not (isinstance(value, str) and isinstance(other, str)):
                raise UnreadableError("only strings are added")
            value += other
        return value

    def _term(self) -> Any:  # noqa: ANN401, PLR0911 - one kind of term a line
        token = self.seen()
        self.at += 1
        if token.kind == "string":
            return token.text
        if token.kind == "number":
            return float(token.text) if "." in token.text else int(token.text)
        if token.kind == "name":
            return self._named(token.text)
        match token.text:
            case "&":
                return self._term()
            case "[":
                return self._typed()
            case "(":
                value = self.value()
                self.expect(")")
                return value
            case "{":
                self.at -= 1
                return self._literal()
        raise UnreadableError(f"an expression begins with {token.text!r}")

    def _typed(self) -> Any:  # noqa: ANN401
        self.expect("]")
        self.skip_type()
        if self.take("("):
            value = self.value()
            self.expect(")")
            return value
        return self._literal()

    def skip_type(self) -> None:
        """Step over the name of a type."""
        self.take("*")
        if self.take("["):
            self.expect("]")
        elif self.seen().text == "map":
            self.at += 1
            while not self.take("]"):
                self.at += 1
            self.skip_type()
            return
        self.at += 1

    def _named(self, name: str) -> Any:  # noqa: ANN401
        if self.take("("):
            return self._called(name, self._items(")"))
        if name == "map":
            self.at -= 1
            self.skip_type()
            return self._literal()
        if self.seen().text == "{" and self.seen().kind == "sign" and name not in self.names:
            return self._literal()
        if name in {"true", "false", "nil"}:
            return {"true": True, "false": False, "nil": []}[name]
        if name in self.names:
            return self.names[name]
        raise UnreadableError(f"unknown name {name}")

    def _called(self, name: str, arguments: list[Any]) -> Any:  # noqa: ANN401
        function = self.functions.get(name)
        if function is None:
            raise UnreadableError(f"unknown function {name}")
        return function(*arguments)

    def _items(self, closing: str) -> list[Any]:
        found: list[Any] = []
        while not self.take(closing):
            value = self.value()
            if self.take("..."):
                found.extend(value)
            else:
                found.append(value)
            if not self.take(","):
                self.expect(closing)
                break
        return found

    def _literal(self) -> Any:  # noqa: ANN401
        self.expect("{")
        listed: list[Any] = []
        named: dict[Any, Any] = {}
        while not self.take("}"):
            start = self.at
            if self.seen().kind == "name" and self.tokens[self.at + 1].text == ":":
                key: Any = self.seen().text
                self.at += 2
            else:
                key = self.value()
                if not self.take(":"):
                    listed.append(key)
                    self._comma("}")
                    continue
            try:
                named[key] = self.value()
            except UnreadableError:
                if key in {"tps", "fps"}:
                    raise
                self.at = start
                self._skip_member()
            self._comma("}")
        return named or listed

    def _comma(self, closing: str) -> None:
        if not self.take(",") and self.seen().text != closing:
            raise UnreadableError(f"comma expected, {self.seen().text[:40]!r} found")

    def _skip_member(self) -> None:
        depth = 0
        while self.at < len(self.tokens):
            token = self.seen()
            if token.kind == "sign":
                if depth == 0 and token.text in {",", "}"}:
                    return
                depth += (token.text in _OPENING) - (token.text in _OPENING.values())
            self.at += 1
