/**
 * The image's health check: exit code 0 if the address answers 200, 1 otherwise.
 *
 *   check-health.mjs URL
 */
import { get } from 'node:http';

const answerWithinMs = 4_000;

const request = get(process.argv[2] ?? '', { timeout: answerWithinMs }, (response) => {
  response.pipe(process.stdout);
  process.exitCode = response.statusCode === 200 ? 0 : 1;
});
request.on('timeout', () => request.destroy(new Error('no answer in time')));
request.on('error', (error) => {
  process.stdout.write(`${error.message}\n`);
  process.exitCode = 1;
});
