/** How a failure is worded: its details in, a title and an advice out. */
export type Detail = string | number;
export type Wording<Details extends Record<string, Detail>> = (details: Details) => {
  readonly title: string;
  readonly advice: string;
};

/** Ties the words of a failure to its details. */
export const wording = <Details extends Record<string, Detail>>(words: Wording<Details>): Wording<Details> => words;

/** Whole megabytes, rounded up: `34 MB`. */
export const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6).toLocaleString('en-US')} MB`;
