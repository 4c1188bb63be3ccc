"""Whether a page is sound: tags closed in order, ids unique, nothing inline and nothing from elsewhere."""

from html.parser import HTMLParser

VOID = {"meta", "link", "img", "input", "br", "hr"}


class Page(HTMLParser):
    """Reads a page, and complains."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: set[str] = set()
        self.text: list[str] = []
        self.links: list[str] = []
        self.complaints: list[str] = []
        self.feed(text)
        self.close()
        if self.open:
            self.complaints.append(f"not closed: {self.open}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            self._attribute(tag, name, value or "")

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name == "id":
            if value in self.ids:
                self.complaints.append(f"twice: id {value}")
            self.ids.add(value)
        if name.startswith("on") or name == "style":
            self.complaints.append(f"inline: {tag} {name}")
        if name in {"href", "src", "action"}:
            self.links.append(value)
            if name != "href" and not value.startswith("/"):
                self.complaints.append(f"from elsewhere: {tag} {value}")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.complaints.append(f"closed out of order: {tag}")

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in {"script", "style"} and data.strip():
            self.complaints.append("inline script or style")
        self.text.append(data)

    @property
    def words(self) -> str:
        """All text, one space between words."""
        return " ".join("".join(self.text).split())


def read(text: str) -> Page:
    """The page; fails when it is not sound."""
    page = Page(text)
    assert page.complaints == []
    return page
