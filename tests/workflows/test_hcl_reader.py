"""Bake files in HCL: places that are true, and hostile ones refused within bounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import MalformedError
from bot.workflows.hcl_guard import DEPTH_MAX, SIZE_MAX, guarded
from bot.workflows.hcl_reader import read_hcl
from bot.workflows.nodes import Mapping, scalars
from bot.workflows.text import SourceText

BAKE = """\
# builds
variable "TAG" { default = "x" }
function "f" {
  params = [a]
  result = "${a}-x"
}
target "app" { // the app
  tags = ["quay.io/acme/app:${TAG}", f("b")] /* two */
  dockerfile-inline = <<EOT
FROM x
target "no" {}
EOT
  args = { A = "1", "B" = upper(TAG) }
}
target e {}
# end"""

HOSTILE = {
    "a here-document without end": ("a = <<A\n" + "\n" * 120_000, "here-document"),
    "many of them": ("a = <<A\n" * 10_000, "here-document"),
    "deep lists": ("a = " + "[" * 1_000, str(DEPTH_MAX)),
    "deep interpolations": ('a = "${' * 30, str(DEPTH_MAX)),
    "10 MB": ("a = 1\n" * 2_000_000, str(SIZE_MAX)),
    "an open brace": ('target "x" {', "not closed"),
    "a closing one": ("}", "closes nothing"),
    "a comment without end": ("/* " * 40_000, "not closed"),
    "nonsense": ("not hcl at all", "not HCL"),
    "a control character": ("\x00", "not HCL"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused(name: str) -> None:
    text, word = HOSTILE[name]
    with pytest.raises(MalformedError, match=word) as refused:
        read_hcl(SourceText("docker-bake.hcl", text))
    assert str(refused.value).startswith("docker-bake.hcl")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_targets_and_their_places(newline: str, mark: str) -> None:
    source = SourceText("docker-bake.hcl", mark + BAKE.replace("\n", newline))
    targets = read_hcl(source).mapping("target")
    assert targets
    assert [key.value for key, _ in targets.entries()] == ["app", "e"]
    app = targets.mapping("app")
    assert app
    assert source.text[app.place.start] == "{"
    assert source.text[app.place.end - 1] == "}"
    assert [one.value for one in scalars(app)][:2] == ["quay.io/acme/app:${TAG}", "${function_call}"]
    for key, _ in app.entries():
        assert source.text[key.place.start : key.place.end] == key.value


def test_a_guarded_text_keeps_every_place() -> None:
    source = SourceText("x", BAKE)
    text = guarded(source)
    assert len(text) == len(BAKE) + 1
    assert "FROM" not in text
    assert text.index("target e") == BAKE.index("target e")


@given(st.text(alphabet=st.sampled_from(list('ab="{}[]$%<-E\n\r\\/*# ,.?:!1')), max_size=50))
def test_garbage_is_malformed_and_nothing_worse(text: str) -> None:
    try:
        document = read_hcl(SourceText("x", text))
    except MalformedError:
        return
    assert isinstance(document, Mapping)
