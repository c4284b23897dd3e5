// Before the runtime: modules are evaluated in the order of their imports.
import './without-telemetry.ts';
import { InferenceSession, Tensor } from 'onnxruntime-node';

/** Rows per native call. The call blocks the event loop: 256 rows of an ordinary model are 2–6 ms. */
const MAX_CHUNK_ROWS = 256;

export interface ScoringSession {
  /**
   * Probabilities of `count` vectors that lie one after another in `rows` (NaN = missing). Works in chunks and lets
   * the event loop turn between them; `rows` must not change until the promise settles.
   */
  readonly scoreBatch: (rows: Float32Array, count: number) => Promise<Float32Array>;
  /** Waits for running batches, then frees the native session. Harmless when repeated. */
  readonly close: () => Promise<void>;
}

/** Opens one single-threaded CPU session on the bytes of a model; scaling out is by process, not by thread. */
export async function openSession(
  model: Uint8Array,
  { inputName, outputName, featureCount }: { inputName: string; outputName: string; featureCount: number },
): Promise<ScoringSession> {
  const session = await InferenceSession.create(model, {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    // Idle threads would otherwise spin and burn a core for a while after every call.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
  const running = new Set<Promise<unknown>>();
  let closing: Promise<void> | undefined;

  async function scoreChunks(rows: Float32Array, count: number): Promise<Float32Array> {
    const probabilities = new Float32Array(count);
    for (let start = 0; start < count; start += MAX_CHUNK_ROWS) {
      const size = Math.min(MAX_CHUNK_ROWS, count - start);
      const chunk = rows.subarray(start * featureCount, (start + size) * featureCount);
      const results = await session.run({ [inputName]: new Tensor('float32', chunk, [size, featureCount]) });
      const data = results[outputName]?.data;
      if (!(data instanceof Float32Array) || data.length !== size) {
        throw new Error(`model gave no ${size} probabilities under ${outputName}`);
      }
      probabilities.set(data, start);
    }
    return probabilities;
  }

  async function scoreBatch(rows: Float32Array, count: number): Promise<Float32Array> {
    if (closing !== undefined) throw new Error('the model bundle is closed');
    if (rows.length < count * featureCount) {
      throw new RangeError(`${count} vectors of ${featureCount} features are needed, got ${rows.length} values`);
    }
    const scoring = scoreChunks(rows, count);
    running.add(scoring);
    try {
      return await scoring;
    } finally {
      running.delete(scoring);
    }
  }

  function close(): Promise<void> {
    closing ??= Promise.allSettled(running).then(() => session.release());
    return closing;
  }
  return { scoreBatch, close };
}
