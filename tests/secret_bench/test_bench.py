"""The bench reads vectors from Go source as the compiler would; the source here is made up."""

from pathlib import Path

from tests.secret_bench.vectors import GENERATE, Checkout, read_checkout

GENERATE_GO = """
package utils

const (
	identifierCaseInsensitivePrefix = `[\\w.-]{0,50}?(?i:`
	identifierCaseInsensitiveSuffix = `)`
	identifierPrefix = `[\\w.-]{0,50}?(?:`
	identifierSuffix = `)(?:[ \\t\\w.-]{0,20})[\\s'"]{0,3}`
	operator = `(?:=|:)`
	secretPrefixUnique = `\\b(`
	secretPrefix = `[\\s='"]{0,5}(`
	secretSuffix = `)(?:[\\s'";]|$)`
)

func GenerateSampleSecrets(identifier string, secret string) []string {
	samples := map[string]string{
		// a comment
		"ini": "{i}Token = \\"{s}\\"",
		"make": `{I}_TOKEN := {s}`,
	}
	return samples
}
"""
PATTERNS_GO = """
package utils
func Hex(size string) string {
	return fmt.Sprintf(`[a-f0-9]{%s}`, size)
}
"""
RULES_GO = """
package rules

func Acme() *config.Rule {
	r := config.Rule{
		RuleID:      "acme-token",
		Regex:       utils.GenerateUniqueTokenRegex(`acme_`+utils.Hex("8"), false),
		Entropy:     2.5,
		Allowlists: []*config.Allowlist{{Regexes: []*regexp.Regexp{regexp.MustCompile(`x`)}}},
	}
	// validate
	tps := utils.GenerateSampleSecrets("acme", "acme_"+secrets.NewSecret(utils.Hex("8")))
	tps = append(tps,
		`key: "acme_0a1b2c3d"`, // gitleaks:allow
		"quoted \\"acme_deadbeef\\"\\n",
	)
	fps := []string{`acme_00000000`}
	return utils.Validate(r, tps, fps)
}

func Generic() *config.Rule {
	r := config.Rule{RuleID: "generic", Regex: utils.GenerateSemiGenericRegex([]string{"acme"}, `[a-z]{6}`, true)}
	return utils.Validate(r, []string{"acme = secret"}, nil)
}

func Odd() *config.Rule {
	r := config.Rule{RuleID: "odd"}
	tps := compute(1)
	return utils.Validate(r, tps, nil)
}
"""


def read(folder: Path) -> Checkout:
    for name, text in (
        ("utils/generate.go", GENERATE_GO),
        ("utils/patterns.go", PATTERNS_GO),
        ("rules/acme.go", RULES_GO),
    ):
        path = folder / GENERATE / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return read_checkout(folder)


def test_vectors_are_read_as_they_are_meant(tmp_path: Path) -> None:
    acme, generic = read(tmp_path).rules
    ini, make, *written = acme.true
    assert written == ['key: "acme_0a1b2c3d"', 'quoted "acme_deadbeef"\n']
    assert ini.startswith('acmeToken = "acme_')
    assert make.startswith("ACME_TOKEN := acme_")
    assert len(acme.token(ini)) == len("acme_01234567")
    assert (acme.shaped, generic.shaped) == (True, False)
    assert generic.token("acme = secret") == "secret"


def test_what_was_not_understood_is_named(tmp_path: Path) -> None:
    assert read(tmp_path).unread == ("acme.go Odd: unknown function compute",)


def test_a_rule_finds_what_its_pattern_and_entropy_say(tmp_path: Path) -> None:
    acme, _ = read(tmp_path).rules
    assert acme.finds("key: 'acme_0a1b2c3d'")
    assert not acme.finds(acme.false[0])


def test_the_same_vectors_in_each_run(tmp_path: Path) -> None:
    assert read(tmp_path) == read(tmp_path)
