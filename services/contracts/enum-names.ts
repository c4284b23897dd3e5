import type { DescEnum } from '@bufbuild/protobuf';

/** Names of an enum's values by number: lower case, without the prefix, e.g. DIRECTION_FORWARDED is 'forwarded'. */
export function enumNames(schema: DescEnum): readonly (string | undefined)[] {
  const names: (string | undefined)[] = [];
  const prefix = schema.values[0]?.name.replace(/UNSPECIFIED$/, '') ?? '';
  for (const value of schema.values) names[value.number] = value.name.toLowerCase().slice(prefix.length);
  return names;
}
