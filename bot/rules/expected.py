"""What a policy expects of one image, in the words that rules need."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExpectedIdentity:
    """Who may sign: issuer compared exactly, subject an anchored pattern (re.fullmatch)."""

    issuer: str
    subject: str


@dataclass(frozen=True, slots=True)
class Expected:
    """Empty means: the policy does not say, so the rule that needs it is not asked."""

    identities: tuple[ExpectedIdentity, ...] = ()
    key_names: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()  # patterns on the source repository
    builders: tuple[str, ...] = ()  # patterns on builder.id
    base_images: tuple[str, ...] = ()  # patterns on purls
    isolated_builders: tuple[str, ...] = ()  # patterns on signers that the caller of a build cannot alter
    is_release: bool = False  # the tag is one that must not move
    settled: bool = True  # the settling time has passed: absence of a signature means something
