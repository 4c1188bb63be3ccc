"""Tokens of clouds, platforms, databases and secret stores."""

from typing import Final

from bot.attestations.secrets.shape import WITH_CAPITAL, WITH_DIGIT, TokenPattern, token

_UUID: Final = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

AMAZON: Final = tuple(
    token("AWS access key", prefix, rf"{prefix}[A-Z2-7]{{16}}") for prefix in ("AKIA", "ASIA", "ABIA", "ACCA")
)
CLOUDS: Final[tuple[TokenPattern, ...]] = (
    *AMAZON,
    token("Amazon Bedrock key", "ABSK", r"ABSK[A-Za-z0-9+/]{109,269}={0,2}"),
    token(
        "Amazon Bedrock key",
        "bedrock-api-key-",
        r"bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t[\w+/=-]{0,4096}",
    ),
    token("Google API key", "AIza", r"AIza[A-Za-z0-9_-]{35}"),
    token("Google OAuth secret", "GOCSPX-", r"GOCSPX-[A-Za-z0-9_-]{20,}"),
    token("Google access token", "ya29.", r"ya29\.[A-Za-z0-9_-]{20,}"),
    token("Google refresh token", "1//0", r"1//0[A-Za-z0-9_-]{38,}"),
    token("Azure storage key", "AccountKey=", r"AccountKey=(?P<value>[A-Za-z0-9+/]{86}==)"),
    token("Azure storage key", "+ASt", r"[A-Za-z0-9+/]{76}\+ASt[A-Za-z0-9+/]{5}[AQgw]==(?!=)"),
    token("Azure AD client secret", "Q~", r"(?<![.~])[A-Za-z0-9_~.]{3}\dQ~[A-Za-z0-9_~.-]{31,34}(?![~])", entropy=3.0),
    token("Azure DevOps token", "AZDO", r"[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}"),
    token("Azure function key", "AzFu", r"[A-Za-z0-9_-]{44}AzFu[A-Za-z0-9_-]{4,8}={0,2}"),
    token("Azure Cosmos DB key", "ACDb", r"[A-Za-z0-9+/]{76}ACDb[A-Za-z0-9+/]{4}==(?!=)"),
    token("Azure Search key", "AzSe", r"[A-Za-z0-9]{42}AzSe[A-Za-z0-9]{6}"),
    token("Azure shared access signature", "sig=", r"sig=(?P<value>[A-Za-z0-9%+/]{43,60}(?:%3D|=))"),
    token("Alibaba access key", "LTAI", r"LTAI[A-Za-z0-9]{12,24}"),
    token("Tencent access key", "AKID", r"AKID[A-Za-z0-9]{32}"),
    token("Yandex key", "AQVN", r"AQVN[A-Za-z0-9_-]{35,38}"),
    token("Yandex key", "YC", rf"YC{WITH_DIGIT}{WITH_CAPITAL}[A-Za-z0-9_-]{{38}}", entropy=3.5),
    token("Yandex token", "t1.", r"t1\.[A-Za-z0-9_-]{4,400}={0,2}\.[A-Za-z0-9_-]{86}={0,2}"),
    token("DigitalOcean token", "_v1_", r"do[opr]_v1_[0-9a-f]{64}"),
    token("Cloudflare origin key", "v1.0-", r"v1\.0-[0-9a-f]{24}-[0-9a-f]{146}"),
    token("Heroku key", "HRKU-AA", r"HRKU-AA[A-Za-z0-9_-]{58}"),
    token("Fly.io token", "fo1_", r"fo1_[A-Za-z0-9_-]{43}"),
    token("Fly.io token", "fm", r"fm(?:1[ar]|2)_[A-Za-z0-9+/]{100,}={0,3}"),
    token("Netlify token", "nf", r"nf[pcoub]_[A-Za-z0-9]{36,40}"),
    token("Render key", "rnd_", r"rnd_[A-Za-z0-9]{28,40}"),
    token("Scalingo token", "tk-us-", r"tk-us-[A-Za-z0-9_-]{48}"),
    token("OpenShift token", "sha256~", r"sha256~[A-Za-z0-9_-]{43}"),
    token("Tailscale key", "tskey-", r"tskey-(?:api|auth|client|scim|webhook)-[A-Za-z0-9]{6,40}-[A-Za-z0-9]{20,64}"),
    token("Defined Networking key", "dnkey-", r"dnkey-[a-z0-9=_-]{26}-[a-z0-9=_-]{52}"),
    token("Vault token", "hv", r"hv[sbr]\.[A-Za-z0-9_-]{24,}"),
    token("Vault token", "s.", r"s\.(?=[A-Za-z]{0,23}[0-9])[A-Za-z0-9]{24}", entropy=3.5),
    token("Terraform token", ".atlasv1.", r"[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9=_-]{60,70}"),
    token("Pulumi token", "pul-", r"pul-[0-9a-f]{40}"),
    token("Doppler token", "dp.", r"dp\.(?:pt|st|ct|sa|scim|audit)\.(?:[a-z0-9_-]{2,40}\.)?[A-Za-z0-9]{40,44}"),
    token("1Password token", "ops_", r"ops_eyJ[A-Za-z0-9+/]{150,}={0,3}"),
    token("1Password secret key", "A3-", r"A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3}"),
    token("Infisical token", "st.", rf"st\.{_UUID}\.[0-9a-f]{{32}}\.[0-9a-f]{{32}}"),
    token("PlanetScale token", "pscale_", r"pscale_(?:pw|tkn|oauth|id)_[A-Za-z0-9=._-]{32,64}"),
    token("Supabase key", "sbp_", r"sbp_(?:v0_)?[0-9a-f]{40}"),
    token("Supabase key", "sb_secret_", r"sb_secret_[A-Za-z0-9_-]{20,60}"),
    token("Neon key", "napi_", r"napi_[a-z0-9]{48,64}"),
    token("MongoDB Atlas secret", "mdb_sa_sk_", r"mdb_sa_sk_[A-Za-z0-9_-]{30,60}"),
    token("ClickHouse key", "4b1d", r"4b1d[A-Za-z0-9]{38}"),
    token("Databricks token", "dapi", r"dapi[0-9a-f]{32}(?:-\d)?"),
    token("Dynatrace token", "dt0", r"dt0[a-z]\d\d\.[A-Za-z0-9]{24}\.[A-Za-z0-9]{64}"),
    token("Grafana token", "glsa_", r"glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}"),
    token("Grafana token", "glc_", r"glc_[A-Za-z0-9+/]{32,400}={0,3}"),
    token("Grafana key", "eyJrIjoi", r"eyJrIjoi[A-Za-z0-9]{70,400}={0,3}"),
    token("New Relic key", "NR", r"NR(?:AK-[A-Za-z0-9]{27}|II-[A-Za-z0-9_-]{32}|JS-[a-f0-9]{19}|RA-[a-f0-9]{42})"),
    token("LaunchDarkly key", "-", rf"(?:sdk|api|mob|rel)-{_UUID}"),
    token("SettleMint token", "sm_", r"sm_(?:pat|aat|sat)_[A-Za-z0-9]{16}"),
)
