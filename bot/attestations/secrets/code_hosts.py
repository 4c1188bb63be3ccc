"""Tokens of code hosts, package registries and CI services."""

from typing import Final

from bot.attestations.secrets.shape import token

CODE_HOSTS: Final = (
    token("GitHub token", "gh", r"gh[pousr]_[A-Za-z0-9_]{36,255}"),
    token("GitHub token", "github_pat_", r"github_pat_[A-Za-z0-9_]{60,}"),
    token(
        "GitLab token",
        "gl",
        r"gl(?:pat|dt|rt|rtr|cbt|ptt|ft|soat|agent|oas|ffct|imt|wt)-[A-Za-z0-9_-]{20,}(?:\.[a-z0-9.]{2,40})?",
    ),
    token("GitLab token", "GR1348941", r"GR1348941[A-Za-z0-9_-]{20,}", entropy=3.0),
    token("GitLab session", "_gitlab_session=", r"_gitlab_session=[0-9a-z]{32}"),
    token("Bitbucket password", "ATBB", r"ATBB[A-Za-z0-9]{28,40}"),
    token("Atlassian token", "AT", r"AT(?:ATT|CTT)3[A-Za-z0-9+/=_-]{50,}"),
    token("npm token", "npm_", r"npm_[A-Za-z0-9]{36,}"),
    token("PyPI token", "pypi-", r"pypi-AgE[A-Za-z0-9_-]{50,}"),
    token("RubyGems key", "rubygems_", r"rubygems_[0-9a-f]{48}"),
    token("crates.io token", "cio", r"cio[A-Za-z0-9]{32}"),
    token("Clojars token", "CLOJARS_", r"CLOJARS_[A-Za-z0-9]{60}"),
    token("Clojars token", "clojars_", r"clojars_[A-Za-z0-9]{60}"),
    token("Packagist token", "packagist_", r"packagist_(?:[ou]{1,2}[ru]t|uut|oat)_[0-9a-f]{60,80}"),
    token("NuGet key", "oy2", r"oy2[a-z0-9]{43}"),
    token("Docker Hub token", "dckr_", r"dckr_[po]at_[A-Za-z0-9_-]{20,}"),
    token("Artifactory key", "AKCp", r"AKCp[A-Za-z0-9]{60,75}"),
    token("Artifactory key", "cmVmd", r"cmVmd[A-Za-z0-9]{59}"),
    token("CircleCI token", "CCI", r"CCI(?:PAT|PRJ)_[A-Za-z0-9]{20,24}_[0-9a-f]{40}"),
    token("Buildkite token", "bk", r"bk(?:ua|aj|ct|at|pt)_[A-Za-z0-9]{40,64}"),
    token("Depot token", "depot_", r"depot_(?:user|org|project)_[A-Za-z0-9_-]{40,}"),
    token("Harness token", "at.", r"[ps]at\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9]{24}\.[A-Za-z0-9]{20}"),
    token("Octopus Deploy key", "API-", r"API-[A-Z0-9]{26}"),
    token("SonarQube token", "sq", r"sq[apu]_[0-9a-f]{40}"),
    token("Sourcegraph token", "sgp_", r"sgp_(?:[A-Fa-f0-9]{16}_|local_)?[A-Fa-f0-9]{40}", entropy=3.0),
    token("Sourcegraph token", "slk_", r"slk_[a-f0-9]{64}", entropy=3.0),
    token("Snyk token", "snyk_", r"snyk_[us]at\.[A-Za-z0-9]{8}\.[A-Za-z0-9_.-]{40,}"),
    token("Replicate token", "r8_", r"r8_[A-Za-z0-9]{37}"),
    token("Sentry token", "sntrys_", r"sntrys_eyJ[A-Za-z0-9+/=]{60,2000}_[A-Za-z0-9+/]{43}(?![A-Za-z0-9+/=])"),
    token("Sentry token", "sntryu_", r"sntryu_[0-9a-f]{64}"),
    token("Infracost key", "ico-", r"(?<!\.)ico-[A-Za-z0-9]{32}"),
    token("Prefect key", "pn", r"pn[ub]_[A-Za-z0-9]{36}"),
    token("Postman key", "PMAK-", r"PMAK-[0-9a-f]{24}-[0-9a-f]{34}"),
    token("Readme key", "rdme_", r"rdme_[a-z0-9]{70}"),
    token("Apify token", "apify_api_", r"apify_api_[A-Za-z0-9]{34,40}"),
)
