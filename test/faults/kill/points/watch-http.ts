import { IncomingMessage, ServerResponse } from 'node:http';
import type { Reached } from './kill-points.ts';
import { wrapMethod } from './wrap-method.ts';

/** Answers to PATCH requests that were carried out. */
export function watchHttp(reached: Reached): void {
  wrapMethod(ServerResponse, 'end', (call, args, self) => {
    if (!(self instanceof ServerResponse) || !isOfPatch(self.req) || self.statusCode !== 200) return call(args);
    reached('before HTTP answer');
    self.once('finish', () => {
      reached('HTTP answer sent');
    });
    return call(args);
  });
}

function isOfPatch(request: unknown): boolean {
  return request instanceof IncomingMessage && request.method === 'PATCH';
}
