"""Login by OpenID Connect: who a visitor is, and what they may do.

https://openid.net/specs/openid-connect-core-1_0.html
https://www.rfc-editor.org/rfc/rfc9700 (what goes wrong with OAuth)

Written on PyJWT and our own guarded HTTP: the clients of the OAuth libraries bring an HTTP stack of their own, past the
guard that decides which addresses may be dialled.
"""
