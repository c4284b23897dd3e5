/**
 * Tells people what takes long. On a terminal one line turns in place and leaves a line with its duration behind; elsewhere
 * a step has a line when it begins, one now and then, and one when it ends. Everything goes to stderr: stdout belongs to
 * the command that is being prepared.
 *
 * @typedef {(text: string) => void} Detail
 * @typedef {object} Progress
 * @property {<T>(title: string, work: (detail: Detail) => Promise<T>, isGood?: (result: T) => boolean) => Promise<T>} step
 *   runs work, shown as one step; a result that is not good is marked like an error
 * @property {(text: string) => void} note a line of its own
 */
const frames = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
const frameMs = 100;
const heartbeatMs = 15_000;

/**
 * @param {NodeJS.WriteStream} stream
 * @returns {Progress}
 */
export function createProgress(stream) {
  const show = stream.isTTY ? turningLine() : plainLines;
  return {
    async step(title, work, isGood = () => true) {
      const startedMs = performance.now();
      const seconds = () => `${((performance.now() - startedMs) / 1000).toFixed(1)} s`;
      const line = show(stream, title, seconds);
      try {
        const result = await work(line.detail);
        line.end(`${isGood(result) ? '✓' : '✗'} ${title} (${seconds()})`);
        return result;
      } catch (error) {
        line.end(`✗ ${title} (${seconds()})`);
        throw error;
      }
    },
    note(text) {
      stream.write(`${text}\n`);
    },
  };
}

/**
 * @typedef {{ detail: Detail, end: (text: string) => void }} Line
 * @typedef {(stream: NodeJS.WriteStream, title: string, seconds: () => string) => Line} Show
 */

/**
 * Steps that run side by side share the line.
 *
 * @returns {Show}
 */
function turningLine() {
  let frame = 0;
  /** @type {Set<() => string>} */
  const running = new Set();
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  return (stream, title, seconds) => {
    let last = '';
    const describe = () => `${title} (${seconds()}) ${last}`;
    running.add(describe);
    timer ??= setInterval(() => {
      frame = (frame + 1) % frames.length;
      const text = `${frames[frame] ?? ''} ${[...running].map((step) => step()).join('  ·  ')}`;
      stream.write(`\r\x1b[2K${text.slice(0, Math.max(20, stream.columns - 1))}`);
    }, frameMs);
    return {
      detail(text) {
        last = text;
      },
      end(text) {
        running.delete(describe);
        if (running.size === 0) {
          clearInterval(timer);
          timer = undefined;
        }
        stream.write(`\r\x1b[2K${text}\n`);
      },
    };
  };
}

/** @type {Show} */
function plainLines(stream, title, seconds) {
  let last = '';
  stream.write(`… ${title}\n`);
  const timer = setInterval(() => stream.write(`… ${title} (${seconds()} so far) ${last}\n`), heartbeatMs);
  return {
    detail(text) {
      last = text;
    },
    end(text) {
      clearInterval(timer);
      stream.write(`${text}\n`);
    },
  };
}
