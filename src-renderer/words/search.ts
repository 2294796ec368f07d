/** Finding by a few letters: the palette's ranking. Pure. */

/**
 * How well `text` answers to `query`, higher is better; null where it does not. Letters must come in order; whole
 * words, beginnings of words and neighbours count more, short texts win ties.
 */
export function matchOf(query: string, text: string): number | null {
  const wanted = query.toLowerCase().replaceAll(/\s+/g, '');
  const found = text.toLowerCase();
  if (wanted === '') return 0;
  const straight = found.indexOf(query.trim().toLowerCase());
  if (straight >= 0) return 1000 - straight * 4 - found.length / 100 + (straight === 0 ? 200 : 0);
  let score = 0;
  let at = -1;
  for (const letter of wanted) {
    const next = found.indexOf(letter, at + 1);
    if (next < 0) return null;
    if (next === at + 1) score += 6;
    else if (next === 0 || /[\s\-_./·]/.test(found[next - 1] as string)) score += 8;
    else score -= Math.min(6, next - at);
    at = next;
  }
  // Scattered letters are worse than nothing.
  return score > 0 ? score - found.length / 100 : null;
}

/** The best matches, best first; for an empty query the first ones as they are. */
export function ranked<Item>(
  query: string,
  items: readonly Item[],
  textOf: (item: Item) => string,
  most: number,
): Item[] {
  if (query.trim() === '') return items.slice(0, most);
  return items
    .map((item) => ({ item, score: matchOf(query, textOf(item)) }))
    .filter((entry): entry is { item: Item; score: number } => entry.score !== null)
    .sort((a, b) => b.score - a.score)
    .slice(0, most)
    .map(({ item }) => item);
}
