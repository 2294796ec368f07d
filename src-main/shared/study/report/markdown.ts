/** A report as one Markdown file; its pictures lie in it as data. Pure. */
import type { Document, Piece } from './document.ts';

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** Base64 of text in UTF-8, in a browser and outside. */
const base64 = (text: string) =>
  btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''));

/** What stands on a page of its own has no ink around it to take. */
const withInk = (svg: string) => svg.replace('<svg ', '<svg color="#1b1b1a" style="background:#fff" ');

function pieceOf(piece: Piece): string {
  switch (piece.kind) {
    case 'heading':
      return `## ${piece.text}`;
    case 'text':
      return piece.text;
    case 'verdict':
      return `**${piece.text}**`;
    case 'formula':
      return `\`\`\`\n${piece.lines.join('\n')}\n\`\`\``;
    case 'table': {
      const row = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
      const rule = piece.head.map(({ right }) => (right ? '---:' : '---'));
      return [row(piece.head.map(({ text }) => text)), row(rule), ...piece.rows.map(row)].join('\n');
    }
    case 'picture':
      return `![${piece.title}](data:image/svg+xml;base64,${base64(withInk(piece.svg))})`;
    case 'code':
      return `${piece.title}\n\n\`\`\`\n${piece.text}\n\`\`\``;
  }
}

export const markdownOf = ({ title, pieces }: Document): string =>
  `${[`# ${title}`, ...pieces.map(pieceOf)].join('\n\n')}\n`;
