/** Ways to compress a complete file, with the end that its name gets. Apart from the work itself: options name them. */
export const COMPRESSIONS = { gzip: '.gz', zstd: '.zst' } as const;
export type Compression = keyof typeof COMPRESSIONS;
