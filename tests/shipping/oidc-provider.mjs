// A certified OpenID provider (npm's oidc-provider) with two people, on 127.0.0.1. Prints its port.
// node oidc-provider.mjs MODULE PORT CLIENT SECRET REDIRECT AFTER_LOGOUT
const [module, port, client, secret, redirect, after] = process.argv.slice(2);
const { default: Provider } = await import(module);

const people = {
  eve: { email: 'eve@corp.example', email_verified: true, groups: ['developers'] },
  bob: { email: 'bob@corp.example', email_verified: true, groups: ['strangers'] },
};
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{
    client_id: client, client_secret: secret, redirect_uris: [redirect], post_logout_redirect_uris: [after],
    grant_types: ['authorization_code'], response_types: ['code'],
  }],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], groups: ['groups'] },
  scopes: ['openid', 'profile', 'email', 'groups'],
  pkce: { required: () => true },
  features: { devInteractions: { enabled: true } },
  findAccount: async (_, id) => ({ accountId: id, claims: async () => ({ sub: id, ...people[id] }) }),
});
provider.listen(Number(port), '127.0.0.1', () => console.log(`listening ${port}`));
