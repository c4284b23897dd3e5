import type { DescField } from '@bufbuild/protobuf';
import { ScalarType } from '@bufbuild/protobuf';

/** Makes what a field that was left out reads as, anew for each message; undefined where its absence is kept. */
export function plainDefault(field: DescField): (() => unknown) | undefined {
  if (field.fieldKind === 'list') return () => [];
  if (field.fieldKind === 'map') return () => ({});
  if (field.oneof !== undefined) return undefined;
  if (field.fieldKind === 'message') return () => undefined;
  if (field.proto.proto3Optional) return undefined;
  if (field.fieldKind === 'enum') return () => 'unspecified';
  const value = field.scalar === ScalarType.STRING ? '' : field.scalar === ScalarType.BOOL ? false : 0;
  return () => value;
}
