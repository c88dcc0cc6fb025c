/**
 * The folder of this package, which has things that are no JavaScript. One above this file's, and above that of the
 * bundles in dist that hold it.
 */
export const PACKAGE_FOLDER: URL = new URL('../', import.meta.url);
