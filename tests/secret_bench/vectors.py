"""The true and the false vectors of each rule in a checkout of gitleaks, read from its Go source."""

import re
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from bot.attestations.secrets.randomness import entropy
from tests.secret_bench.go_functions import Secrets, as_python, encoded, sprintf
from tests.secret_bench.go_tokens import Token, tokens
from tests.secret_bench.go_values import Function, Reader, UnreadableError

GENERATE: Final = Path("cmd/generate/config")
_SEED: Final = 7


class Vectors(Struct, frozen=True):
    """What one rule should find and what it should not. `shaped` says that its tokens have a shape of their own."""

    rule: str
    shaped: bool
    pattern: re.Pattern[str] | None
    entropy: float
    true: tuple[str, ...]
    false: tuple[str, ...]

    def token(self, text: str) -> str:
        """The token in a true vector; "" when the pattern of the rule is not read or does not find it."""
        match = self.pattern.search(text) if self.pattern else None
        if match is None:
            return ""
        return next((group for group in match.groups() if group), match[0])

    def finds(self, text: str) -> bool:
        """Whether the rule's own pattern finds a token in the text; its lists of exceptions are not read."""
        token = self.token(text)
        return bool(token) and entropy(token) > self.entropy


class Checkout(Struct, frozen=True):
    """All vectors; `unread` names functions with vectors that were not understood."""

    rules: tuple[Vectors, ...]
    unread: tuple[str, ...]


def read_checkout(folder: Path) -> Checkout:
    """The vectors of all rules of a checkout."""
    functions, names = _utilities(folder / GENERATE / "utils")
    rules: list[Vectors] = []
    unread: list[str] = []
    for path in sorted((folder / GENERATE / "rules").glob("*.go")):
        parts = _functions(tokens(path.read_text()))
        known = names | _declared(parts.get("", []), names, functions)
        for name, body in parts.items():
            if not any(token.text in {"utils.Validate", "utils.ValidateWithPaths"} for token in body):
                continue
            try:
                rules.append(_rule(body, known, functions))
            except UnreadableError as error:
                unread.append(f"{path.name} {name}: {error}")
    return Checkout(tuple(rules), tuple(unread))


def _rule(body: list[Token], names: dict[str, Any], functions: dict[str, Function]) -> Vectors:
    found = names | _declared(body, names, functions)
    rule, true, false = found.get("r"), found.get("tps", []), found.get("fps", [])
    call = next(at for at, token in enumerate(body) if token.text.startswith("utils.Validate"))
    reader = Reader(body, found, functions, call + 2)
    reader.value()
    if reader.take(","):
        true = reader.value()
        if reader.take(","):
            false = reader.value()
    if not isinstance(rule, dict) or "RuleID" not in rule:
        raise UnreadableError("no rule")
    text = rule.get("Regex", "")
    return Vectors(
        rule["RuleID"],
        bool(text) and "[\\w.-]{0,50}?" not in text.removeprefix("(?i)")[:20],
        _compiled(text),
        float(rule.get("Entropy") or 0),
        _texts(true),
        _texts(false),
    )


def _compiled(text: str) -> re.Pattern[str] | None:
    try:
        return re.compile(as_python(text)) if text else None
    except re.error:
        return None


def _texts(vectors: Any) -> tuple[str, ...]:  # noqa: ANN401
    values = vectors.values() if isinstance(vectors, dict) else vectors
    return tuple(dict.fromkeys(text for text in values if isinstance(text, str) and text))


def _functions(source: list[Token]) -> dict[str, list[Token]]:
    """The bodies of functions by name; what stands outside of them under ""."""
    found: dict[str, list[Token]] = {"": []}
    name, depth = "", 0
    for at, token in enumerate(source):
        if token.kind != "string" and token.text == "func" and depth == 0:
            name = source[at + 1].text
            found[name] = []
        found[name].append(token)
        if token.kind == "sign" and token.text in "{}":
            depth += 1 if token.text == "{" else -1
            if depth == 0 and token.text == "}":
                name = ""
    return found


def _declared(body: list[Token], names: dict[str, Any], functions: dict[str, Function]) -> dict[str, Any]:
    """The names that a body gives values to, as far as they can be read."""
    reader = Reader(body, dict(names), functions)
    found: dict[str, Any] = {}
    while reader.at < len(body) - 2:
        start = reader.at
        token = body[start]
        if token.kind == "name" and body[start + 1].text in {":=", "="} and body[start + 1].kind == "sign":
            reader.at = start + 2
            try:
                found[token.text] = reader.names[token.text] = reader.value()
                continue
            except UnreadableError:
                if token.text in {"tps", "fps"}:
                    raise
        reader.at = start + 1
    return found


def _utilities(folder: Path) -> tuple[dict[str, Function], dict[str, Any]]:
    secrets = Secrets(_SEED)
    generate = _functions(tokens((folder / "generate.go").read_text()))
    names = _declared(generate[""], {}, {})
    samples = _declared(generate["GenerateSampleSecrets"], {}, {})["samples"]

    def sample(identifier: str, secret: str) -> str:
        return f'{identifier}_api_token = "{secret}"'

    def many(identifier: str, secret: str) -> list[str]:
        told = {"{i}": identifier, "{I}": identifier.upper(), "{s}": secret}
        return [re.sub(r"\{[iIs]\}", lambda match: told[match[0]], form) for form in samples.values()]

    def unique(pattern: str, ignore_case: bool) -> str:  # noqa: FBT001 - as it is called
        return f"{'(?i)' if ignore_case else ''}{names['secretPrefixUnique']}{pattern}{names['secretSuffix']}"

    def semi_generic(identifiers: list[str], pattern: str, ignore_case: bool) -> str:  # noqa: FBT001
        known = "|".join(identifiers)
        if ignore_case:
            head = "(?i)" + names["identifierPrefix"] + known + names["identifierSuffix"]
        else:
            head = names["identifierCaseInsensitivePrefix"] + known
            head += names["identifierCaseInsensitiveSuffix"] + names["identifierSuffix"]
        return f"{head}{names['operator']}{names['secretPrefix']}{pattern}{names['secretSuffix']}"

    functions: dict[str, Function] = {
        "append": lambda first, *more: [*first, *more],
        "fmt.Sprintf": sprintf,
        "newPlausibleSecret": secrets.plausible,
        "secrets.NewSecret": secrets.new,
        "string": lambda text: text,
        "strings.ToUpper": str.upper,
        "regexp.MustCompile": lambda pattern: pattern,
        "utils.GenerateSampleSecret": sample,
        "utils.GenerateSampleSecrets": many,
        "utils.GenerateUniqueTokenRegex": unique,
        "utils.GenerateSemiGenericRegex": semi_generic,
        "utils.MergeRegexps": lambda *patterns: "|".join(patterns),
    }
    for package in ("b64", "base64"):
        for name, url, padded in (
            ("StdEncoding", False, True),
            ("RawStdEncoding", False, False),
            ("URLEncoding", True, True),
            ("RawURLEncoding", True, False),
        ):
            functions[f"{package}.{name}.EncodeToString"] = encoded(url=url, padded=padded)
    functions |= _pattern_functions(folder / "patterns.go", functions)
    return functions, names


def _pattern_functions(path: Path, functions: dict[str, Function]) -> dict[str, Function]:
    found: dict[str, Function] = {}
    for name, body in _functions(tokens(path.read_text())).items():
        if not name:
            continue
        parameters = [body[3].text] if body[3].kind == "name" else []
        start = next(at for at, token in enumerate(body) if token.text == "return") + 1

        def call(*arguments: Any, body: list[Token] = body, start: int = start, known: list[str] = parameters) -> Any:  # noqa: ANN401
            return Reader(body, dict(zip(known, arguments, strict=True)), functions, start).value()

        found[f"utils.{name}"] = call
    return found
