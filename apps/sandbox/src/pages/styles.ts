import { previewStyles } from './preview-styles.js';

/** One sheet for all pages: light and dark, from a phone's width upward. */
export const styles = `
:root {
  color-scheme: light dark;
  --page: #f4f4f8; --card: #fff; --line: #e3e3ec; --text: #1c1b29; --soft: #5d5b70; --accent: #5b4bdb; --hover: #f7f6fe;
  --good: #15764a; --bad: #b3261e; --warn: #fff5dc; --warn-line: #ecd08a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12111a; --card: #1c1b27; --line: #302e40; --text: #eceaf6; --soft: #a5a2bb; --accent: #a99dff;
      --hover: #242233;
    --good: #5fd39b; --bad: #ff8a80; --warn: #2e2716; --warn-line: #5c4c22;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 8px; top: 8px; background: var(--card); padding: 8px 12px; }
.top, main, footer { max-width: 1060px; margin: 0 auto; padding: 0 20px; }
.top { display: flex; align-items: center; justify-content: space-between; gap: 12px; padding-top: 18px;
  padding-bottom: 18px; }
.top nav { display: flex; flex-wrap: wrap; gap: 4px 16px; font-size: 14px; }
.top nav a { color: var(--soft); text-decoration: none; }
.top nav a:hover { color: var(--accent); text-decoration: underline; }
.brand { display: flex; align-items: center; gap: 10px; font-weight: 650; font-size: 18px; color: inherit;
  text-decoration: none; }
.brand span { color: var(--soft); font-weight: 400; margin-left: -4px; }
footer { color: var(--soft); font-size: 13px; padding-top: 24px; padding-bottom: 32px; }
code, pre, table { font-family: ui-monospace, 'SF Mono', Menlo, Consolas, monospace; font-size: 13px; }

.figures { display: grid; grid-template-columns: repeat(5, 1fr); gap: 12px; margin: 0 0 16px; }
.figures div { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 12px 16px;
  display: flex; flex-direction: column-reverse; }
.figures dt { color: var(--soft); font-size: 13px; }
.figures dd { margin: 0; font-size: 24px; font-weight: 650; font-variant-numeric: tabular-nums; line-height: 1.3; }
.figures .good dd { color: var(--good); }
.figures .bad { border-color: var(--bad); }
.figures .bad dd { color: var(--bad); }
.faults { background: var(--warn); border: 1px solid var(--warn-line); border-radius: 12px; padding: 12px 16px;
  margin-bottom: 16px; overflow-wrap: anywhere; }
.faults h2 { margin: 0 0 4px; font-size: 15px; }
.faults ul { margin: 0; padding-left: 18px; }
.faults span { color: var(--soft); }

.bar { display: flex; gap: 12px; margin-bottom: 12px; }
.search { flex: 1; }
input { width: 100%; font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line);
  border-radius: 10px; padding: 9px 14px; }
input::placeholder { color: var(--soft); opacity: 1; }
button { font: inherit; color: var(--text); background: var(--card); border: 1px solid var(--line); border-radius: 10px;
  padding: 9px 14px; cursor: pointer; white-space: nowrap; }
button:hover:enabled { border-color: var(--accent); }
button:disabled { color: var(--soft); cursor: default; }

.mails { list-style: none; margin: 0; padding: 0; background: var(--card); border: 1px solid var(--line);
  border-radius: 12px; overflow: hidden; }
.mails li + li { border-top: 1px solid var(--line); }
.mails a { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 1px 16px; padding: 11px 16px; color: inherit;
  text-decoration: none; }
.mails a:hover { background: var(--hover); }
.mails a:focus-visible { outline-offset: -2px; }
.mails a > span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.mails .subject { font-weight: 600; grid-row: 1; grid-column: 1; }
.mails .to { grid-row: 2; grid-column: 1; }
.mails .from { grid-row: 2; grid-column: 2; color: var(--soft); font-size: 13px; text-align: right; max-width: 340px; }
.mails .meta { grid-row: 1; grid-column: 2; color: var(--soft); font-size: 13px; font-variant-numeric: tabular-nums; }
.badge { display: inline-block; background: color-mix(in srgb, var(--accent) 14%, transparent); color: var(--accent);
  border-radius: 6px; padding: 0 7px; font-size: 12px; font-weight: 600; }
.empty { background: var(--card); border: 1px dashed var(--line); border-radius: 12px; padding: 48px 20px;
  text-align: center; color: var(--soft); margin: 0; }
.more { text-align: center; }

.back { margin: 0 0 8px; }
.back a { text-decoration: none; }
.mail h1 { font-size: 24px; line-height: 1.3; margin: 0 0 14px; overflow-wrap: anywhere; }
.facts { background: var(--card); border: 1px solid var(--line); border-radius: 12px; margin: 0 0 18px;
  padding: 10px 16px; }
.facts div { display: grid; grid-template-columns: 110px minmax(0, 1fr); padding: 3px 0; }
.facts dt { color: var(--soft); }
.facts dd { margin: 0; overflow-wrap: anywhere; }
.tabs { display: flex; flex-wrap: wrap; gap: 4px; margin-bottom: -1px; }
.tabs a { padding: 8px 16px; color: var(--soft); text-decoration: none; border: 1px solid transparent;
  border-radius: 10px 10px 0 0; }
.tabs a:hover { color: var(--text); }
.tabs a[aria-current] { background: var(--card); color: var(--text); font-weight: 600; border-color: var(--line);
  border-bottom-color: var(--card); }
.mail pre, .mail iframe, .scroll { display: block; width: 100%; background: var(--card);
  border: 1px solid var(--line); border-radius: 0 12px 12px 12px; margin: 0; }
.mail pre { padding: 16px; overflow: auto; max-height: 70vh; }
.mail pre.wrap { white-space: pre-wrap; overflow-wrap: anywhere; }
.mail iframe { height: 70vh; min-height: 320px; resize: vertical; background: #fff; color-scheme: light; }
.mail iframe.narrow { width: 375px; max-width: 100%; height: 667px; }
.scroll { overflow: auto; padding: 8px 0; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 4px 16px; overflow-wrap: anywhere; }
th { color: var(--soft); font-weight: 500; white-space: nowrap; }
.hint { color: var(--soft); font-size: 13px; margin: 8px 2px; }

${previewStyles}
@media (max-width: 640px) {
  .top, main, footer { padding-left: 12px; padding-right: 12px; }
  .top nav { gap: 12px; font-size: 13px; }
  .brand span { display: none; }
  .figures { grid-template-columns: repeat(6, 1fr); gap: 8px; }
  .figures div { grid-column: span 2; padding: 8px 12px; }
  .figures div:nth-child(-n+2) { grid-column: span 3; }
  .figures dd { font-size: 20px; }
  .mails .from { display: none; }
  .mails .to { grid-column: 1 / -1; }
  .mails .meta .badge, .mails .day { display: none; }
  .facts div { grid-template-columns: 1fr; padding: 4px 0; }
  .facts dt { font-size: 13px; }
  .tabs a { padding: 8px 12px; }
  thead { display: none; }
  th, td { display: block; padding: 2px 14px; }
  td { padding-bottom: 8px; }
}
`;
