/** One line for each command that has to be told something: shown by its --help, and when something is missing. */
export const EXAMPLES: Readonly<Record<string, string>> = {
  'tenant create': 'outbell tenant create acme',
  'key create': 'outbell key create --tenant acme --name "web shop" --scopes all --mode live',
  'key list': 'outbell key list --tenant acme',
  'key revoke': 'outbell key revoke ob_live_0a1b2c3d4e5f',
  'opt-out retry': 'outbell opt-out retry all',
  'sender grant': 'outbell sender grant acme email hello@acme.example',
  'sender verify': 'outbell sender verify acme noreply@acme.example',
  'sender revoke': 'outbell sender revoke acme email hello@acme.example',
};
