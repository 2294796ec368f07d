/** When charts are drawn: as many in a frame as fit into a few milliseconds, the others in the next one. */

/** Of the 16 ms of a frame; style, layout and painting need theirs, too. */
const budgetMs = 5;

const waiting = new Set<() => void>();
let frame = 0;

function drawWaiting(): void {
  frame = 0;
  const started = performance.now();
  for (const draw of waiting) {
    waiting.delete(draw);
    draw();
    if (performance.now() - started > budgetMs) break;
  }
  if (waiting.size > 0) frame = requestAnimationFrame(drawWaiting);
}

/** Has something drawn in one of the next frames; once, however often it is asked for. */
export function drawSoon(draw: () => void): void {
  waiting.add(draw);
  frame ||= requestAnimationFrame(drawWaiting);
}

export function drawNoMore(draw: () => void): void {
  waiting.delete(draw);
}
