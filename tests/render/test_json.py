"""The JSON document: keys are final."""

import json
from typing import Any

from bot.attestations.provenance import Mode
from bot.context import ReleaseFacts
from bot.evidence import Unreadable
from bot.policy import default_policy
from bot.render.json import render
from bot.report import Report
from bot.rules import catalogue
from tests.making import NOW, digest, image, platform, provenance, reported
from tests.rules.earlier import earlier

HEAD = "schema image digest checked_at verdict policy".split()  # noqa: SIM905
BODY = "platforms signatures search stores unread results requests notes".split()  # noqa: SIM905
AROUND = "trust workflow baseline release patches request_id artifact readers".split()  # noqa: SIM905
REPORT = [*HEAD, *BODY, *AROUND]
PROVENANCE = "state mode slsa build_type builder_id source revision build_args base_images where".split()  # noqa: SIM905
CAUSE = "cause sureness because fix snippet language verify".split()  # noqa: SIM905
RESULT = "rule outcome severity title findings causes remediation".split()  # noqa: SIM905


def document(*evidence: Any) -> Any:  # noqa: ANN401 - JSON
    return json.loads(render([reported(each, default_policy(), now=NOW) for each in evidence]))


def in_order(expected: list[str], found: dict[str, Any]) -> bool:
    """All expected keys, in that order; others may stand between."""
    return [key for key in found if key in expected] == expected


def test_the_keys_and_their_order() -> None:
    told = document(image(platform(provenance=provenance(Mode.MIN))))
    assert list(told) == REPORT
    assert in_order(PROVENANCE, told["platforms"][0]["provenance"])
    assert in_order(["state", "formats", "packages", "where"], told["platforms"][0]["sbom"])
    assert in_order(RESULT, told["results"][0])
    assert list(told["requests"]) == ["total", "manifest_pulls", "round_trips", "attestations", "signatures"]


def test_what_it_was_compared_with() -> None:
    (told,) = [json.loads(render([reported(image(), baseline=earlier())]))]
    assert told["baseline"] == {
        "image": "quay.io/acme/app:1.2.2",
        "digest": digest("index"),
        "checked_at": "2026-11-22T14:03:11Z",
    }


def test_the_release_and_its_members() -> None:
    members = (("quay.io/acme/app:1.2.3", "judged"), ("docker.io/acme/app:1.2.3", "awaited"))
    facts = ReleaseFacts("acme/app 1.2.3", group="acme/app", version="1.2.3", members=members)
    assert json.loads(render([reported(image(), release=facts)]))["release"] == {
        "group": "acme/app",
        "version": "1.2.3",
        "members": [{"image": name, "state": state} for name, state in members],
    }
    assert json.loads(render([reported(image())]))["release"] is None


def test_a_failing_rule() -> None:
    told = document(image(platform(provenance=provenance(Mode.MIN, builder_id=""))))
    failed = next(result for result in told["results"] if result["rule"] == "provenance-mode-min")
    assert failed["outcome"] == "fail"
    assert failed["severity"] == "high"
    assert failed["findings"][0]["subject"] == "linux/amd64"
    assert failed["causes"][0]["cause"] == "mode-not-explicit"
    assert list(failed["causes"][0]) == CAUSE
    assert list(failed["remediation"]) == ["text", "snippet", "language", "verify"]
    assert told["platforms"][0]["provenance"]["builder_id"] == ""


def test_states_and_modes_are_words_or_null() -> None:
    absent, unread = platform(provenance=None, sbom=None), platform("linux/arm64", provenance=Unreadable("timed out"))
    platforms = document(image(absent, unread))["platforms"]
    assert platforms[0]["provenance"]["state"] == "absent"
    assert platforms[0]["provenance"]["mode"] is None
    assert platforms[0]["sbom"]["packages"] is None
    assert platforms[1]["provenance"]["state"] == "unreadable"
    assert platforms[1]["provenance"]["reason"] == "timed out"
    foreign = document(image(platform(provenance=provenance(Mode.FOREIGN))))
    assert foreign["platforms"][0]["provenance"]["mode"] == "foreign"


def test_one_document_for_one_image_an_array_for_several() -> None:
    assert isinstance(document(image()), dict)
    assert [each["verdict"] for each in document(image(), image(platform(sbom=None)))] == ["pass", "fail"]


def test_the_time_is_in_utc_to_the_second() -> None:
    assert document(image())["checked_at"] == "2026-11-22T14:03:11Z"


def test_it_can_be_read_back() -> None:
    report = reported(image(platform(sbom=None)), default_policy(), now=NOW)
    assert Report.model_validate_json(render([report])) == report


def test_every_rule_has_one_entry() -> None:
    assert [result["rule"] for result in document(image())["results"]] == [rule.id for rule in catalogue()]


def test_no_character_can_harm_a_terminal() -> None:
    hostile = provenance(builder_id="\x1b[2J\u202e\x9b")
    text = render([reported(image(platform(provenance=hostile)), default_policy(), now=NOW)])
    assert text.isascii()
    assert "\x1b" not in text
