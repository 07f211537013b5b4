/**
 * The table of docs/channels.md: what a message carries on each channel.
 *
 * @param {typeof import('../libs/channels/src/channels.js')} channels
 */
export function channelsTable({ CHANNEL, saidOf }) {
  const rows = Object.entries(CHANNEL).map(([name, { content, template }]) => {
    const channel = /** @type {import('../libs/shared/src/constants/channels.js').Channel} */ (name);
    const fields = /** @type {import('../libs/channels/src/channels.js').ContentName[]} */ (Object.keys(content));
    const inline = fields.map((field) => `\`${field}\`: ${saidOf(channel, field)}`).join('; ');
    return `| \`${name}\` | ${inline} | ${template.carries.join(', ')} |`;
  });
  return ['| channel | inline | template |', '|---|---|---|', ...rows, ''].join('\n');
}
