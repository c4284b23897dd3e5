import type { ContractField, EventBodyType } from '../../contracts/body-fields.ts';
import { bodyFields, defaultBody, defaultPart } from '../../contracts/body-fields.ts';

/** What a mapping must know of one body type of the contract. */
export interface BodyContract {
  readonly type: EventBodyType;
  /** Every field that can be mapped, e.g. durationS, otherParty.network, answers.<name>. */
  readonly fieldPaths: readonly string[];
  fieldAt(path: string): ContractField | undefined;
  /** A body of which nothing is stated. */
  readonly defaults: Readonly<Record<string, unknown>>;
  /** A message or map in it of which nothing is stated. */
  groupDefaults(group: string): Readonly<Record<string, unknown>>;
}

export function bodyContractOf(type: EventBodyType): BodyContract {
  const fields = new Map(bodyFields(type).map((field) => [field.path, field]));
  const isMap = (path: string): boolean => fields.get(path)?.kind === 'string map';
  return {
    type,
    fieldPaths: [...fields.keys()].map((path) => (isMap(path) ? `${path}.<name>` : path)),
    defaults: { ...defaultBody(type) },
    fieldAt(path) {
      const field = fields.get(path);
      if (field !== undefined) return field.kind === 'string map' ? undefined : field;
      const [group = '', name = ''] = path.split('.', 2);
      return isMap(group) && path === `${group}.${name}` && name !== ''
        ? { path, kind: 'string', optional: true }
        : undefined;
    },
    groupDefaults: (group) => (isMap(group) ? {} : defaultPart(type, group)),
  };
}
