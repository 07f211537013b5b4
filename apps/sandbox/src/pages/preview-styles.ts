/** How a message looks on a phone, and what goes with it. */
export const previewStyles = `
.channels { display: flex; flex-wrap: wrap; gap: 6px; margin-bottom: 12px; }
.channels a { padding: 3px 12px; border: 1px solid var(--line); border-radius: 999px; background: var(--card);
  color: var(--soft); font-size: 13px; text-decoration: none; }
.channels a:hover { color: var(--text); border-color: var(--accent); }
.channels a[aria-current] { color: var(--accent); border-color: var(--accent); font-weight: 600; }
.receipts { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 10px 16px;
  margin-bottom: 18px; font-size: 14px; }
.receipts h2 { margin: 0 0 4px; font-size: 14px; color: var(--soft); font-weight: 500; }
.receipts ul { margin: 0; padding-left: 18px; overflow-wrap: anywhere; }
.receipts form { display: flex; flex-wrap: wrap; gap: 6px; margin-top: 8px; }
.receipts button { padding: 3px 10px; border-radius: 999px; font-size: 13px; }
.guide .scroll { border-radius: 12px; margin-bottom: 14px; }
.guide table { font: inherit; font-size: 14px; }
.guide caption { text-align: left; padding: 4px 16px; font-weight: 600; }
.guide h2 { font-size: 17px; margin: 22px 0 10px; }
.phone { max-width: 420px; background: var(--card); border: 1px solid var(--line); border-radius: 0 28px 28px 28px;
  overflow: hidden; }
.phone .who { padding: 12px 18px; border-bottom: 1px solid var(--line); text-align: center; font-weight: 600;
  overflow-wrap: anywhere; }
.phone .talk { padding: 20px 18px 26px; display: flex; flex-direction: column; align-items: flex-start; gap: 8px;
  min-height: 220px; }
.bubble { background: var(--page); border-radius: 4px 18px 18px 18px; padding: 9px 14px; max-width: 88%;
  white-space: pre-wrap; overflow-wrap: anywhere; }
.phone.whatsapp .who { background: #0b6b5d; color: #fff; border: 0; }
.phone.whatsapp .talk { background: color-mix(in srgb, #0b6b5d 10%, var(--page)); }
.phone.whatsapp .bubble { background: var(--card); }
.phone.push .talk {
  background: linear-gradient(160deg, color-mix(in srgb, var(--accent) 35%, var(--page)), var(--page)); }
.note { background: var(--card); border: 1px solid var(--line); border-radius: 16px; padding: 11px 15px; width: 100%;
  overflow-wrap: anywhere; }
.note b { display: block; }
.note p { margin: 2px 0 0; white-space: pre-wrap; }
.phone dl { margin: 0; padding: 14px 18px; border-top: 1px solid var(--line); font-size: 13px; }
.phone dt { color: var(--soft); }
.phone dd { margin: 0 0 6px; overflow-wrap: anywhere; }
.call { align-self: center; text-align: center; padding-top: 24px; overflow-wrap: anywhere; }
.call .play { display: block; font-size: 34px; color: var(--accent); }
`;
