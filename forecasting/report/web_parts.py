"""The look and the few lines of script of the web report."""

STYLE = """
:root { color-scheme: light dark; --text: #111; --muted: #4a5260; --line: #d5dae1; --paper: #fff;
  --card: #f5f7fa; --good: #00684c; --bad: #a84300; --head: #dceaf4; }
@media (prefers-color-scheme: dark) { :root { --text: #f2f4f7; --muted: #b4bbc6; --line: #333a45;
  --paper: #0e1117; --card: #161b22; --good: #4fd0a8; --bad: #ff9a57; --head: #1b2a38; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', sans-serif; }
main { max-width: 1240px; margin: 0 auto; padding: 28px 20px 48px; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 6px; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; margin: 40px 0 8px; }
h3 { font-size: 1rem; margin: 20px 0 6px; }
.muted, figcaption { color: var(--muted); }
p { margin: 4px 0; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr));
  gap: 12px; margin: 20px 0; }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 12px 16px; }
.tile .value { font-size: 1.7rem; font-weight: 650; line-height: 1.25; overflow-wrap: anywhere; }
.good { color: var(--good); } .bad { color: var(--bad); }
figure { margin: 12px 0 20px; overflow-x: auto; }
figure.wide > div { min-width: 600px; } /* bars keep their names; a phone scrolls */
figcaption { font-size: .92rem; margin-bottom: 2px; overflow-wrap: anywhere; }
.small { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(460px, 100%), 1fr));
  gap: 8px 24px; }
.small figure { min-width: 0; }
.scroll { overflow: auto; max-height: 75vh; border: 1px solid var(--line); border-radius: 8px; }
table { border-collapse: collapse; width: 100%; font-size: .88rem; }
th { background: var(--head); text-align: left; position: sticky; top: 0; white-space: nowrap; }
th, td { padding: 6px 10px; border-bottom: 1px solid var(--line); vertical-align: top; }
td { overflow-wrap: anywhere; min-width: 5.5em; }
td:first-child { min-width: 10em; }
.lines td:last-child:not(.number) { min-width: 16em; }
.lines td:first-child { min-width: 11em; }
.lines td:nth-child(2) { white-space: nowrap; min-width: 0; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap;
  min-width: 0; }
input { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line);
  border-radius: 8px; padding: 6px 10px; margin: 6px 0 10px; width: min(320px, 100%); }
dl { display: grid; grid-template-columns: minmax(90px, 26%) 1fr; gap: 4px 16px; margin: 8px 0; }
@media (max-width: 600px) { dl { grid-template-columns: 1fr; } dd { margin-bottom: 6px !important; } }
dt { color: var(--muted); } dd { margin: 0; overflow-wrap: anywhere; }
.answer { border-bottom: 1px solid var(--line); padding: 6px 0; } summary { cursor: pointer; }
.answer .scroll { margin: 8px 0; max-width: 760px; }
ul { margin: 6px 0; padding-left: 20px; }
footer { margin-top: 44px; border-top: 1px solid var(--line); padding-top: 10px; font-size: .85rem; }
@media print {
  :root { --text: #111; --muted: #4a5260; --line: #c9ced6; --paper: #fff; --card: #fff; --good: #00684c;
    --bad: #a84300; --head: #eef3f8; }
  @page { size: A4; margin: 14mm 12mm; }
  main { max-width: none; padding: 0; }
  .scroll { overflow: visible; max-height: none; border: 0; }
  table { font-size: 8pt; } thead { display: table-header-group; }
  th { position: static; white-space: normal; }
  th, td { padding: 3px 5px; } td { min-width: 0 !important; }
  .lines td:last-child { width: 34%; }
  figure { overflow: visible; } figure.wide > div { min-width: 0; }
  .small { grid-template-columns: 1fr 1fr; }
  tr, figure, .tile { break-inside: avoid; } h2 { break-after: avoid; }
  .tiles { grid-template-columns: repeat(4, 1fr); } input, .onscreen { display: none; }
}
"""

# Charts follow the reader's colour scheme and go to paper in their light form.
SCRIPT = """
const charts = JSON.parse(document.getElementById('charts').textContent);
const dark = window.matchMedia('(prefers-color-scheme: dark)');
const paperWidth = 690; // px at 96 a inch: A4 less its margins
function draw(theme, width) {
  for (const chart of charts) {
    const figure = chart[theme];
    const half = document.getElementById(chart.id).closest('.small') ? 0.49 : 1;
    const layout = width ? {...figure.layout, width: width * half} : {...figure.layout, autosize: true};
    Plotly.react(chart.id, figure.data, layout, {displayModeBar: false, responsive: true});
  }
}
const theme = () => dark.matches ? 'dark' : 'light';
draw(theme());
dark.addEventListener('change', () => draw(theme()));
window.addEventListener('beforeprint', () => {
  for (const answer of document.querySelectorAll('details')) answer.open = true; // paper cannot be clicked
  draw('light', paperWidth);
});
window.addEventListener('afterprint', () => draw(theme()));
const search = document.getElementById('search');
if (search) search.addEventListener('input', () => {
  const wanted = search.value.toLowerCase();
  for (const row of document.querySelectorAll('#order-lines tbody tr'))
    row.hidden = !row.textContent.toLowerCase().includes(wanted);
});
"""
