/** The style of the page: light and dark, for screens of any width, and for paper. Colours have a contrast of 4.5 or more with the background. */
export const STYLE = `
:root { color-scheme: light dark;
  --page: #ffffff; --text: #1b1f24; --soft: #57606a; --line: #d0d7de; --panel: #f6f8fa;
  --unintended: #cf222e; --unclear: #9a6700; --unknown: #8250df; --intended: #0969da; --noise: #6e7781; }
@media (prefers-color-scheme: dark) { :root {
  --page: #0d1117; --text: #e6edf3; --soft: #9ea7b3; --line: #30363d; --panel: #161b22;
  --unintended: #ff7b72; --unclear: #e3b341; --unknown: #d2a8ff; --intended: #79c0ff; --noise: #9ea7b3; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1180px; margin: 0 auto; padding: 16px; }
h1 { font-size: 1.5rem; margin: 8px 0; } h2 { font-size: 1.15rem; margin: 28px 0 8px; } h3 { font-size: 1rem; margin: 12px 0 4px; }
code, pre { font: 13px/1.45 ui-monospace, monospace; overflow-wrap: anywhere; }
pre { background: var(--panel); border: 1px solid var(--line); padding: 8px; overflow-x: auto; overflow-wrap: normal; }
.verdict { border: 1px solid var(--line); border-left: 6px solid var(--intended); background: var(--panel); padding: 8px 16px; font-size: 1.05rem; }
.verdict.hurts { border-left-color: var(--unintended); }
.verdict p { margin: 4px 0; overflow-wrap: anywhere; }
.soft { color: var(--soft); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 4px 10px 4px 0; border-bottom: 1px solid var(--line); }
th { white-space: nowrap; font-weight: 600; }
th button { all: unset; cursor: pointer; } th button:focus-visible { outline: 2px solid var(--intended); }
th[aria-sort=ascending] button::after { content: ' \\2191'; } th[aria-sort=descending] button::after { content: ' \\2193'; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td code { overflow-wrap: normal; }
.wide table { min-width: 980px; }
td.t { white-space: nowrap; }
svg { display: block; width: 100%; height: auto; }
svg text { fill: var(--text); font: 12px system-ui, sans-serif; } svg .axis { stroke: var(--line); }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 340px), 1fr)); gap: 0 32px; }
.unintended { fill: var(--unintended); color: var(--unintended); } .unclear { fill: var(--unclear); color: var(--unclear); }
.unknown { fill: var(--unknown); color: var(--unknown); } .intended { fill: var(--intended); color: var(--intended); }
.noise { fill: var(--noise); color: var(--noise); } .bar { fill: var(--intended); }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; padding: 0; list-style: none; }
.legend b { font-variant-numeric: tabular-nums; }
details { border-bottom: 1px solid var(--line); padding: 4px 0; } summary { cursor: pointer; }
td details { border: 0; padding: 0; } td summary { white-space: nowrap; }
.line svg { min-width: 640px; }
@media print { main { max-width: none; } details > * { display: block; } tr, svg, pre { break-inside: avoid; } }
`;

/**
 * Sorts a table by a column when its heading is pressed: by the numbers or texts in data-v, else by what is shown. The page
 * can be read without it.
 */
export const SCRIPT = `
for (const table of document.querySelectorAll('table.sortable')) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => {
      const down = head.getAttribute('aria-sort') !== 'descending';
      for (const other of heads) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      const value = (row) => { const cell = row.cells[column]; return cell.dataset.v ?? cell.textContent; };
      const compare = (a, b) => { const x = value(a), y = value(b); return head.classList.contains('n') ? x - y : x < y ? -1 : x > y ? 1 : 0; };
      const body = table.tBodies[0];
      body.append(...[...body.rows].sort((a, b) => down ? compare(b, a) : compare(a, b)));
    });
  });
}
`;
