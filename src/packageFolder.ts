/**
 * The folder of this package, for its files that are not JavaScript. It is the parent of src, and of dist, whose bundles
 * contain this code.
 */
export const PACKAGE_FOLDER: URL = new URL('../', import.meta.url);
