/** Points of one curve that grows while it is watched: two columns of doubles, steps rising. Pure. */

/** What a chart reads: the first `length` entries of `xs` and `ys`; NaN in `ys` is a gap. */
export interface Points {
  readonly xs: Float64Array<ArrayBuffer>;
  readonly ys: Float64Array<ArrayBuffer>;
  readonly length: number;
}

export const noPoints: Points = { xs: new Float64Array(0), ys: new Float64Array(0), length: 0 };

/** First index whose x is at least `x`; `length` where there is none. */
export function indexAt({ xs, length }: Points, x: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((xs[middle] as number) < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the point nearest to `x`, -1 where there is none. */
export function nearestTo(points: Points, x: number): number {
  if (points.length === 0) return -1;
  const right = Math.min(points.length - 1, indexAt(points, x));
  const left = Math.max(0, right - 1);
  return Math.abs((points.xs[left] as number) - x) < Math.abs((points.xs[right] as number) - x) ? left : right;
}

export class GrowingPoints implements Points {
  xs = new Float64Array(64);
  ys = new Float64Array(64);
  length = 0;

  get lastX(): number {
    return this.length > 0 ? (this.xs[this.length - 1] as number) : -Infinity;
  }

  /** Adds points in rising order; those that are there already (x at most the last one) are passed over. */
  append(xs: ArrayLike<number>, ys: ArrayLike<number>): void {
    this.#reserve(this.length + xs.length);
    for (let index = 0; index < xs.length; index++) {
      const x = xs[index] as number;
      if (x <= this.lastX) continue;
      this.xs[this.length] = x;
      this.ys[this.length] = ys[index] as number;
      this.length++;
    }
  }

  /** Takes what core has stored, and keeps what came live meanwhile and lies behind it. */
  merge(xs: ArrayLike<number>, ys: ArrayLike<number>): void {
    const live = { xs: this.xs.slice(0, this.length), ys: this.ys.slice(0, this.length) };
    this.length = 0;
    this.append(xs, ys);
    this.append(live.xs, live.ys);
  }

  /** Takes away what lies behind `x`. */
  cutAfter(x: number): void {
    while (this.length > 0 && this.lastX > x) this.length--;
  }

  #reserve(wanted: number): void {
    if (wanted <= this.xs.length) return;
    const size = Math.max(wanted, this.xs.length * 2);
    const grown = (old: Float64Array) => {
      const larger = new Float64Array(size);
      larger.set(old.subarray(0, this.length));
      return larger;
    };
    this.xs = grown(this.xs);
    this.ys = grown(this.ys);
  }
}

/** The same points along another axis, e.g. epochs for steps. */
export function scaled({ xs, ys, length }: Points, factor: number): Points {
  return { xs: xs.subarray(0, length).map((x) => x * factor), ys, length };
}
