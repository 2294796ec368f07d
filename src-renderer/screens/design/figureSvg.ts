/** A drawn block as an SVG file that stands alone, in the light colours. Pure. */
import type { Box, Drawing } from './drawing.ts';

const colours = {
  box: '#ececea',
  line: '#85857e',
  ink: '#1b1b1a',
  note: '#50504a',
  shortcut: '#c95400',
  gate: '#2257c4',
};

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const text = (x: number, y: number, words: string, more: string) =>
  `<text x="${x}" y="${y}" ${more}>${escaped(words)}</text>`;

function box({ x, y, width, height, title, note }: Box): string[] {
  const rect = `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="5" fill="${colours.box}" stroke="#c4c4c0"/>`;
  if (note === '')
    return [rect, text(x + width / 2, y + height / 2 + 4, title, `text-anchor="middle" fill="${colours.ink}"`)];
  return [
    rect,
    text(x + 12, y + 15, title, `fill="${colours.ink}"`),
    text(x + 12, y + 28, note, `font-size="11" fill="${colours.note}"`),
  ];
}

/** The file's text. */
export function figureSvg(drawing: Drawing): string {
  const { width, height, boxes, lines, shortcut, gate, sum, ellipsis, words } = drawing;
  const parts = [
    `<title>${escaped(words)}</title>`,
    ...lines.map(({ d }) => `<path d="${d}" fill="none" stroke="${colours.line}" stroke-width="1.4"/>`),
    ...(shortcut ? [`<path d="${shortcut.d}" fill="none" stroke="${colours.shortcut}" stroke-width="2"/>`] : []),
    ...(shortcut?.label
      ? [text(shortcut.label.x, shortcut.label.y, shortcut.label.text, `fill="${colours.shortcut}" font-size="11"`)]
      : []),
    ...boxes.filter(({ isHidden }) => !isHidden).flatMap(box),
    ...(ellipsis ? [text(ellipsis.x, ellipsis.y, ellipsis.text, `text-anchor="middle" fill="${colours.ink}"`)] : []),
    ...(gate
      ? [
          `<rect x="${gate.x - 45}" y="${gate.y - 13}" width="90" height="26" rx="13" fill="#e6edfb" stroke="${colours.gate}"/>`,
          text(gate.x, gate.y + 4, gate.text, `text-anchor="middle" font-weight="600" fill="${colours.gate}"`),
        ]
      : []),
    ...(sum
      ? [
          `<circle cx="${sum.x}" cy="${sum.y}" r="13" fill="#ffffff" stroke="${colours.line}"/>`,
          text(sum.x, sum.y + 4, '+', `text-anchor="middle" fill="${colours.ink}"`),
        ]
      : []),
  ];
  const head = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="Inter, system-ui, sans-serif" font-size="12">`;
  return `${head}\n${parts.map((part) => `  ${part}`).join('\n')}\n</svg>\n`;
}
