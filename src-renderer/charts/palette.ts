/**
 * A run's colour on every screen: a place in the palette that it keeps for ever. Okabe and Ito's colours first, then the
 * same colours with other markers. Dashes are not used for runs: dashed is training, solid is test. Pure.
 */
export const colours = 6;
export const markers = ['circle', 'rect', 'triangle', 'rectRot', 'cross'] as const;
export type Marker = (typeof markers)[number];

/** Custom property of a place in the palette, e.g. `--run-2`. */
export const colourOf = (place: number): string => `--run-${(place % colours) + 1}`;

export const markerOf = (place: number): Marker => markers[Math.floor(place / colours) % markers.length] as Marker;
