import { readFileSync } from 'node:fs';
import type { ServiceProcess } from '../../../deploy/local/demo/service-process.ts';

/** How often the group has given this scorer partitions so far. */
export function assignmentsOf(service: ServiceProcess): number {
  return linesWith(service, '"state":"joined"');
}

/** How many of its commits have been refused so far because another owned the partition. */
export function refusalsOf(service: ServiceProcess): number {
  return linesWith(service, 'the commit was refused');
}

function linesWith({ logFile }: ServiceProcess, words: string): number {
  return readFileSync(logFile, 'utf8')
    .split('\n')
    .filter((line) => line.includes(words)).length;
}
