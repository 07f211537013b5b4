/** What a person sees who opens the link: mail scanners open links too, so opening it changes nothing. */
export const ASK_PAGE = page(
  'Unsubscribe',
  `<p>You will no longer get these messages at this address.</p>
    <form method="post">
      <input type="hidden" name="List-Unsubscribe" value="One-Click">
      <button>Unsubscribe</button>
    </form>`,
);

export const DONE_PAGE = page('Unsubscribed', '<p>You will no longer get these messages at this address.</p>');

export const INVALID_PAGE = page(
  'This link does not work',
  '<p>It is not complete, or too old. Use the link of a newer message.</p>',
);

function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <meta name="robots" content="noindex">
    <title>${title}</title>
    <style>body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 30rem; margin: 4rem auto; padding: 0 1rem } button { font: inherit; padding: .5rem 1.5rem }</style>
  </head>
  <body>
    <h1>${title}</h1>
    ${content}
  </body>
</html>
`;
}
