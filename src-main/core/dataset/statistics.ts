/** Mean and deviation of each channel, exact: bytes are counted, not summed. */
export class ChannelStatistics {
  readonly #channels: number;
  readonly #counts: Float64Array;
  #place = 0;

  constructor(channels: number) {
    this.#channels = channels;
    this.#counts = new Float64Array(channels * 256);
  }

  /** Adds uint8 values whose channel runs fastest (NHWC); chunks may end anywhere. */
  add(pixels: Uint8Array): void {
    const channels = this.#channels;
    let channel = this.#place;
    for (let index = 0; index < pixels.length; index++) {
      const cell = channel * 256 + pixels[index]!;
      this.#counts[cell] = this.#counts[cell]! + 1;
      if (++channel === channels) channel = 0;
    }
    this.#place = channel;
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
