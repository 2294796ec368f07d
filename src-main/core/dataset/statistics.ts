/** Mean and deviation of each channel, exact: bytes are counted, not summed. */
export class ChannelStatistics {
  readonly #channels: number;
  readonly #counts: Float64Array;
  /** Counts of one `add`, in whole numbers, which are quicker to count up. */
  readonly #fresh: Uint32Array;
  /** Where the next value's channel begins in the counts. */
  #place = 0;

  constructor(channels: number) {
    this.#channels = channels;
    this.#counts = new Float64Array(channels * 256);
    this.#fresh = new Uint32Array(channels * 256);
  }

  /** Adds uint8 values whose channel runs fastest (NHWC), fewer than 2³² at a time; chunks may end anywhere. */
  add(pixels: Uint8Array): void {
    const fresh = this.#fresh.fill(0);
    const end = fresh.length;
    let place = this.#place;
    for (let index = 0; index < pixels.length; index++) {
      fresh[place + pixels[index]!]!++;
      place += 256;
      if (place === end) place = 0;
    }
    this.#place = place;
    for (let cell = 0; cell < end; cell++) this.#counts[cell]! += fresh[cell]!;
  }

  /** How often each value 0 … 255 was added, for each channel. */
  histogram(): number[][] {
    return Array.from({ length: this.#channels }, (_, channel) => [
      ...this.#counts.subarray(channel * 256, (channel + 1) * 256),
    ]);
  }

  /** Mean and population deviation per channel, 0 to 255; zeros where nothing was added. */
  result(): { mean: number[]; deviation: number[] } {
    const mean: number[] = [];
    const deviation: number[] = [];
    for (let channel = 0; channel < this.#channels; channel++) {
      const counts = this.#counts.subarray(channel * 256, (channel + 1) * 256);
      let total = 0;
      let sum = 0;
      let squares = 0;
      counts.forEach((count, value) => {
        total += count;
        sum += count * value;
        squares += count * value * value;
      });
      const average = total ? sum / total : 0;
      mean.push(average);
      deviation.push(total ? Math.sqrt(Math.max(0, squares / total - average * average)) : 0);
    }
    return { mean, deviation };
  }
}
