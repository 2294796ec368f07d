/** What a mistyped name probably meant. */

/** The candidate with the fewest typing mistakes (at most a third of the word), or '' where none comes near. */
export function nearest(text: string, candidates: readonly string[]): string {
  const wanted = text.trim().toLowerCase();
  let best = '';
  let fewest = Math.max(2, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of candidates) {
    const mistakes = distance(wanted, candidate.toLowerCase());
    if (mistakes < fewest) {
      fewest = mistakes;
      best = candidate;
    }
  }
  return best;
}

/** Levenshtein's distance: letters to insert, delete or exchange. */
function distance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const exchange = above[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(exchange, above[column]! + 1, current[column - 1]! + 1));
    }
    above = current;
  }
  return above[b.length]!;
}
