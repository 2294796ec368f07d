/** A report as one HTML file that needs nothing beside it and runs nothing. Pure. */
import { localeOf } from '../../language.ts';
import type { Language } from '../../language.ts';
import type { Document, Piece } from './document.ts';

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const style = `
:root { color-scheme: light dark; --ground: #fff; --ink: #1b1b1a; --mute: #50504a; --line: #dededb; --sunken: #f4f4f2; --good: #17724a; --bad: #b3261e; --warn: #8a5800; }
@media (prefers-color-scheme: dark) { :root { --ground: #131416; --ink: #eceded; --mute: #b3b6ba; --line: #2a2d31; --sunken: #1a1c1f; --good: #55c58a; --bad: #ff8379; --warn: #e0ab4a; } }
body { font: 14px/1.5 Inter, system-ui, sans-serif; color: var(--ink); background: var(--ground); max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.1rem; margin-top: 2.2rem; border-bottom: 1px solid var(--line); padding-bottom: .3rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; display: block; overflow-x: auto; }
th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--mute); font-weight: 500; } .n { text-align: right; white-space: nowrap; } .n + :not(.n) { padding-left: .8rem; }
figure { margin: 1.2rem 0; } svg { max-width: 100%; height: auto; }
pre { background: var(--sunken); padding: .8rem; overflow-x: auto; font-size: 12px; } summary { cursor: pointer; }
.verdict { font-size: 1.2rem; font-weight: 600; } .holds { color: var(--good); } .refuted { color: var(--bad); } .undecided { color: var(--warn); }
`;

function pieceOf(piece: Piece): string {
  switch (piece.kind) {
    case 'heading':
      return `<h2>${escaped(piece.text)}</h2>`;
    case 'text':
      return `<p>${escaped(piece.text)}</p>`;
    case 'verdict':
      return `<p class="verdict ${piece.finding}">${escaped(piece.text)}</p>`;
    case 'formula':
      return `<pre>${piece.lines.map(escaped).join('\n')}</pre>`;
    case 'table': {
      const cell = (tag: 'th' | 'td', text: string, column: number) =>
        `<${tag}${piece.head[column]?.right ? ' class="n"' : ''}>${escaped(text)}</${tag}>`;
      const head = piece.head.map(({ text }, column) => cell('th', text, column)).join('');
      const rows = piece.rows.map((row) => `<tr>${row.map((text, column) => cell('td', text, column)).join('')}</tr>`);
      return `<table><thead><tr>${head}</tr></thead><tbody>${rows.join('\n')}</tbody></table>`;
    }
    case 'picture':
      return `<figure>${piece.svg}</figure>`;
    case 'code':
      return piece.text.includes('\n')
        ? `<details><summary>${escaped(piece.title)}</summary><pre>${escaped(piece.text)}</pre></details>`
        : `<p>${escaped(piece.title)}</p><pre>${escaped(piece.text)}</pre>`;
  }
}

export const htmlOf = ({ title, pieces }: Document, language: Language): string => `<!doctype html>
<html lang="${localeOf[language]}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<h1>${escaped(title)}</h1>
${pieces.map(pieceOf).join('\n')}
</body>
</html>
`;
