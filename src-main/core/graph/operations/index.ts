export * from './arithmetic.ts';
export * from './control.ts';
export * from './convolution.ts';
export * from './loss.ts';
export * from './normalisation.ts';
export * from './random.ts';
export * from './shape.ts';
export * from './state.ts';
