/**
 * Which licences the packages have, from the lock file: it names every package on every platform, the optional ones too,
 * where node_modules has only those of this machine.
 */
export interface ThirdPartyPackage {
  readonly name: string;
  readonly version: string;
  /** SPDX expression; undefined where the package states none. */
  readonly licence: string | undefined;
  /** Whether `npm ci --omit=dev` installs it: these run in production, the others build and test. */
  readonly shipped: boolean;
}

/** Licences that ask for no more than their notice; a package under any other one does not come in unseen. */
const ALLOWED: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'LicenseRef-Public-Domain',
  'MIT',
  'PSF-2.0',
  'Unlicense',
  'Zlib',
]);

/** What the packages say whose statement is not SPDX, read by a person; for this version alone. */
const CLARIFIED: ReadonlyMap<string, string> = new Map([
  // In the old `licenses` field, which the lock file does not copy.
  ['buildcheck@0.0.7', 'MIT'],
  ['cpu-features@0.0.10', 'MIT'],
  ['ssh2@1.17.0', 'MIT'],
  // "Public Domain", in words.
  ['jsonify@0.0.1', 'LicenseRef-Public-Domain'],
]);

/** Direct packages of models/training/requirements.txt, as their own metadata state it. */
const TRAINER: ReadonlyMap<string, string> = new Map([
  ['lightgbm', 'MIT'],
  ['matplotlib', 'PSF-2.0'],
  ['numpy', 'BSD-3-Clause AND 0BSD AND MIT AND Zlib AND CC0-1.0'],
  ['onnx', 'Apache-2.0'],
  ['onnxruntime', 'MIT'],
  ['pandas', 'BSD-3-Clause'],
  ['pyarrow', 'Apache-2.0'],
  ['scikit-learn', 'BSD-3-Clause'],
]);

/**
 * The packages of a lock file in npm's format 3, by name and version.
 *
 * @throws TypeError where it is something else.
 */
export function readLockedPackages(lock: unknown): readonly ThirdPartyPackage[] {
  if (!isRecord(lock) || !isRecord(lock['packages'])) throw new TypeError('not a package-lock.json of version 2 or 3');
  const found = new Map<string, ThirdPartyPackage>();
  for (const [path, entry] of Object.entries(lock['packages'])) {
    if (path === '' || !isRecord(entry) || entry['link'] === true) continue;
    const name = textOf(entry['name']) ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const version = textOf(entry['version']) ?? 'unknown';
    const id = `${name}@${version}`;
    const shipped = entry['dev'] !== true && entry['devOptional'] !== true;
    const licence = CLARIFIED.get(id) ?? textOf(entry['license']);
    found.set(id, { name, version, licence, shipped: shipped || found.get(id)?.shipped === true });
  }
  return [...found.values()].sort((a, b) => compare(a.name, b.name) || compare(a.version, b.version));
}

/**
 * The Python packages that a requirements file pins; they train models and are not shipped.
 *
 * @param requirements lines of "name==version", and comments.
 */
export function readTrainerPackages(requirements: string): readonly ThirdPartyPackage[] {
  const pins = [...requirements.matchAll(/^([A-Za-z0-9._-]+)==(\S+)/gm)];
  return pins.map(([, name = '', version = '']) => ({ name, version, licence: TRAINER.get(name), shipped: false }));
}

/** One line for each package whose licence is unknown or not allowed. */
export function licenceProblems(packages: readonly ThirdPartyPackage[]): readonly string[] {
  return packages
    .filter(({ licence }) => licence === undefined || !isAllowed(licence))
    .map(({ name, version, licence }) =>
      licence === undefined
        ? `${name} ${version} states no licence`
        : `${name} ${version} is under ${licence}, which is not on the list of allowed ones`,
    );
}

/**
 * Whether the terms of an SPDX expression can be kept: all of AND, one of OR. An expression with brackets inside is
 * beyond this and not allowed.
 */
export function isAllowed(expression: string): boolean {
  const bare = expression.replace(/^\(([^()]*)\)$/, '$1').trim();
  if (bare.includes('(')) return false;
  return bare.split(' OR ').some((way) => way.split(' AND ').every((licence) => ALLOWED.has(licence.trim())));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
