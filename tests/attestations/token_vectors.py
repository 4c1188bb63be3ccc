"""A made-up token of each kind, put together here at run time so that no whole token stands in the repository."""

import random
import string
from collections.abc import Iterator
from typing import Final

LOWER: Final = string.ascii_lowercase + string.digits
UPPER: Final = string.ascii_uppercase + string.digits
LETTERS: Final = string.ascii_letters
MIXED: Final = string.ascii_letters + string.digits
HEX: Final = "0123456789abcdef"
DIGITS: Final = "0123456789"
BASE32: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

_made = random.Random(2026)  # noqa: S311 - the same texts in each run


def made(size: int, alphabet: str = MIXED) -> str:
    """That many characters of the alphabet, without a neighbour twice: nobody takes them for a placeholder."""
    text = ""
    while len(text) < size:
        sign = _made.choice(alphabet)
        text += "" if text.endswith(sign) else sign
    return text


def uuid() -> str:
    """A made-up UUID."""
    return "-".join(made(size, HEX) for size in (8, 4, 4, 4, 12))


def _code_hosts() -> Iterator[tuple[str, str]]:
    for letter in "pousr":
        yield "GitHub token", f"gh{letter}_" + made(36)
    yield "GitHub token", "github" + "_pat_" + made(22) + "_" + made(59)
    for name in ("pat", "dt", "rt", "cbt", "ptt", "ft", "soat", "agent", "oas", "ffct", "imt"):
        yield "GitLab token", f"gl{name}-" + made(20)
    yield "GitLab token", "GR13" + "48941" + made(20)
    yield "GitLab session", "_gitlab" + "_session=" + made(32, LOWER)
    yield "Bitbucket password", "AT" + "BB" + made(32)
    yield "Atlassian token", "ATA" + "TT3" + made(186)
    yield "npm token", "npm" + "_" + made(36)
    yield "PyPI token", "pypi-" + "AgEIcHlwaS5vcmc" + made(90)
    yield "RubyGems key", "rubygems" + "_" + made(48, HEX)
    yield "crates.io token", "ci" + "o" + made(32)
    yield "Clojars token", "CLOJ" + "ARS_" + made(60, HEX)
    yield "Clojars token", "cloj" + "ars_" + made(60, HEX)
    yield "Packagist token", "packag" + "ist_uut_" + made(68, HEX)
    yield "NuGet key", "oy" + "2" + made(43, LOWER)
    yield "Docker Hub token", "dckr" + "_pat_" + made(27)
    yield "Docker Hub token", "dckr" + "_oat_" + made(32)
    yield "Artifactory key", "AK" + "Cp8" + made(68)
    yield "Artifactory key", "cmV" + "md" + made(59)
    yield "CircleCI token", "CCI" + "PAT_" + made(22) + "_" + made(40, HEX)
    yield "Buildkite token", "bk" + "ua_" + made(40, LOWER)
    yield "Depot token", "depot" + "_org_" + made(60)
    yield "Harness token", "pa" + "t." + ".".join(made(size) for size in (22, 24, 20))
    yield "Octopus Deploy key", "AP" + "I-" + made(26, UPPER)
    yield "SonarQube token", "sq" + "p_" + made(40, HEX)
    yield "Sourcegraph token", "sg" + "p_" + made(16, HEX) + "_" + made(40, HEX)
    yield "Sourcegraph token", "sl" + "k_" + made(64, HEX)
    yield "Snyk token", "snyk" + "_uat." + made(8) + "." + made(60)
    yield "Replicate token", "r" + "8_" + made(37)
    yield "Sentry token", "sntrys" + "_eyJ" + made(90) + "=_" + made(43)
    yield "Sentry token", "sntryu" + "_" + made(64, HEX)
    yield "Infracost key", "ic" + "o-" + made(32)
    yield "Prefect key", "pn" + "u_" + made(36)
    yield "Postman key", "PM" + "AK-" + made(24, HEX) + "-" + made(34, HEX)
    yield "Readme key", "rd" + "me_" + made(70, LOWER)
    yield "Apify token", "apify" + "_api_" + made(36)


def _clouds() -> Iterator[tuple[str, str]]:
    for name in ("AKIA", "ASIA", "ABIA", "ACCA"):
        yield "AWS access key", name + made(16, BASE32)
    yield "Amazon Bedrock key", "AB" + "SK" + made(128) + "="
    yield "Amazon Bedrock key", "bedrock-" + "api-key-" + "YmVkcm9jay5hbWF6b25hd3MuY29t" + made(40)
    yield "Google API key", "AI" + "za" + made(35)
    yield "Google OAuth secret", "GOC" + "SPX-" + made(28)
    yield "Google access token", "ya" + "29." + made(60)
    yield "Google refresh token", "1/" + "/0" + made(60)
    yield "Azure storage key", "AccountName=acme;Account" + "Key=" + made(86) + "=="
    yield "Azure storage key", made(76) + "+A" + "St" + made(5) + "A=="
    yield "Azure AD client secret", made(3) + "8" + "Q~" + made(34)
    yield "Azure AD client secret", "." + made(2) + "7" + "Q~" + made(31)
    yield "Azure DevOps token", made(76) + "AZ" + "DO" + made(4)
    yield "Azure function key", made(44) + "Az" + "Fu" + made(4) + "=="
    yield "Azure Cosmos DB key", made(76) + "AC" + "Db" + made(4) + "=="
    yield "Azure Search key", made(42) + "Az" + "Se" + made(6)
    yield "Azure shared access signature", "https://acme.blob.core.windows.net/x?sv=1&" + "sig=" + made(43) + "%3D"
    yield "Alibaba access key", "LT" + "AI" + made(20)
    yield "Tencent access key", "AK" + "ID" + made(32)
    yield "Yandex key", "AQ" + "VN" + made(35)
    yield "Yandex key", "Y" + "CaB7" + made(35)
    yield "Yandex token", "t" + "1." + made(12) + "." + made(86)
    for letter in "opr":
        yield "DigitalOcean token", f"do{letter}" + "_v1_" + made(64, HEX)
    yield "Cloudflare origin key", "v1." + "0-" + made(24, HEX) + "-" + made(146, HEX)


def _platforms() -> Iterator[tuple[str, str]]:
    yield "Heroku key", "HR" + "KU-AA" + made(58)
    yield "Fly.io token", "fo" + "1_" + made(43)
    yield "Fly.io token", "fm" + "2_" + made(160)
    yield "Netlify token", "nf" + "p_" + made(36)
    yield "Render key", "rn" + "d_" + made(28)
    yield "Scalingo token", "tk-" + "us-" + made(48)
    yield "OpenShift token", "sha" + "256~" + made(43)
    yield "Tailscale key", "ts" + "key-auth-" + made(17) + "-" + made(32)
    yield "Defined Networking key", "dn" + "key-" + made(26, LOWER) + "-" + made(52, LOWER)
    for letter in "sbr":
        yield "Vault token", f"hv{letter}." + made(140)
    yield "Vault token", "s" + ".4" + made(23)
    yield "Terraform token", made(14) + ".at" + "lasv1." + made(67)
    yield "Pulumi token", "pu" + "l-" + made(40, HEX)
    yield "Doppler token", "d" + "p.pt." + made(43)
    yield "Doppler token", "d" + "p.st.prd." + made(43)
    yield "1Password token", "op" + "s_eyJ" + made(250)
    yield "1Password secret key", "A" + "3-" + made(6, UPPER) + "-" + made(11, UPPER) + 3 * ("-" + made(5, UPPER))
    yield "Infisical token", "s" + "t." + uuid() + "." + made(32, HEX) + "." + made(32, HEX)
    for name in ("pw", "tkn", "oauth"):
        yield "PlanetScale token", f"pscale_{name}_" + made(43)
    yield "Supabase key", "sb" + "p_" + made(40, HEX)
    yield "Supabase key", "sb" + "_secret_" + made(40)
    yield "Neon key", "na" + "pi_" + made(64, LOWER)
    yield "MongoDB Atlas secret", "mdb" + "_sa_sk_" + made(40)
    yield "ClickHouse key", "4b" + "1d" + made(38)
    yield "Databricks token", "da" + "pi" + made(32, HEX)
    yield "Dynatrace token", "dt0" + "c01." + made(24, UPPER) + "." + made(64, UPPER)
    yield "Grafana token", "gl" + "sa_" + made(32) + "_" + made(8, HEX)
    yield "Grafana token", "gl" + "c_" + made(80) + "="
    yield "Grafana key", "eyJ" + "rIjoi" + made(90)
    yield "New Relic key", "NR" + "AK-" + made(27, UPPER)
    yield "New Relic key", "NR" + "II-" + made(32)
    yield "New Relic key", "NR" + "JS-" + made(19, HEX)
    yield "LaunchDarkly key", "sd" + "k-" + uuid()
    for name in ("pat", "aat", "sat"):
        yield "SettleMint token", f"sm_{name}_" + made(16)


def _models() -> Iterator[tuple[str, str]]:
    yield "OpenAI key", "sk" + "-proj-" + made(60) + "T3Blbk" + "FJ" + made(60)
    yield "OpenAI key", "sk" + "-" + made(20) + "T3Blbk" + "FJ" + made(20)
    yield "Anthropic key", "sk" + "-ant-api03-" + made(93) + "AA"
    yield "Hugging Face token", "h" + "f_" + made(34, LETTERS)
    yield "Hugging Face token", "api" + "_org_" + made(34, LETTERS)
    yield "Perplexity key", "pp" + "lx-" + made(48)
    yield "Groq key", "gs" + "k_" + made(52)
    yield "xAI key", "xa" + "i-" + made(80)
    yield "OpenRouter key", "sk" + "-or-v1-" + made(64, HEX)
    yield "LangSmith key", "ls" + "v2_pt_" + made(32, HEX) + "_" + made(10, HEX)
    yield "Langfuse key", "sk" + "-lf-" + uuid()
    yield "Pinecone key", "pc" + "sk_" + made(6) + "_" + made(63)
    yield "NVIDIA key", "nv" + "api-" + made(64)
    yield "Tavily key", "tv" + "ly-" + made(32)
    yield "DeepSeek key", "s" + "k-" + made(32, HEX)


def _chat_and_mail() -> Iterator[tuple[str, str]]:
    number = "-".join(made(12, DIGITS) for _ in range(2))
    yield "Slack token", "xo" + f"xb-{number}-" + made(24)
    yield "Slack token", "xo" + f"xp-{number}-{made(12, DIGITS)}-" + made(32, HEX)
    yield "Slack token", "xo" + f"xs-{number}-{made(10, DIGITS)}-" + made(10, HEX)
    yield "Slack token", "xo" + "xa-2-7" + made(30)
    yield "Slack token", "xo" + "xe.xo" + "xp-1-" + made(163)
    yield "Slack app token", "xa" + "pp-1-A" + made(10, UPPER) + "-" + made(13, DIGITS) + "-" + made(64, HEX)
    for name in ("services", "workflows", "triggers"):
        yield (
            "Slack webhook",
            f"https://hooks.slack.com/{name}/T" + made(8, UPPER) + "/B" + made(8, UPPER) + "/" + made(24),
        )
    yield "Discord token", "M" + made(23) + "." + made(6) + "." + made(38)
    yield "Discord webhook", "https://discord.com/api/" + "webhooks/" + made(18, DIGITS) + "/" + made(68)
    yield (
        "Teams webhook",
        f"https://acme.webhook.office.com/webhookb2/{uuid()}@{uuid()}/IncomingWebhook/{made(32, HEX)}/{uuid()}",
    )
    yield "Telegram token", made(10, DIGITS) + ":A" + "A" + made(33)
    yield "Twilio key", "S" + "K" + made(32, HEX)
    yield "SendGrid key", "S" + "G." + made(22) + "." + made(43)
    yield "Mailgun key", "ke" + "y-" + made(32, HEX)
    yield "Mailchimp key", made(32, HEX) + "-us" + "12"
    yield "Mandrill key", "m" + "d-7Q" + made(20)
    yield "Brevo key", "xkey" + "sib-" + made(64, HEX) + "-" + made(16)
    yield "Resend key", "r" + "e_" + made(8) + "_" + made(24)
    yield "Zapier webhook", "https://hooks.zapier.com/hooks/catch/" + made(8, DIGITS) + "/" + made(7)


def _payments() -> Iterator[tuple[str, str]]:
    for name in ("sk_live", "sk_test", "rk_live", "rk_test", "sk_prod"):
        yield "Stripe key", name + "_" + made(24)
    yield "Stripe webhook secret", "wh" + "sec_" + made(32)
    yield "Square token", "EA" + "AA" + made(60)
    yield "Square token", "sq0" + "atp-" + made(22)
    yield "Flutterwave key", "FLW" + "SECK_TEST-" + made(32, "abcdefgh0123456789") + "-X"
    yield "Plaid token", "access" + "-production-" + uuid()
    yield "GoCardless token", "li" + "ve_7" + made(39)
    yield "Lob key", "li" + "ve_" + made(35, HEX)
    yield "Lob key", "te" + "st_" + made(35, HEX)
    yield "Shippo token", "ship" + "po_live_" + made(40, HEX)
    yield "EasyPost key", "EZ" + "AK" + made(54)
    yield "Duffel token", "duf" + "fel_live_" + made(43)
    yield "Shopify token", "shp" + "at_" + made(32, HEX)
    yield "Braintree token", "access" + "_token$production$" + made(16, LOWER) + "$" + made(32, HEX)
    yield "Freemius key", "s" + "k_" + made(14) + "#&" + made(13)


def _project_tools() -> Iterator[tuple[str, str]]:
    yield "Linear key", "li" + "n_api_" + made(40)
    yield "Linear key", "li" + "n_oauth_" + made(64, HEX)
    yield "Notion token", "nt" + "n_" + made(11, DIGITS) + made(35)
    yield "Notion token", "sec" + "ret_7Q" + made(41)
    yield "Airtable token", "pa" + "t" + made(14) + "." + made(64, HEX)
    yield "Asana token", "1" + "/" + made(16, DIGITS) + ":" + made(32, HEX)
    yield "Figma token", "fi" + "gd_" + made(40)
    yield "Typeform token", "tf" + "p_" + made(59)
    yield "Contentful token", "CF" + "PAT-" + made(43)
    yield "Frame.io token", "fi" + "o-u-" + made(64)
    yield "Dropbox token", "s" + "l." + made(140)
    yield "Adobe client secret", "p8" + "e-" + made(32)
    yield "Authress key", "s" + "c_" + made(10) + "." + made(4) + ".acc" + "_" + made(12, LOWER) + "." + made(43)
    yield "42 API secret", "s-s4" + "t2ud-" + made(64, HEX)
    yield "MaxMind key", made(6) + "_" + made(29) + "_m" + "mk"
    yield "Beamer key", "b" + "_7" + made(43)
    yield "Facebook token", "EA" + "AM" + made(150)
    yield "Facebook token", made(15, DIGITS) + "|" + made(27)
    yield "Facebook token", made(15, DIGITS) + "%7C" + made(27)
    yield "Twitter token", 21 * "A" + "7" + made(80)
    yield "Twitter token", made(18, DIGITS) + "-Q" + made(39)
    yield "Mapbox token", "s" + "k.eyJ" + made(60) + "." + made(22)


def _keys() -> Iterator[tuple[str, str]]:
    yield "age key", "AGE-SECRET" + "-KEY-1" + made(58, UPPER)
    yield "JSON web token", "ey" + "J" + made(30) + ".ey" + "J" + made(40) + "." + made(43)
    yield "JSON web token", "ZX" + "lK" + made(120)
    yield "presigned URL", "https://x/?X-Amz-" + "Signature=" + made(64, HEX)
    yield "private key", "-----BEGIN RSA " + "PRIVATE KEY-----\n" + made(64) + "\n"
    yield "private key", "-----BEGIN " + "PRIVATE KEY-----\\n" + made(64) + "\\n-----END PRIVATE KEY-----"


TOKENS: Final = (
    *_code_hosts(),
    *_clouds(),
    *_platforms(),
    *_models(),
    *_chat_and_mail(),
    *_payments(),
    *_project_tools(),
    *_keys(),
)
"""The kind and a token of it; every pattern has one at least."""
