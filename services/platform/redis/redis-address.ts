export interface RedisNode {
  readonly host: string;
  readonly port: number;
}

/** What CHURN_REDIS_URL says. */
export type RedisAddress =
  | { readonly type: 'single'; readonly url: string; readonly host: string; readonly isTls: boolean }
  | {
      readonly type: 'cluster';
      /** Some of its nodes: the others are learned from them. */
      readonly nodes: readonly RedisNode[];
      readonly username: string | undefined;
      readonly password: string | undefined;
      readonly isTls: boolean;
    };

const HOST = '(?:\\[[0-9A-Fa-f:.]+\\]|[^:/?#@,\\s\\[\\]]+)';
// User and password cannot hold a bare @ or /: in a URL they are percent-encoded.
const CREDENTIALS = '(?:[^@/\\s]*@)?';
const SINGLE = `rediss?://${CREDENTIALS}${HOST}(?::\\d{1,5})?(?:/\\d*)?(?:\\?\\S*)?`;
const CLUSTER = `rediss?\\+cluster://${CREDENTIALS}${HOST}:\\d{1,5}(?:,${HOST}:\\d{1,5})*/?`;

/** What a Redis URL looks like, as a regular expression. */
export const REDIS_URL_PATTERN = `^(?:${SINGLE}|${CLUSTER})$`;

const CLUSTER_PARTS = /^(rediss?)\+cluster:\/\/(?:([^@]*)@)?([^/]*)\/?$/;

/**
 * Reads a URL that fits `REDIS_URL_PATTERN`.
 *
 * @throws URIError where user or password are not percent-encoded UTF-8.
 */
export function parseRedisUrl(url: string): RedisAddress {
  const [, scheme, credentials = '', nodes = ''] = CLUSTER_PARTS.exec(url) ?? [];
  if (scheme === undefined) {
    const host = new RegExp(`//${CREDENTIALS}(${HOST})`).exec(url)?.[1] ?? '';
    return { type: 'single', url, host: withoutBrackets(host), isTls: url.startsWith('rediss:') };
  }
  const colon = credentials.includes(':') ? credentials.indexOf(':') : credentials.length;
  return {
    type: 'cluster',
    nodes: nodes.split(',').map(toNode),
    username: orUndefined(decodeURIComponent(credentials.slice(0, colon))),
    password: orUndefined(decodeURIComponent(credentials.slice(colon + 1))),
    isTls: scheme === 'rediss',
  };
}

function toNode(text: string): RedisNode {
  const colon = text.lastIndexOf(':');
  return { host: withoutBrackets(text.slice(0, colon)), port: Number(text.slice(colon + 1)) };
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}

function orUndefined(text: string): string | undefined {
  return text === '' ? undefined : text;
}
