"""Tokens of services: language models, mail, chat, payments, project tools."""

from typing import Final

from bot.attestations.secrets.shape import WITH_CAPITAL, WITH_DIGIT, token

_UUID: Final = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

MODELS: Final = (
    token("OpenAI key", "T3BlbkFJ", r"sk-(?:proj-|svcacct-|admin-)?[A-Za-z0-9_-]{10,200}T3BlbkFJ[A-Za-z0-9_-]{20,200}"),
    token("Anthropic key", "sk-ant-", r"sk-ant-[a-z]{3,8}\d\d-[A-Za-z0-9_-]{93}AA"),
    token("Hugging Face token", "hf_", r"hf_[A-Za-z]{34}"),
    token("Hugging Face token", "api_org_", r"api_org_[A-Za-z]{34}"),
    token("Perplexity key", "pplx-", r"pplx-[A-Za-z0-9]{48,56}"),
    token("Groq key", "gsk_", r"gsk_[A-Za-z0-9]{52}"),
    token("xAI key", "xai-", r"xai-[A-Za-z0-9]{80}"),
    token("OpenRouter key", "sk-or-", r"sk-or-v1-[0-9a-f]{64}"),
    token("LangSmith key", "lsv2_", r"lsv2_(?:pt|sk)_[0-9a-f]{32}_[0-9a-f]{10}"),
    token("Langfuse key", "sk-lf-", rf"sk-lf-{_UUID}"),
    token("Pinecone key", "pcsk_", r"pcsk_[A-Za-z0-9]{5,8}_[A-Za-z0-9]{50,70}"),
    token("NVIDIA key", "nvapi-", r"nvapi-[A-Za-z0-9_-]{60,70}"),
    token("Tavily key", "tvly-", r"tvly-(?:dev-|prod-)?[A-Za-z0-9]{28,40}"),
    token("DeepSeek key", "sk-", r"sk-[0-9a-f]{32}"),
)

CHAT_AND_MAIL: Final = (
    token("Slack token", "xoxb-", r"xoxb-[0-9]{8,14}-[A-Za-z0-9-]{6,80}"),
    token("Slack token", "xox", r"xox[aprse]-(?:\d-)?[0-9]{6,14}(?:-[0-9]{6,14}){1,2}-[A-Za-z0-9]{10,80}(?!-)"),
    token("Slack token", "xox", r"xox[os]-[0-9]{4,14}-[0-9]{4,14}-[0-9]{4,14}-[A-Fa-f0-9]{8,80}"),
    token("Slack token", "xox", rf"xox[ar]-(?:\d-)?{WITH_DIGIT}[0-9A-Za-z]{{8,48}}", entropy=3.0),
    token("Slack token", "xoxe", r"xoxe(?:\.xox[bp])?-\d-[A-Za-z0-9]{140,170}"),
    token("Slack app token", "xapp-", r"xapp-[0-9]-[A-Z0-9]{6,14}-[A-Za-z0-9-]{20,100}"),
    token(
        "Slack webhook",
        "hooks.slack.com",
        r"(?:https?://)?hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9+/]{40,90}",
    ),
    token("Discord token", ".", r"[MNO][A-Za-z0-9_-]{23,26}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,38}"),
    token(
        "Discord webhook",
        "/api/webhooks/",
        r"https://(?:\w{1,8}\.)?discord(?:app)?\.com/api/webhooks/\d{17,20}/[\w-]{60,80}",
    ),
    token(
        "Teams webhook",
        "webhook.office.com",
        rf"https://[a-z0-9-]{{1,60}}\.webhook\.office\.com/webhookb2/{_UUID}@{_UUID}/IncomingWebhook/[0-9a-z]{{32}}/{_UUID}",
    ),
    token("Telegram token", ":A", r"[0-9]{5,16}:A[A-Za-z0-9_-]{34}"),
    token("Twilio key", "SK", r"SK[0-9a-f]{32}"),
    token("SendGrid key", "SG.", r"SG\.(?:[A-Za-z0-9=_.-]{66}|[A-Za-z0-9_-]{20,24}\.[A-Za-z0-9_-]{40,50})"),
    token("Mailgun key", "key-", r"key-[0-9a-f]{32}"),
    token("Mailchimp key", "-us", r"[0-9a-f]{32}-us\d{1,2}"),
    token("Mandrill key", "md-", rf"md-{WITH_DIGIT}{WITH_CAPITAL}[A-Za-z0-9_-]{{22}}", entropy=3.5),
    token("Brevo key", "sib-", r"x(?:keys|smtps)ib-[0-9a-f]{64}-[A-Za-z0-9]{16}"),
    token("Resend key", "re_", r"re_[A-Za-z0-9]{8}_[A-Za-z0-9]{24}"),
    token("Zapier webhook", "hooks.zapier.com", r"https://hooks\.zapier\.com/hooks/catch/[A-Za-z0-9/]{12,60}"),
)

PAYMENTS: Final = (
    token("Stripe key", "k_", r"[rs]k_(?:live|test|prod)_[A-Za-z0-9]{20,200}"),
    token("Stripe webhook secret", "whsec_", r"whsec_[A-Za-z0-9+/]{32,64}={0,2}"),
    token("Square token", "EAAA", r"EAAA[A-Za-z0-9_+=-]{22,60}", entropy=3.5),
    token("Square token", "sq0", r"sq0(?:atp|csp|idp)-[A-Za-z0-9_-]{22,60}"),
    token("Flutterwave key", "FLW", r"FLW(?:PUB|SEC)K(?:_TEST)?-(?:[A-Ha-h0-9]{32}-X|[A-Ha-h0-9]{12})"),
    token("Plaid token", "access-", rf"access-(?:sandbox|development|production)-{_UUID}"),
    token("GoCardless token", "live_", rf"live_{WITH_DIGIT}[A-Za-z0-9=_-]{{40}}", entropy=3.5),
    token("Lob key", "live_", r"live_(?:pub_)?[0-9a-f]{31,35}"),
    token("Lob key", "test_", r"test_(?:pub_)?[0-9a-f]{31,35}"),
    token("Shippo token", "shippo_", r"shippo_(?:live|test)_[0-9a-fA-F]{40}"),
    token("EasyPost key", "EZ", r"EZ[AT]K[A-Za-z0-9]{54}"),
    token("Duffel token", "duffel_", r"duffel_(?:test|live)_[A-Za-z0-9=_-]{43}"),
    token("Shopify token", "shp", r"shp(?:at|ca|pa|ss|tka)_[0-9a-fA-F]{32}"),
    token("Braintree token", "access_token$", r"access_token\$(?:production|sandbox)\$[0-9a-z]{16}\$[0-9a-f]{32}"),
    token("Freemius key", "sk_", r"sk_(?=\w{1,28}[#$&*@!?%^])[\w#$&*@!?%^-]{29}(?![#$&*@!?%^])", entropy=3.5),
)

PROJECT_TOOLS: Final = (
    token("Linear key", "lin_", r"lin_(?:api|oauth)_[A-Za-z0-9]{40,64}"),
    token("Notion token", "ntn_", r"ntn_[0-9]{11}[A-Za-z0-9]{35}"),
    token("Notion token", "secret_", rf"secret_{WITH_DIGIT}{WITH_CAPITAL}[A-Za-z0-9]{{43}}"),
    token("Airtable token", "pat", r"pat[A-Za-z0-9]{14}\.[0-9a-f]{64}"),
    token("Asana token", "/", r"[12]/\d{13,18}(?:/\d{13,18})?:[0-9a-f]{32}"),
    token("Figma token", "fig", r"fig[dour]_[A-Za-z0-9_-]{40,}"),
    token("Typeform token", "tfp_", r"tfp_[A-Za-z0-9_.=-]{40,80}"),
    token("Contentful token", "CFPAT-", r"CFPAT-[A-Za-z0-9_-]{43}"),
    token("Frame.io token", "fio-u-", r"fio-u-[A-Za-z0-9=_-]{64}"),
    token("Dropbox token", "sl.", r"sl\.[A-Za-z0-9_-]{130,}"),
    token("Adobe client secret", "p8e-", r"p8e-[A-Za-z0-9]{32}"),
    token(
        "Authress key",
        "acc",
        r"(?:sc|ext|scauth|authress)_[A-Za-z0-9]{5,30}\.[A-Za-z0-9]{4,6}\.acc[_-][A-Za-z0-9-]{10,32}\.[\w+/=-]{30,120}",
    ),
    token("42 API secret", "s-s4t2", r"s-s4t2(?:ud|af)-[0-9a-f]{64}"),
    token("MaxMind key", "_mmk", r"[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk"),
    token("Beamer key", "b_", rf"b_{WITH_DIGIT}[A-Za-z0-9=_-]{{44}}", entropy=3.8),
    token("Facebook token", "EAA", r"EAA(?:M|C)[A-Za-z0-9]{100,}"),
    token("Facebook token", "|", r"\d{15,16}\|[A-Za-z0-9_-]{27,40}"),
    token("Facebook token", "%7C", r"\d{15,16}%7C[A-Za-z0-9_-]{27,40}"),
    token("Twitter token", "AAAAAAAAAA", r"A{20,24}[A-Za-z0-9%]{60,120}"),
    token("Twitter token", "-", rf"[0-9]{{15,19}}-{WITH_CAPITAL}[A-Za-z0-9]{{27,45}}", entropy=3.8),
    token("Mapbox token", "sk.eyJ", r"sk\.eyJ[A-Za-z0-9_-]{40,200}\.[A-Za-z0-9_-]{20,30}"),
)
