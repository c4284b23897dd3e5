import type { Outcome } from '../../core/outcome.ts';
import { accepted, refused } from '../../core/outcome.ts';

/** Strong entity tag of a version. */
export function etagOf(version: number): string {
  return `"${version}"`;
}

/**
 * The version that an If-Match header insists on; undefined where it insists on none (absent, or `*`). A tag that no
 * version has, weak ones included, can never match.
 */
export function versionFromIfMatch(header: string | undefined): Outcome<number | undefined, 'version_mismatch'> {
  const tag = header?.trim();
  if (tag === undefined || tag === '*') return accepted(undefined);
  const version = /^"([1-9]\d{0,8})"$/.exec(tag)?.[1];
  return version === undefined
    ? refused('version_mismatch', 'If-Match names no version of a work order')
    : accepted(Number(version));
}
