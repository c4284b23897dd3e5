import type { FeedRun } from './feed-run.ts';
import { keepsIdentity } from './mapping-identity.ts';
import type { FilePosition, FilePositions } from './positions/file-positions.ts';
import { rejectFileOf } from './rejects/reject-sink.ts';

export type Start =
  { readonly kind: 'at'; readonly position: FilePosition } | { readonly kind: 'stopped'; readonly why: string };

/**
 * Where the reading of a file begins: where it was left off; or, with another mapping, at the first row. Rows that were
 * sent would come again then, so the mapping must still make the same events of them.
 */
export async function startOf(
  { feed, rejectsDirectory, keepTrying }: Pick<FeedRun, 'feed' | 'rejectsDirectory' | 'keepTrying'>,
  positions: Pick<FilePositions, 'readKnownFiles'>,
  file: { readonly name: string; readonly path: string; readonly digest: string },
  stored: FilePosition | undefined,
): Promise<Start> {
  const { mappingId, identityId } = feed;
  if (stored?.mappingId === mappingId) return { kind: 'at', position: stored };
  if (stored !== undefined && stored.sent > 0 && !keepsIdentity(stored.identityId, identityId)) {
    return { kind: 'stopped', why: otherIdentity(feed.name, file, stored) };
  }
  const known = (await keepTrying('redis', () => positions.readKnownFiles([file.path]))).get(file.path);
  // Rejects of another content under the same name stay where they are.
  const isOther = known !== undefined && known.digest !== file.digest;
  const path = rejectFileOf(rejectsDirectory, feed.name, file.name, isOther ? file.digest.slice(0, 8) : '');
  return { kind: 'at', position: fromFirstRow(feed, file.name, stored?.rejectsFile ?? path) };
}

/** Nothing of the file is read. */
export function fromFirstRow(
  { mappingId, identityId }: Pick<FeedRun['feed'], 'mappingId' | 'identityId'>,
  name: string,
  rejectsFile: string,
): FilePosition {
  const none = { rows: 0, sent: 0, skipped: 0, rejected: 0, rejectsBytes: 0 };
  return { name, mappingId, identityId, ...none, rejectsFile, done: false };
}

function otherIdentity(
  feed: string,
  { name, digest }: { readonly name: string; readonly digest: string },
  { sent }: FilePosition,
): string {
  return (
    `${name}: ${sent} events of it were sent with a mapping that gave them other times, subscribers, ids or types; ` +
    'sent again with this one they would be counted twice. Finish the file with the mapping it was begun with; or, to ' +
    `read it anew all the same, delete the field ${digest} of the Redis hash {intake}:files:${feed}`
  );
}
