/** Where the page is: the hash of its address. */
import { addressOf, placeOf } from '../routes.ts';
import type { Place } from '../routes.ts';

export class Address {
  #place: Place = $state.raw(placeOf(location.hash));

  get place() {
    return this.#place;
  }

  begin(): void {
    window.addEventListener('hashchange', () => (this.#place = placeOf(location.hash)));
  }

  go(place: Place): void {
    location.hash = addressOf(place);
  }

  /** Changes the address without a step for Back: for what is refined on a screen. */
  refine(place: Place): void {
    history.replaceState(null, '', addressOf(place));
    this.#place = place;
  }
}
