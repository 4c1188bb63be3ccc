"""CI events and e-mail addresses in provenance: where, never whose."""

from tests.attestations.predicates import base64, provenance, v1


def test_the_whole_event_is_named_once() -> None:
    found = provenance(v1(internal={"github_event_payload": {"pusher": {"email": "a@example.com"}}}))
    assert found.private_data == ("the whole CI event (github_event_payload)",)


def test_an_address_is_told_by_its_place() -> None:
    found = provenance(v1(request={"args": {"build-arg:MAINTAINER": "Jo <jo.doe@example.com>"}}))
    assert found.private_data == ("an e-mail address (build argument)",)
    assert "jo.doe" not in repr(found)


def test_what_only_looks_like_an_address_is_none() -> None:
    predicate = v1(
        config_source={"uri": "https://user@github.com/acme/app"},
        metadata={"vcs": {"source": "git@github.com:acme/app.git"}},
        materials=[{"uri": "pkg:docker/alpine@3.20?digest=sha256:00"}],
    )
    assert provenance(predicate).private_data == ()


def test_addresses_that_stand_in_the_repository_anyway_are_not_told() -> None:
    labels = {"args": {"label:maintainer": "jo@example.com"}}
    dockerfile = {"source": {"infos": [{"data": base64("FROM x\nLABEL maintainer=jo@example.com\n")}]}}
    assert provenance(v1(request=labels, metadata=dockerfile)).private_data == ()
