/** The choices for an import that was looked at. */
import type { ImportOptions, Inspection } from '../../src-main/shared/import.ts';

const whole = (value: number, most: number) => Number.isInteger(value) && value >= 1 && value <= most;
const mostSide = 1024;

export class ReviewForm {
  readonly #inspection: Inspection;
  name = $state('');
  height = $state(0);
  width = $state(0);
  fit: 'crop' | 'letterbox' = $state('crop');
  channels: 'grey' | 'rgb' = $state('rgb');
  testPercent = $state(10);
  validationPercent = $state(0);
  seed = $state(0);

  constructor(inspection: Inspection) {
    this.#inspection = inspection;
    this.name = inspection.known ?? inspection.name;
    this.height = inspection.image.height;
    this.width = inspection.image.width;
    this.channels = inspection.image.channels === 1 ? 'grey' : 'rgb';
  }

  get mayValidate(): boolean {
    return !this.#inspection.splits.some(({ name }) => name === 'validation');
  }

  readonly isValid: boolean = $derived.by(
    () =>
      this.name.trim().length > 0 &&
      whole(this.height, mostSide) &&
      whole(this.width, mostSide) &&
      this.testPercent >= 1 &&
      this.testPercent <= 50 &&
      this.validationPercent >= 0 &&
      this.validationPercent <= 50 &&
      Number.isInteger(this.seed) &&
      this.seed >= 0,
  );

  /** What changes how images look; null while a size is half typed, or where nothing differs from what was found. */
  readonly look: ImportOptions | null = $derived.by(() => {
    if (!whole(this.height, mostSide) || !whole(this.width, mostSide)) return null;
    return { size: { height: this.height, width: this.width }, fit: this.fit, channels: this.channels };
  });

  get options(): ImportOptions {
    return {
      ...this.look,
      name: this.name.trim(),
      seed: this.seed,
      ...(this.#inspection.holdsOut ? { holdOut: this.testPercent / 100 } : {}),
      ...(this.mayValidate && this.validationPercent > 0 ? { validation: this.validationPercent / 100 } : {}),
    };
  }
}
