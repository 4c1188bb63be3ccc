"""Hostile YAML is refused with a sentence that names the place, within bounds; nothing is ever constructed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import MalformedError
from bot.workflows.nodes import Mapping, Scalar, Sequence, scalars
from bot.workflows.text import SIZE_MAX, SourceText
from bot.workflows.yaml_reader import DEPTH_MAX, WEIGHT_MAX, read_yaml

BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]\n" for level in range(1, 12)
)
HOSTILE = {
    "aliases without end": (BOMB, str(WEIGHT_MAX)),
    "an alias of itself": ("a: &a [*a]", "inside the value that it refers to"),
    "an alias of a table around it": ("a: &a\n  b: *a", "inside the value that it refers to"),
    "an alias of nothing": ("a: *b", "anchor"),
    "deep lists": ("[" * 100_000, str(DEPTH_MAX)),
    "deep tables": ("{a: " * 100_000, str(DEPTH_MAX)),
    "deep blocks": ("".join(" " * level + "a:\n" for level in range(700)), str(DEPTH_MAX)),
    "deep keys": ("? " * 100_000, str(DEPTH_MAX)),
    "deep dashes": ("- " * 100_000, str(DEPTH_MAX)),
    "10 MB": ("a: b\n" * 2_000_000, str(SIZE_MAX)),
    "too many nodes": ("- a\n" * (WEIGHT_MAX + 1), str(WEIGHT_MAX)),
    "a quote that never ends": ('"' + "a" * 500_000, "not YAML"),
    "a tab": ("a:\n\t- b", "not YAML"),
    "a control character": ("a: \x00", "not YAML"),
    "half a character": ("a: \ud800", "not YAML"),
    "a huge version": ("%YAML " + "9" * 5_000 + ".1\n---\na: b", "not YAML"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused(name: str) -> None:
    text, word = HOSTILE[name]
    with pytest.raises(MalformedError, match=word) as refused:
        read_yaml(SourceText("ci.yml", text))
    assert str(refused.value).startswith("ci.yml")
    assert len(str(refused.value)) < 300


def test_a_tag_that_would_construct_an_object_is_only_a_word() -> None:
    (node,) = read_yaml(SourceText("x", "!!python/object/apply:os.system ['echo bad']"))
    assert [scalar.value for scalar in scalars(node)] == ["echo bad"]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_every_text_knows_its_place(newline: str, mark: str) -> None:
    lines = ["# c", 'a: &x "q" # k', "b: !!str plain", "c: {d: 'e', f: [g]}", "\U0001f600: h", "i: *x"]
    source = SourceText("x", mark + newline.join(lines))
    (node,) = read_yaml(source)
    assert isinstance(node, Mapping)
    written = {source.text[one.place.start : one.place.end] for one in scalars(node)}
    assert written == {'"q"', "plain", "'e'", "g", "h"}
    key, _ = node.pairs[-1]
    assert source.position(key.place.start) == (6, 1)


WRITTEN = """on: {push: [main, 'v*'], pull_request: null}
env: &env
  A: "1" # one
  'B b': two  # words
jobs:
  a:
    env: *env
    steps:
    - run: |
        docker build \\
          -t a/b:${{ github.sha }} .
    - run: >-
        folded

        text
      if: a == 'b'
    - uses: a/b@v1
      with: { push: true, tags: "a/b:1\\n" }
    - 😀: !!str x
---
b: [c,
  d]
"""


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_both_parsers_say_the_same(newline: str) -> None:
    source = SourceText("x", newline.join(WRITTEN.split("\n")))
    assert read_yaml(source) == read_yaml(source, exact=True)


@pytest.mark.parametrize("char", ["\x85", "\u2028", "\u2029"])
def test_what_only_yaml_1_1_took_for_line_breaks(char: str) -> None:
    text = f'a{char}b: |\n  c{char}d\n  e\nf: "{char}" # {char}\n{char}: g\n'
    source = SourceText("x", text)
    (node,) = read_yaml(source)
    assert isinstance(node, Mapping)
    assert [(key.value, value.value) for key, value in node.entries() if isinstance(value, Scalar)] == [
        (f"a{char}b", f"c{char}d\ne\n"),
        ("f", char),
        (char, "g"),
    ]
    assert source.position(node.pairs[1][0].place.start) == (4, 1)


def test_several_documents() -> None:
    assert len(read_yaml(SourceText("x", "a: b\n---\nc: d\n...\n---\n- e\n"))) == 3


def test_merge_keys_are_looked_into() -> None:
    (node,) = read_yaml(SourceText("x", "base: &b {a: 1, c: 2}\nthis: {<<: *b, a: 3}\nmore: {<<: [*b]}\n"))
    assert isinstance(node, Mapping)
    this, more = node.mapping("this"), node.mapping("more")
    assert this
    assert more
    assert (this.text("a"), this.text("c"), more.text("c")) == ("3", "2", "2")


@given(st.text(alphabet=st.sampled_from(list("abc:-?[]{}&*!|>'\"%@`#,. \n\t\r\ufeff\x85\u2028")), max_size=60))
def test_garbage_is_malformed_and_nothing_worse(text: str) -> None:
    try:
        documents = read_yaml(SourceText("x", text))
    except MalformedError:
        return
    for document in documents:
        assert isinstance(document, Mapping | Sequence | Scalar)
        for one in scalars(document):
            assert 0 <= one.place.start <= one.place.end <= len(text)


def test_what_stands_in_the_table_itself_wins_then_the_first_that_is_merged() -> None:
    (node,) = read_yaml(SourceText("x", "a: &a {k: 1, l: 1}\nb: &b {l: 2, m: 2}\nc: {<<: [*a, *b], m: 3}\n"))
    assert isinstance(node, Mapping)
    table = node.mapping("c")
    assert table
    flat = table.flat()
    assert {name: value.value for name, value in flat.items() if isinstance(value, Scalar)} == {
        "k": "1",
        "l": "1",
        "m": "3",
    }
    assert all(table.get(name) is value for name, value in flat.items())
