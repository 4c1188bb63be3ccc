"""Texts that are credentials by their own shape, whatever they are called: one line a kind.

To add one: a kind that people know, a literal that every such text holds (looked for first, since long texts are
mostly harmless), and a pattern without nested repetition. Fake examples stand in tests/attestations/test_secrets.py.
"""

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class TokenPattern:
    """One kind of credential. The group named `value`, else the whole match, is what leaks.

    A `value` was chosen by people, so it may be a placeholder; `word` says what its place calls it.
    """

    kind: str
    literal: str
    pattern: re.Pattern[str]
    word: str = ""


def _token(kind: str, literal: str, pattern: str) -> TokenPattern:
    """A token that does not begin in the middle of a longer word, so base64 text does not match by chance."""
    return TokenPattern(kind, literal, re.compile(rf"(?<![A-Za-z0-9_-])(?:{pattern})", re.ASCII))


TOKEN_PATTERNS: Final = (
    _token("GitHub token", "gh", r"gh[pousr]_[A-Za-z0-9_]{36,255}"),
    _token("GitHub token", "github_pat_", r"github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{40,}"),
    _token("GitLab token", "gl", r"gl(?:pat|dt|rt|cbt|ptt|ft|soat|agent|oas)-[A-Za-z0-9_-]{20,}"),
    _token("npm token", "npm_", r"npm_[A-Za-z0-9]{36,}"),
    _token("PyPI token", "pypi-", r"pypi-AgE[A-Za-z0-9_-]{50,}"),
    _token("RubyGems key", "rubygems_", r"rubygems_[0-9a-f]{48}"),
    _token("Docker Hub token", "dckr_", r"dckr_[po]at_[A-Za-z0-9_-]{20,}"),
    _token("AWS access key", "AKIA", r"AKIA[A-Z2-7]{16}(?![A-Za-z0-9])"),
    _token("AWS access key", "ASIA", r"ASIA[A-Z2-7]{16}(?![A-Za-z0-9])"),
    _token("Google API key", "AIza", r"AIza[A-Za-z0-9_-]{35}"),
    _token("Google OAuth secret", "GOCSPX-", r"GOCSPX-[A-Za-z0-9_-]{20,}"),
    _token("Google access token", "ya29.", r"ya29\.[A-Za-z0-9_-]{20,}"),
    _token("Azure storage key", "AccountKey=", r"AccountKey=(?P<value>[A-Za-z0-9+/]{86}==)"),
    _token("Slack token", "xox", r"xox[abeoprs]-[A-Za-z0-9-]{10,}"),
    _token("Slack app token", "xapp-", r"xapp-[0-9]-[A-Za-z0-9-]{20,}"),
    _token("Slack webhook", "hooks.slack.com", r"https://hooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9/_-]{20,}"),
    _token("Stripe key", "k_live_", r"[rs]k_live_[A-Za-z0-9]{20,}"),
    _token("SendGrid key", "SG.", r"SG\.[A-Za-z0-9_-]{20,24}\.[A-Za-z0-9_-]{40,}"),
    _token("OpenAI key", "sk-", r"sk-(?:proj-|svcacct-|admin-)?[A-Za-z0-9_-]*T3BlbkFJ[A-Za-z0-9_-]{20,}"),
    _token("Anthropic key", "sk-ant-", r"sk-ant-[A-Za-z0-9_-]{40,}"),
    _token("Hugging Face token", "hf_", r"hf_[A-Za-z]{34}(?![A-Za-z0-9])"),
    _token("DigitalOcean token", "_v1_", r"do[opr]_v1_[0-9a-f]{64}"),
    _token("Vault token", "hvs.", r"hvs\.[A-Za-z0-9_-]{24,}"),
    _token("age key", "AGE-SECRET-KEY-1", r"AGE-SECRET-KEY-1[0-9A-Z]{50,}"),
    _token("JSON web token", "eyJ", r"eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,}"),
    _token("Sentry token", "sntry", r"sntry[su]_[A-Za-z0-9+/=_-]{40,}"),
    _token("SonarQube token", "sq", r"sq[apu]_[0-9a-f]{40}(?![0-9a-f])"),
    _token("Grafana token", "gl", r"gl(?:sa|c)_[A-Za-z0-9+/=_]{32,}"),
    _token("Databricks token", "dapi", r"dapi[0-9a-f]{32}(?![0-9a-f])"),
    _token("Artifactory key", "AKCp", r"AKCp[A-Za-z0-9]{60,}"),
    _token("Atlassian token", "ATATT3", r"ATATT3[A-Za-z0-9+/=_-]{50,}"),
    _token("NuGet key", "oy2", r"oy2[a-z0-9]{43}(?![a-z0-9])"),
    _token("Pulumi token", "pul-", r"pul-[0-9a-f]{40}(?![0-9a-f])"),
    _token("Shopify token", "shp", r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"),
    _token("Telegram token", ":AA", r"[0-9]{8,10}:AA[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-])"),
    _token("presigned URL", "ignature=", r"X-(?:Amz|Goog)-Signature=(?P<value>[0-9a-f]{64,})"),
    TokenPattern(
        "private key",
        "PRIVATE KEY",
        # With lines of the key itself, or \n written out: the marker alone is often only searched for, and an encrypted
        # key (Proc-Type, DEK-Info) is no leak.
        re.compile(
            r"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:(?:\\[rn]|\s)+[A-Za-z0-9+/=]{16,76})+"
        ),
    ),
)
