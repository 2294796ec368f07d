/** The place on the x axis that a person points at; charts that share it show the same moment. */
export class Pointing {
  x: number | null = $state(null);
}
