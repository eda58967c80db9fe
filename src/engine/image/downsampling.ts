/** Super-resolution's `down`: bilinear without antialiasing as in the published code, or the mean of each block. */
export const DOWNSAMPLINGS = ['bilinear', 'area'] as const;
export type Downsampling = (typeof DOWNSAMPLINGS)[number];
