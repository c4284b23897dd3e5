import type { WatchedService } from '../../support/watched-service.ts';

/** What a service says of itself over HTTP: readiness with all its parts, and metrics; '' while it does not answer. */
export async function answersOf({ operations }: WatchedService): Promise<string> {
  const answers = await Promise.all(
    ['/readyz?verbose', '/metrics'].map(async (path) => {
      const response = await fetch(`${operations}${path}`).catch(() => undefined);
      return (await response?.text().catch(() => '')) ?? '';
    }),
  );
  return answers.join('\n');
}

/** Passwords, keys and certificates that stand in a text, as they are or in base64. @param where for the telling. */
export function secretsIn(where: string, text: string, passwords: readonly string[]): string[] {
  const secrets = [...passwords, 'PRIVATE KEY', 'BEGIN CERTIFICATE'];
  return secrets
    .filter((secret) => text.includes(secret) || text.includes(Buffer.from(secret).toString('base64')))
    .map((secret) => `${where} holds ${secret}`);
}
