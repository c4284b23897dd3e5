import type { ThirdPartyPackage } from './licences.ts';

const INTRODUCTION = `# Licences of third-party software

Written by \`npm run licences\` from \`package-lock.json\` and \`models/training/requirements.txt\`; \`npm run check:licences\`
fails where this list is out of date, or a package is under a licence that is unknown or not allowed
([the rules](deploy/checks/licences.ts)). The texts are those that each package brings or links.

Kafka (Apache-2.0), Redis (up to 7.2 BSD-3-Clause; from 8 on RSALv2, SSPLv1 or AGPLv3, at your choice) and a Java runtime
(GPL-2.0 with Classpath Exception) run beside the service and are no part of it.
`;

/**
 * The list as Markdown, by licence: what is shipped, what only builds and tests, what only trains.
 *
 * @param packages of the lock file, by name.
 * @param trainer Python packages.
 */
export function licenceList(packages: readonly ThirdPartyPackage[], trainer: readonly ThirdPartyPackage[]): string {
  return [
    INTRODUCTION,
    ...section(
      'Shipped',
      'What `npm ci --omit=dev` installs, on any platform.',
      packages.filter(({ shipped }) => shipped),
    ),
    ...section(
      'For building and testing',
      'Not shipped.',
      packages.filter(({ shipped }) => !shipped),
    ),
    ...section('For training models', 'Python packages, not shipped; the direct ones.', trainer),
  ].join('\n');
}

function section(title: string, note: string, packages: readonly ThirdPartyPackage[]): readonly string[] {
  const byLicence = Map.groupBy(packages, ({ licence = 'unknown' }) => licence.replace(/^\((.*)\)$/, '$1'));
  const groups = [...byLicence].sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    `## ${title}\n\n${note}\n`,
    ...groups.map(([licence, members]) => {
      const lines = members.map(({ name, version }) => `- \`${name}\` ${version}`);
      return `### ${licence} (${lines.length})\n\n${lines.join('\n')}\n`;
    }),
  ];
}
