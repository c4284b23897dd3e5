import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** For `test(…, { skip })`. */
export const withoutOpenssl =
  spawnSync('openssl', ['version']).status === 0 ? false : 'openssl is not there, which makes the certificates';

/** Paths of PEM files. */
export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
}

/** An authority of a test's own. */
export interface Authority {
  /** Path of a PEM file. */
  readonly caFile: string;
  /**
   * @param names as certificates have them, such as `DNS:localhost` or `IP:127.0.0.1`.
   * @param days how long it is valid; below 0 it has expired.
   */
  issue(name: string, options: { readonly names: readonly string[]; readonly days?: number }): Certificate;
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** Makes an authority, with its files and those of what it issues in a folder. */
export function openAuthority(directory: string, name: string): Authority {
  mkdirSync(directory, { recursive: true });
  const file = (of: string, ending: string): string => join(directory, `${name}-${of}.${ending}`);
  const [caFile, caKey] = [file('ca', 'crt'), file('ca', 'key')];
  openssl(['req', '-x509', ...NEW_KEY, '-keyout', caKey, '-out', caFile, '-subj', `/CN=${name}`, '-days', '2']);
  return {
    caFile,
    issue(of, { names, days = 2 }) {
      const [certFile, keyFile, request] = [file(of, 'crt'), file(of, 'key'), file(of, 'csr')];
      const alternatives = ['-addext', `subjectAltName=${names.join(',')}`];
      openssl(['req', ...NEW_KEY, '-keyout', keyFile, '-out', request, '-subj', `/CN=${of}`, ...alternatives]);
      const signed = ['-CA', caFile, '-CAkey', caKey, '-copy_extensions', 'copyall', '-days', String(days)];
      openssl(['x509', '-req', '-in', request, ...signed, '-out', certFile]);
      return { certFile, keyFile };
    },
  };
}

function openssl(args: readonly string[]): void {
  const { status, stderr } = spawnSync('openssl', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`openssl ${args[0] ?? ''} failed: ${stderr}`);
}
