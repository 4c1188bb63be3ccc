"""A policy file with mistakes is refused with line and key."""

from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import MalformedError, SettingsError
from bot.policy.file import read_policy
from bot.policy.yaml_lines import FILE_MAX, read_lines
from tests.policy.written import ONE, for_image, written
from tests.private_fulcio import NOW, PrivateFulcio, new_key

PEM = new_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (ONE + "    releses: x\n", "policy.yaml:3: images[0].releses: unknown key"),
        (ONE + "    require:\n      - sbom-missing\n      - sbom-mising\n", "policy.yaml:5: images[0].require[1]:"),
        (ONE + "    require: [sbom-mising]\n", "did you mean 'sbom-missing'?"),
        (ONE + "    settle: soon\n", "policy.yaml:3: images[0].settle: expected a number followed by s, m, h or d"),
        (ONE + "    sources: ['(']\n", "images[0].sources[0]: not a pattern: unclosed group"),
        (ONE + "    sources: ['(?=a)']\n", "look-around"),
        (ONE + "    identities: [{ issuer: x }]\n", "images[0].identities[0].subject: is missing"),
        (ONE + "    severity: { sbom-missing: terrible }\n", "images[0].severity.sbom-missing"),
        (ONE + "    keys: [{ name: k, file: no.pub }]\n", "policy.yaml:3: images[0].keys[0]: no.pub cannot be read"),
        (ONE + "    keys: [{ name: k, pem: garbage }]\n", "images[0].keys[0]: k: not a public key in PEM"),
        (ONE + "    keys: [{ name: k }]\n", "name either a file or a pem"),
        (
            ONE + "    certificates: [{ name: k, pem: x }]\n",
            "images[0].certificates[0]: k: does not hold PEM certificates",
        ),
        ("images:\n  - match: acme\n", "policy.yaml:2: images[0].match[0]: 'acme' does not name a registry"),
        ("images: []\n", "images"),
        ("", "policy.yaml:1"),
        ("images:\n  - match: quay.io/a/b\n    match: x\n", "policy.yaml:3: duplicate key 'match'"),
        ("images: [\n", "policy.yaml:2: is not YAML"),
        ("a: &a [*a]\n", "policy.yaml:1"),
        (ONE + "waivers: [{ rule: sbom-missing, image: quay.io/a/b, reason: x }]\n", "waivers[0].until: is missing"),
        (ONE + "waivers: [{ rule: sbom-missing, image: quay.io/a/b, until: 2027-01-01 }]\n", "reason: is missing"),
        (ONE + "waivers: [{ rule: x, image: quay.io/a/b, reason: x, until: someday }]\n", "waivers[0].until"),
        (ONE + "    requires: x\n", "unknown key; did you mean 'require'?"),
        (ONE + "watch: [quay.io/a/b]\n", "watch: unknown key here; 'watch' stands in an entry of `images`"),
        (ONE + "    waivers: []\n", "waivers: unknown key here; 'waivers' stands in the file itself"),
        (ONE + "    identities: [x]\n", "images[0].identities[0]: expected a table with the keys issuer, subject"),
        (ONE + "    layouts: sig\n", "images[0].layouts[0]: expected one of 'cosign-tag', "),
        (ONE + "    severity: high\n", "images[0].severity: expected a table"),
        (ONE + "    severity: { sbom-mising: high }\n", "images[0].severity.sbom-mising: unknown rule"),
        (ONE + "    require: [defalt]\n", "images[0].require[0]: unknown rule 'defalt'; did you mean 'default'?"),
        (ONE + "    severity: { default: high }\n", "images[0].severity.default: unknown rule"),
        (
            ONE + '    releases: "\\d"\n',
            "policy.yaml:3: is not YAML: found unknown escape character 'd'; write patterns between",
        ),
        (ONE + "    keys: cosign.pub\n", "policy.yaml:3: images[0].keys[0]: cosign.pub cannot be read: No such file"),
        (ONE + f"    keys: ['{PEM[:40]}']\n", "images[0].keys[0]: a key as PEM text needs a name"),
        ("x\n", "policy.yaml:1: the file: expected a table with the keys images"),
        ("waivers: []\n", "images: is missing: a list of entries"),
        (
            ONE + "waivers: [{ rule: default, image: '**', reason: x, until: 2027-01-31 }]\n",
            "waivers[0].rule: unknown rule",
        ),
        (ONE + "waivers: [{ rule: sbom-missing, image: '**', reason: '', until: 2027-01-31 }]\n", "must not be empty"),
        (ONE + "    REQUIRE: [default]\n", "images[0].REQUIRE: unknown key; did you mean 'require'?"),
        (ONE + "    may-waive: U012AB3CD\n", "images[0].may-waive: unknown key; did you mean 'may_waive'?"),
        (ONE + "    require: [SBOM-MISSING]\n", "unknown rule 'SBOM-MISSING'; did you mean 'sbom-missing'?"),
        (ONE + "    ignore: ''\n", "images[0].ignore: an empty pattern matches every tag"),
        (ONE + "    rolling: ''\n", "images[0].rolling: an empty pattern matches every tag"),
        (ONE + "    releases: ''\n", "images[0].releases: an empty pattern matches every tag"),
        (ONE + "    sources: ['']\n", "images[0].sources[0]: an empty pattern"),
        (ONE + "    channel: #releases\n", "images[0].channel: is empty; a value that begins with # needs quotes"),
        (ONE + "    channel: '#Releases'\n", "images[0].channel: '#Releases' is not a Slack channel"),
        (ONE + "    channel: '@ada'\n", "images[0].channel: '@ada' is not a Slack channel"),
        (ONE + "    channel: two words\n", "images[0].channel: 'two words' is not a Slack channel"),
        (ONE + "    settle:\n", "images[0].settle: expected a number followed by s, m, h or d"),
        (ONE + "    watch: 400d\n", "images[0].watch: 400d is more than a year"),
        (ONE + "    sisters: [https://docker.io]\n", "images[0].sisters[0]: 'https://docker.io' is not a registry"),
        (ONE + "    sisters: [docker.io/acme]\n", "images[0].sisters[0]: 'docker.io/acme' is not a registry"),
        (ONE + "    platforms: [amd64]\n", "images[0].platforms[0]: 'amd64' is not a platform like linux/arm64"),
        (ONE + "    platforms: [' linux/amd64']\n", "images[0].platforms[0]: ' linux/amd64' is not a platform"),
        (ONE + "    since: { sbom-missing: 2027-13-01 }\n", "sbom-missing: expected a date such as 2027-01-31"),
        ("images:\n  - match: 'quay.io/a/b:1.[0-9]'\n", "cannot match an image: a name has no '['"),
        ("images:\n  - match: 'quay.io/a b/c'\n", "no spaces"),
        ("images:\n  - match: 'quay.io/a/b:'\n", "a tag is missing after the colon"),
    ],
)
def test_what_does_not_fit_is_said_with_line_and_key(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(SettingsError) as caught:
        written(tmp_path, text)
    assert words in str(caught.value), str(caught.value)


@pytest.mark.parametrize(
    "reason",
    [
        "   ",
        r"\u00a0\u2003",
        r"\u200b\u200d",
        r"\u202e\u2066",
        r"\ufeff",
        r"\u3164\uffa0",
        r"\u2800",
        r"\ufe0f\u034f",
        r"\ufffd",
        r"\ufffc\U0001d159",
    ],
)
def test_a_waiver_whose_reason_nobody_can_see_is_refused(tmp_path: Path, reason: str) -> None:
    text = ONE + f"waivers: [{{ rule: sbom-missing, image: '**', reason: \"{reason}\", until: 2027-01-31 }}]\n"
    with pytest.raises(SettingsError, match=r"waivers\[0\]\.reason: must hold something that can be seen"):
        written(tmp_path, text)


@pytest.mark.parametrize("reason", ["x", "Jib schreibt keine", "構築中", "कारण", "\U0001f6a7"])
def test_a_reason_in_any_language_is_one(tmp_path: Path, reason: str) -> None:
    text = ONE + f"waivers: [{{ rule: sbom-missing, image: '**', reason: '{reason}', until: 2027-01-31 }}]\n"
    assert written(tmp_path, text).file.waivers[0].reason == reason


@pytest.mark.parametrize(
    "until", ["31.01.2027", "2027-1-31", "20270131", "2027-02-30", "0", "1800000000", "2027-01-31T00:00Z"]
)
def test_a_waiver_ends_on_a_day_of_the_calendar(tmp_path: Path, until: str) -> None:
    """Seconds since 1970 would be taken for a day by a lenient reader."""
    text = ONE + f"waivers: [{{ rule: sbom-missing, image: '**', reason: x, until: '{until}' }}]\n"
    with pytest.raises(SettingsError, match=r"waivers\[0\]\.until: expected a date such as 2027-01-31"):
        written(tmp_path, text)


@pytest.mark.parametrize(
    ("pem", "words"),
    [
        (PrivateFulcio("acme", NOW).ca_pem, "this is a certificate; use its public key"),
        (
            "-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\nc2VjcmV0\n-----END",
            "this is a private key; do not store it here",
        ),
        ("ssh-ed25519 AAAA", "not a public key in PEM"),
    ],
)
def test_what_people_take_for_a_public_key(tmp_path: Path, pem: str, words: str) -> None:
    (tmp_path / "cosign.pub").write_text(pem)
    with pytest.raises(SettingsError) as caught:
        written(tmp_path, ONE + "    keys: [cosign.pub]\n")
    assert f"policy.yaml:3: images[0].keys[0]: cosign.pub: {words}" in str(caught.value)
    assert "c2VjcmV0" not in str(caught.value)


def test_every_key_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        written(tmp_path, ONE + "    keys: [a.pub, b.pub]\n    certificates: [c.pem]\n")
    assert [line.split(": ")[1] for line in str(caught.value).splitlines()] == [
        "images[0].keys[0]",
        "images[0].keys[1]",
        "images[0].certificates[0]",
    ]


def test_more_certificates_than_are_read_are_not_cut_silently(tmp_path: Path) -> None:
    (tmp_path / "many.pem").write_text(PrivateFulcio("acme", NOW).ca_pem * 21)
    with pytest.raises(SettingsError, match=r"many\.pem: 21 certificates exceed the limit CERTIFICATES_MAX = 20"):
        written(tmp_path, ONE + "    certificates: many.pem\n")


def test_a_file_s_name_alone_is_a_key(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys/cosign.pub").write_text(PEM)
    for text in ("[keys/cosign.pub]", "keys/cosign.pub"):
        policy = for_image(tmp_path, ONE + f"    keys: {text}\n")
        assert [key.name for key in policy.keys] == ["cosign.pub"]
        assert policy.expected.key_names == ("cosign.pub",)


def test_one_stands_for_a_list_of_one(tmp_path: Path) -> None:
    text = (
        "images:\n  match: 'quay.io/acme/*'\n  require: sbom-missing\n  sources: 'x'\n  owners: '@team'\n"
        "  identities: { issuer: 'https://x', subject: 'y' }\n"
        "waivers: { rule: sbom-missing, image: '**', reason: x, until: 2027-01-31 }\n"
    )
    policy = for_image(tmp_path, text)
    assert policy.require == {"sbom-missing"}
    assert (policy.expected.sources, policy.owners) == (("x",), ("@team",))
    assert [one.subject for one in policy.expected.identities] == ["y"]
    assert [waiver.until for waiver in policy.waivers] == [date(2027, 1, 31)]


def test_everything_that_does_not_fit_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        written(tmp_path, ONE + "    a: 1\n    settle: x\nwaivers: [{}]\n")
    assert len(str(caught.value).splitlines()) == 6


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        read_policy(tmp_path / "policy.yaml")


def test_bombs_are_refused(tmp_path: Path) -> None:
    laughs = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 10)}]\n" for n in range(7)
    )
    for text in (laughs, "[" * 100, "#" * (FILE_MAX + 1)):
        with pytest.raises(SettingsError):
            written(tmp_path, text)


@given(st.binary(max_size=200) | st.text("images:-[]{}&*<>#'\"\n matchquy./", max_size=80).map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        read_lines(data, name="policy.yaml")
    except MalformedError as error:
        assert "policy.yaml" in str(error)  # noqa: PT017 - both ends are fine


def test_the_end_of_a_waiver_says_that_it_includes_that_day_and_a_beginning_does_not(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        written(tmp_path, ONE + "    since: { sbom-missing: soon }\n")
    assert "waiver" not in str(caught.value)
