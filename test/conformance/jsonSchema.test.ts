import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { handmadeRecording } from '../support/handmadeAlerts.js';
import { jsonOf } from '../support/convert.js';
import { recordingPath } from '../support/tools.js';

const schema = JSON.parse(
  readFileSync(new URL('../../docs/drop.schema.json', import.meta.url), 'utf8'),
) as object;
const validate = new Ajv2020({ allErrors: true, strict: true }).compile(schema);

/** The errors that the schema finds in a drop. */
function problems(drop: unknown): unknown[] {
  return validate(drop) ? [] : [drop, ...validate.errors!];
}

describe('docs/drop.schema.json describes what --json prints', () => {
  test.each(['nlmon', 'dwdump', 'nlmon-trunc64', 'dwdump-trunc64'])('of the recording %s', async (name) => {
    const drops = await jsonOf(readFileSync(recordingPath(name)));
    expect(drops.length).toBeGreaterThan(3);
    expect(drops.flatMap(problems)).toEqual([]);
  });

  test('of hand-made alerts', async () => {
    const drops = await jsonOf(handmadeRecording);
    expect(drops.length).toBeGreaterThan(20);
    expect(drops.flatMap(problems)).toEqual([]);
  });

  test('and nothing else', () => {
    expect(validate({ time: '2026-11-22T15:57:34.094468406Z', origin: 'software' })).toBe(false);
  });
});
