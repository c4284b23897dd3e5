import { createRequire } from 'node:module';
import type { Reached } from './kill-points.ts';
import { wrapMethod } from './wrap-method.ts';

const load = createRequire(import.meta.url);

export function watchProduce(reached: Reached): void {
  wrapMethod(load('kafkajs/src/broker'), 'produce', async (call, args) => {
    reached('before produce');
    const response = await call(args);
    reached('produce acknowledged');
    return response;
  });
  wrapMethod(load('kafkajs/src/network/requestQueue/socketRequest'), 'send', (call, args, self) => {
    const sent = call(args);
    if (fieldOf(fieldOf(self, 'entry'), 'apiName') === 'Produce') reached('produce sent');
    return sent;
  });
}

/** A member that was killed is then missed after this time. Services do not offer it: loaded machines need more. */
export function shortenSessions(sessionMs: number): void {
  wrapMethod(load('kafkajs/src/broker'), 'joinGroup', (call, [request, ...rest]) =>
    call([{ ...Object(request), sessionTimeout: sessionMs } as object, ...rest]),
  );
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
