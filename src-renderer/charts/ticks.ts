/** Round numbers along an axis. Pure. */

/** Powers of ten between two ends above 0; with their doubles and fives where there are few. */
export function logTicksBetween(from: number, to: number): number[] {
  const parts = Math.log10(to / from) > 3 ? [1] : [1, 2, 5];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(from)); power <= Math.ceil(Math.log10(to)); power++)
    for (const part of parts) {
      const tick = Number((part * 10 ** power).toPrecision(12));
      if (tick >= from * 0.999 && tick <= to * 1.001) ticks.push(tick);
    }
  return ticks;
}

/** At most about `count` round values between two ends, rising. */
export function ticksBetween(from: number, to: number, count: number): number[] {
  if (!(to > from)) return [from];
  const rough = (to - from) / Math.max(1, count);
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((part) => part * magnitude).find((size) => size >= rough * 0.999) as number;
  const ticks: number[] = [];
  for (let index = Math.ceil(from / step - 1e-9); index * step <= to + step * 1e-9; index++)
    ticks.push(Number((index * step).toPrecision(12)));
  return ticks;
}
