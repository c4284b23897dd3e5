const FLOAT32_BYTES = 4;

/** A vector as base64 of its float32 values, least significant byte first: half the size of JSON, and NaN stays NaN. */
export function vectorToText(vector: Float32Array): string {
  const bytes = Buffer.alloc(vector.length * FLOAT32_BYTES);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * FLOAT32_BYTES);
  return bytes.toString('base64');
}

/** The way back; undefined for text that no vector gave. */
export function vectorFromText(text: string): Float32Array | undefined {
  const bytes = Buffer.from(text, 'base64');
  // The decoder passes over what is no base64: only text that comes out again the same was a vector's.
  if (bytes.length % FLOAT32_BYTES !== 0 || bytes.toString('base64') !== text) return undefined;
  return Float32Array.from({ length: bytes.length / FLOAT32_BYTES }, (_, index) =>
    bytes.readFloatLE(index * FLOAT32_BYTES),
  );
}
