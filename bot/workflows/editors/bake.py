"""A bake target's `attest` list, in HCL and in JSON."""

from collections.abc import Callable

from msgspec import Struct

from bot.workflows.builds import Ask
from bot.workflows.editors import in_full
from bot.workflows.edits import Edit, Fix, insert
from bot.workflows.nodes import Mapping, Sequence
from bot.workflows.text import Place, SourceText

_ELEMENT = {"provenance": '"type=provenance,mode=max"', "sbom": '"type=sbom"'}


class HclEditor(Struct, frozen=True):
    """`target "app" { … }`."""

    source: SourceText
    body: Mapping

    def ask(self, what: str, said: Ask) -> Fix | None:
        """An element more in the list, or the list as the body's first attribute."""
        return _asked(
            self.source, self.body, what, said, lambda elements: self._first_attribute(f"attest = {elements}")
        )

    def _first_attribute(self, attribute: str) -> Fix:
        source, place = self.source, self.body.place
        outer = source.indentation(source.line_start(place.start) + self._blanks(place.start))
        newline, keys = source.newline(), [key for key, _ in self.body.entries()]
        inner = source.indentation(keys[0].place.start) if keys and source.begins_line(keys[0].place.start) else None
        if inner is not None or "\n" in source.text[place.start : place.end]:
            return insert(place.start + 1, f"{newline}{inner or outer + '  '}{attribute}", alone=True)
        kept = source.text[place.start + 1 : place.end - 1].strip()  # a body on one line holds one attribute at most
        lines = "".join(f"{newline}{outer}  {line}" for line in (attribute, kept) if line)
        return Fix((Edit(Place(place.start + 1, place.end - 1), f"{lines}{newline}{outer}", alone=True),))

    def _blanks(self, offset: int) -> int:
        line = self.source.text[self.source.line_start(offset) : offset]
        return len(line) - len(line.lstrip(" \t"))


class JsonEditor(Struct, frozen=True):
    """`"app": { … }`."""

    source: SourceText
    body: Mapping

    def ask(self, what: str, said: Ask) -> Fix | None:
        """An element more in the list, or the list as the body's last member."""
        return _asked(self.source, self.body, what, said, lambda elements: self._last_member(f'"attest": {elements}'))

    def _last_member(self, member: str) -> Fix | None:
        members = list(self.body.entries())
        if not members:
            return None
        key, value = members[-1]
        begins = self.source.begins_line(key.place.start)
        between = self.source.newline() + self.source.indentation(key.place.start) if begins else " "
        return insert(value.place.end, f",{between}{member}", alone=True)


def _asked(source: SourceText, body: Mapping, what: str, said: Ask, first: Callable[[str], Fix | None]) -> Fix | None:
    """What is said there said in full; else an element more; else `first` writes the list."""
    if said.place is not None or not said.writable:
        return in_full(source, what, said)
    attest = body.get("attest")
    if attest is None:
        return first(f"[{_ELEMENT[what]}]")
    return add_element(source, attest, _ELEMENT[what]) if isinstance(attest, Sequence) else None


def add_element(source: SourceText, elements: Sequence, element: str) -> Fix | None:
    """A text more at the front of a list in brackets."""
    if not elements.flow:
        return None
    if not elements.items:
        return insert(elements.place.start + 1, element, alone=True)
    first = elements.items[0].place.start
    between = source.newline() + source.indentation(first) if source.begins_line(first) else " "
    return insert(first, f"{element},{between}")
