// All elements, for bundlers (npm).

export * from './booking';
export * from './manage';
export * from './owner';
