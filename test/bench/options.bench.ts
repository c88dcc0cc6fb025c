import { bench, describe } from 'vitest';
import { KindCache } from '../../src/encode/kindCache.js';
import { describeDrop } from '../../src/encode/describeDrop.js';
import { buildComment } from '../../src/metadata/comment.js';
import { EPB_FLAGS, OPT_COMMENT } from '../../src/pcapng/constants.js';
import { OptionWriter } from '../../src/pcapng/optionWriter.js';
import { decodedBatch } from './support/alerts.js';

const batch = decodedBatch(null);
const cache = new KindCache<Uint8Array>();

function build(i: number): Uint8Array {
  return new OptionWriter()
    .u32(EPB_FLAGS, 1)
    .text(OPT_COMMENT, buildComment(describeDrop(batch, i, {})))
    .finish();
}

function each(optionsOf: (i: number) => Uint8Array): () => void {
  return () => {
    let bytes = 0;
    for (let i = 0; i < batch.length; i++) bytes += optionsOf(i).length;
    if (bytes === 0) throw new Error('no options');
  };
}

describe('options of 104 packets', () => {
  bench('built for each', each(build));
  bench(
    'built once for each kind',
    each((i) => cache.get(batch, i, 0, build)),
  );
});
