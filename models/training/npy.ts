const MAGIC = '\x93NUMPY\x01\x00';
const ALIGNMENT = 64;

/**
 * A float32 matrix as the bytes of a NumPy file, version 1.0: bit for bit what the engine computed, NaN included.
 *
 * @throws RangeError if a row has another length than `columns`.
 */
export function encodeNpy(rows: readonly Float32Array[], columns: number): Buffer {
  const bad = rows.find((row) => row.length !== columns);
  if (bad !== undefined) throw new RangeError(`a row of ${bad.length} values among rows of ${columns}`);
  const description = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows.length}, ${columns}), }`;
  // Magic, two bytes of length, description and line end fill a multiple of 64, so that readers may map the file.
  const unpadded = MAGIC.length + 2 + description.length + 1;
  const padding = ' '.repeat((ALIGNMENT - (unpadded % ALIGNMENT)) % ALIGNMENT);
  const text = `${description}${padding}\n`;
  const head = Buffer.alloc(MAGIC.length + 2 + text.length);
  head.write(MAGIC, 0, 'latin1');
  head.writeUInt16LE(text.length, MAGIC.length);
  head.write(text, MAGIC.length + 2, 'latin1');
  const body = Buffer.alloc(rows.length * columns * 4);
  rows.forEach((row, r) => {
    row.forEach((value, c) => body.writeFloatLE(value, (r * columns + c) * 4));
  });
  return Buffer.concat([head, body]);
}
