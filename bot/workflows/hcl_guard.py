"""What an HCL file must be like before it is given to a parser: not too long, not too deep, no here-documents.

A here-document that is not closed costs its parser time that grows with the square of the file. All of them are put
out of the way here, by a quoted text of the same length, so that places stay true; nothing that we read is in one.
"""

import re

from bot.errors import MalformedError
from bot.workflows.text import SourceText

SIZE_MAX = 128 * 1024
"""Characters of one bake file."""
DEPTH_MAX = 24
"""Brackets, quotes and interpolations inside of each other."""

_HEREDOC = re.compile(r"<<-?([A-Za-z][\w.-]*)\r?\n")
_COMMENT = re.compile(r"#[^\n]*|//[^\n]*")
_PLAIN = re.compile(r"[^\"#/<{}\[\]()]+")
_IN_QUOTES = re.compile(r"[^\"\\$%]+")
_CLOSES = {"}": "{", "]": "[", ")": "("}


def guarded(source: SourceText) -> str:
    """The text, of the same length, without here-documents and with a newline added at its end.

    Raises MalformedError when it is too long, too deep, or when a bracket, quote or here-document is not closed.
    """
    text = source.text
    if len(text) > SIZE_MAX:
        raise MalformedError(f"{source.name}: {len(text)} characters, more than the limit of {SIZE_MAX}")
    stack: list[str] = []
    kept: list[str] = []
    at = 0
    while at < len(text):
        end = _in_quotes(text, at, stack) if stack and stack[-1] == '"' else _in_code(source, at, stack)
        kept.append(_put_away(text[at:end]) if text.startswith("<<", at) and '"' not in stack[-1:] else text[at:end])
        at = end
        if len(stack) > DEPTH_MAX:
            raise MalformedError(f"{_where(source, at - 1)}: nested deeper than {DEPTH_MAX} levels")
    if stack:
        raise MalformedError(f"{source.name}: something that is opened with {stack[-1]} is not closed")
    return "".join(kept).replace("\ufeff", " ", 1) + "\n"


def _where(source: SourceText, at: int) -> str:
    line, column = source.position(at)
    return f"{source.name}:{line}:{column}"


def _put_away(heredoc: str) -> str:
    return '"' + "x" * (len(heredoc) - 2) + '"' if _HEREDOC.match(heredoc) else heredoc


def _in_quotes(text: str, at: int, stack: list[str]) -> int:
    if plain := _IN_QUOTES.match(text, at):
        return plain.end()
    if text[at] == "\\":
        return at + 2
    if text.startswith(("$${", "%%{"), at):
        return at + 3
    if text.startswith(("${", "%{"), at):
        stack.append("{")
        return at + 2
    if text[at] == '"':
        stack.pop()
    return at + 1


def _in_code(source: SourceText, at: int, stack: list[str]) -> int:
    text, char = source.text, source.text[at]
    if found := _PLAIN.match(text, at) or _COMMENT.match(text, at):
        return found.end()
    if text.startswith("/*", at):
        return _comment_end(source, at)
    if heredoc := _HEREDOC.match(text, at):
        return _heredoc_end(source, heredoc)
    if char in '"{[(':
        stack.append(char)
    elif char in _CLOSES and (not stack or stack.pop() != _CLOSES[char]):
        raise MalformedError(f"{_where(source, at)}: a {char} that closes nothing")
    return at + 1


def _comment_end(source: SourceText, at: int) -> int:
    end = source.text.find("*/", at + 2)
    if end < 0:
        raise MalformedError(f"{_where(source, at)}: a comment that is not closed")
    return end + 2


def _heredoc_end(source: SourceText, heredoc: re.Match[str]) -> int:
    text, at = source.text, heredoc.end()
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        if text[at:end].strip() == heredoc[1]:
            return end - text[at:end].endswith("\r")
        at = end + 1
    raise MalformedError(f"{_where(source, heredoc.start())}: a here-document that is not closed")
