"""Keys that are made to be public: those that a browser or an app sends in the open, such as a key for telemetry.

Their names tell. A build puts what stands behind a prefix such as `NEXT_PUBLIC_` into the files that a browser loads.
"""

import re
from typing import Final

_PREFIXES: Final = r"(?:NEXT_PUBLIC|NUXT_PUBLIC|NUXT_ENV|EXPO_PUBLIC|GATSBY|VITE|REACT_APP|VUE_APP|PUBLIC)_\w+"
_KINDS: Final = r"WRITE_KEY|PUBLISHABLE_KEY|PUBLIC_KEY|SITE_?KEY|CLIENT_KEY|ANON_KEY|ANALYTICS_(?:ID|KEY)"
_PRODUCTS: Final = (
    r"POSTHOG(?:_\w+)?_KEY|POSTHOG_(?:API_)?TOKEN|AMPLITUDE(?:_API)?_KEY|MIXPANEL(?:_PROJECT)?_(?:TOKEN|KEY)"
    r"|(?:\w+_)?SENTRY(?:_\w+)?_DSN|SENTRY_DSN(?:_\w+)?|SEGMENT(?:_API)?_KEY|STATSIG_(?:CLIENT_)?(?:SDK_)?KEY"
    r"|FIREBASE(?:_WEB)?_API_KEY|GOOGLE_MAPS?(?:_JS)?(?:_API)?_KEY|ALGOLIA_SEARCH(?:_ONLY)?(?:_API)?_KEY"
    r"|GA(?:4)?_(?:TRACKING_|MEASUREMENT_)?ID|GTM(?:_CONTAINER)?_ID|GOOGLE_(?:ANALYTICS|TAG_MANAGER)(?:_\w+)?_ID"
)
_PUBLIC: Final = re.compile(rf"{_PREFIXES}|(?:\w+_)?(?:{_KINDS})|(?:\w+_)??(?:{_PRODUCTS})")
_KEPT: Final = re.compile(r"SECRET|PRIVATE|PASSW|PERSONAL|ADMIN|SERVER|AUTH_TOKEN")
_MOST: Final = 200  # letters of a name; a longer one tells nothing


def made_public(names: tuple[str, ...]) -> bool:
    """Whether the first name, of the argument, says so, and none of them says that it is kept."""
    written = [name.upper().replace("-", "_") for name in names]
    if any(len(name) > _MOST or _KEPT.search(name) for name in written):
        return False
    return _PUBLIC.fullmatch(written[0]) is not None
