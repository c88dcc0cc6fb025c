/**
 * The folder of this package, for its files that are not JavaScript. This folder is the parent of src and of dist. The
 * bundles in dist contain this code too.
 */
export const PACKAGE_FOLDER: URL = new URL('../', import.meta.url);
