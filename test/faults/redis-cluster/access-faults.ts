import { join } from 'node:path';
import { openAuthority } from '../../support/certificates.ts';
import { SERVER_NAMES } from '../../support/tls-redis.ts';
import type { TlsRedis } from '../../support/tls-redis.ts';
import type { ShippedUser } from '../../platform/redis/shipped-users.ts';

export const ROTATED_PASSWORD = 'pass-that-was-rotated';

export interface AccessFault {
  readonly name: string;
  /** Whether it is one of the few that the small size takes. */
  readonly isQuick?: boolean;
  /** What at least one service says. */
  readonly words: RegExp;
  begin(): Promise<unknown>;
  end(): Promise<unknown>;
}

/** What an administrator can do by mistake to services at work, and undo. */
export function accessFaults(server: TlsRedis, users: readonly ShippedUser[]): readonly AccessFault[] {
  const { admin, authority, certificate, directory } = server;
  const setUser = (name: string, ...rules: string[]): Promise<unknown> => admin.call('ACL', 'SETUSER', name, ...rules);
  const cutAll = (): Promise<unknown> => admin.client('KILL', 'TYPE', 'NORMAL', 'SKIPME', 'yes');
  const revoked = ({ name }: ShippedUser, command: string): AccessFault => ({
    name: `right ${command} of ${name} revoked`,
    words: new RegExp(`lacks the permission for .*\\b${command}\\b`, 'i'),
    begin: () => setUser(name, `-${command}`),
    end: () => setUser(name, `+${command}`),
  });
  const shown = (name: string, words: RegExp, made: () => ReturnType<typeof authority.issue>): AccessFault => ({
    name,
    words,
    async begin() {
      await server.show(made());
      await cutAll();
    },
    end: () => server.show(certificate),
  });
  const [scorer, retention] = users;
  if (scorer === undefined || retention === undefined) throw new Error('users of scorer and retention are expected');
  return [
    // In the midst of a script: what comes before it there must not stay.
    { ...revoked(scorer, 'rpush'), isQuick: true },
    { ...revoked(retention, 'xadd'), isQuick: true },
    revoked(scorer, 'setrange'),
    revoked(retention, 'evalsha'),
    {
      name: 'keys of the scorer revoked',
      words: /lacks the permission for a key/,
      begin: () => setUser(scorer.name, 'resetkeys', '~probe*'),
      end: () => setUser(scorer.name, '~{p*}:*'),
    },
    {
      name: 'password changed',
      isQuick: true,
      words: /refuses the user and password/,
      async begin() {
        await setUser(scorer.name, 'resetpass', `>${ROTATED_PASSWORD}`);
        await cutAll();
      },
      end: () => setUser(scorer.name, 'reset', ...scorer.rules),
    },
    {
      ...shown('certificate expired', /certificate.* has expired/, () =>
        authority.issue('expired', { names: SERVER_NAMES, days: -1 }),
      ),
      isQuick: true,
    },
    shown('certificate of another name', /made out to another name/, () =>
      authority.issue('elsewhere', { names: ['DNS:redis.example.test'] }),
    ),
    shown('certificate of another authority', /authority that is not trusted/, () =>
      openAuthority(join(directory, 'certificates'), 'stranger').issue('redis', { names: SERVER_NAMES }),
    ),
  ];
}
