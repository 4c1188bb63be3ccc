"""Texts with unresolved parts: what only the run will know stays as it was written.

An unresolved part is a CI expression `${{ … }}`, a variable `${NAME}` or a command substitution `$( … )`. Such a text
can be compared with another one, but nothing is concluded from what the unresolved part may be.
"""

import re

from bot.workflows.kept import kept

_INSIDE = r"(?:(?!\$\{\{|\}\}).)*+"
EXPRESSION = re.compile(rf"\$\{{\{{({_INSIDE})\}}\}}", re.DOTALL)
_UNRESOLVED = rf"\$\{{\{{{_INSIDE}\}}\}}|\$\{{(?:[^{{}}]++|\{{[^{{}}]*+\}})*+\}}|\$\([^()]*+\)"
"""None of them looks further than to the next one of its kind: a flood of openings costs no more than its length."""
UNRESOLVED = re.compile(rf"{_UNRESOLVED}|\$.|`[^`]*`", re.DOTALL)
SECRET = re.compile(r"\$\{\{[^{}]*\bsecrets\s*[.\[]")
_LIST = re.compile(rf"(?:{_UNRESOLVED}|[^\s,])++", re.DOTALL)
_WORDS = re.compile(rf"(?:{_UNRESOLVED}|\S)++", re.DOTALL)
_OUTPUT = re.compile(r"\$\{\{ (?:steps|needs)\.([A-Za-z_][\w-]*)\.outputs\.([A-Za-z_][\w-]*) \}\}")


def normal(text: str) -> str:
    """The text with its expressions in the one spelling that we compare by: ${{ env.TAG }}."""
    return text if "${{" not in text else _normal(text)


@kept
def _normal(text: str) -> str:
    return EXPRESSION.sub(lambda found: "${{ " + found[1].strip() + " }}", text)


def known(text: str) -> bool:
    """Whether the text has no unresolved part."""
    return "$" not in text and "`" not in text


def only_unresolved(text: str) -> bool:
    """Whether the text is nothing but one unresolved part: it may turn out to be anything, several words too."""
    return text[:1] in {"$", "`"} and UNRESOLVED.fullmatch(text) is not None


def words_of(text: str) -> tuple[str, ...]:
    """The text split at blanks, unresolved parts kept whole."""
    return tuple(_WORDS.findall(text) if "$" in text else text.split())


def items_of(text: str) -> tuple[str, ...]:
    """An action's list input: split at newlines, blanks and commas, unresolved parts kept whole."""
    return tuple(_LIST.findall(text) if "$" in text else text.replace(",", " ").split())


def step_output(text: str) -> tuple[str, str] | None:
    """Step id and output name, when the text is one output of a step: ${{ steps.build.outputs.digest }}."""
    found = _OUTPUT.fullmatch(text) if text.startswith("${{ steps.") else None
    return (found[1], found[2]) if found else None


def job_output(text: str) -> tuple[str, str] | None:
    """Job and output name, when the text is one output of a job: ${{ needs.build.outputs.digest }}."""
    found = _OUTPUT.fullmatch(text) if text.startswith("${{ needs.") else None
    return (found[1], found[2]) if found else None


def may_be_same(one: str, other: str) -> bool:
    """Whether two texts may turn out to be one: where all is known, or the unresolved parts are the same, if they are.

    Else what stands before the first unresolved part and behind the last one must not differ.
    """
    if UNRESOLVED.findall(one) == UNRESOLVED.findall(other):
        return one == other
    (start, end), (other_start, other_end) = _ends_of(one), _ends_of(other)
    starts = start.startswith(other_start) or other_start.startswith(start)
    return starts and (end.endswith(other_end) or other_end.endswith(end))


def _ends_of(text: str) -> tuple[str, str]:
    places = [found.span() for found in UNRESOLVED.finditer(text)]
    return (text[: places[0][0]], text[places[-1][1] :]) if places else (text, text)
