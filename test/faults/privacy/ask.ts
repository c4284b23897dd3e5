import { connect } from 'node:net';
import type { Place, PlaceKind } from './search.ts';

export interface Request {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** All that a server answers to a request. A caller's own address is none of its answer: the name says the place of it only. */
export async function ask(
  address: string,
  { method = 'GET', path, headers, body }: Request,
  kind: PlaceKind = 'HTTP answer',
): Promise<Place & { readonly status: number }> {
  const response = await fetch(`${address}${path}`, { method, ...(headers && { headers }), ...(body && { body }) });
  const told = [...response.headers].map(([name, value]) => `${name}: ${value}`);
  const text = await response.text();
  return {
    kind,
    name: `${method} ${path.slice(0, 40)} ${response.status}`,
    bytes: Buffer.from([String(response.status), response.statusText, ...told, '', text].join('\n')),
    status: response.status,
  };
}

/** What a server says to bytes that are no HTTP. */
export async function askInBytes(address: string, bytes: string): Promise<Place> {
  const { hostname, port } = new URL(address);
  const answer = await new Promise<Buffer>((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => {
      resolve(Buffer.concat(chunks));
    });
    socket.setTimeout(10_000, () => socket.destroy());
  });
  return { kind: 'HTTP answer', name: 'to bytes that are no HTTP', bytes: answer };
}
