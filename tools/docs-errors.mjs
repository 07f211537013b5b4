const HEAD = `# Errors

Generated from \`libs/shared/src/constants/problem-codes.ts\` and \`field-codes.ts\` by \`npm run docs:env\`.

Every answer of 400 and above is a problem of RFC 9457 (\`application/problem+json\`):

\`\`\`json
{
  "type": "https://outbell.example.com/problems/unknown_template",
  "title": "Bad Request",
  "status": 400,
  "detail": "template.name: no email template of that name in locale en",
  "instance": "0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a80",
  "code": "unknown_template",
  "errors": [
    { "field": "template.name", "message": "no email template of that name in locale en", "code": "unknown_template" }
  ]
}
\`\`\`

Branch on \`code\`, never on \`detail\` or \`message\`: codes are stable, words are not. \`type\` opens the
explanation of the code, on the installation itself (\`PUBLIC_URL\`). \`errors\` names each wrong field once, the
first hundred of them. When all fields have the same code of a problem, it is that of the problem too; otherwise that
is \`invalid_input\`. Refused items of a batch have \`code\` and \`errors\` of their own.

`;

/**
 * docs/errors.md, made of the tables of codes.
 *
 * @param {Record<string, { status: number, meaning: string, mend: string }>} problems
 * @param {Record<string, { meaning: string, mend: string }>} fields
 */
export function errorsPage(problems, fields) {
  const ofProblems = Object.entries(problems).map(
    ([code, { status, meaning, mend }]) => `| \`${code}\` | ${status} | ${meaning} | ${mend} |`,
  );
  const ofFields = Object.entries(fields).map(([code, { meaning, mend }]) => `| \`${code}\` | ${meaning} | ${mend} |`);
  return [
    `${HEAD}## Codes of problems`,
    '',
    '| Code | Status | Meaning | What to do |',
    '|---|---|---|---|',
    ...ofProblems,
    '',
    '## Codes of fields',
    '',
    'In `errors`, beside those above.',
    '',
    '| Code | Meaning | What to do |',
    '|---|---|---|',
    ...ofFields,
    '',
  ].join('\n');
}
