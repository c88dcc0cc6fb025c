// What to do when dropcap cannot start because files are missing. Must also parse on old versions of Node: see dropcap.js.
const fs = require('fs');
const path = require('path');

const folder = path.join(__dirname, '..');
const has = (name) => fs.existsSync(path.join(folder, name));

/** The advice as a sentence without its full stop. Only a checkout has build.js. */
exports.advice = function () {
  if (!has('build.js')) return 'its files are not complete: install dropcap again';
  const packages = ['node-addon-api', 'esbuild', 'typescript'];
  if (!packages.every((name) => has('node_modules/' + name)))
    return 'this checkout is not built: run npm ci, without --omit=dev';
  return 'this checkout is not built: run npm run build';
};
