/** The Pareto front: what nothing else beats in both respects. Pure. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/**
 * Indices of the places on the front, by rising x: none other has an x at least as good and a y at least as good, one of
 * them better. Less is better on x; on y more is, or less where `lowerY`.
 */
export function frontOf(places: readonly Place[], lowerY: boolean): number[] {
  const gain = (place: Place) => (lowerY ? -place.y : place.y);
  const order = places
    .map((_, index) => index)
    .sort((a, b) => places[a]!.x - places[b]!.x || gain(places[b]!) - gain(places[a]!));
  let best = -Infinity;
  return order.filter((index) => {
    if (!(gain(places[index]!) > best)) return false;
    best = gain(places[index]!);
    return true;
  });
}
