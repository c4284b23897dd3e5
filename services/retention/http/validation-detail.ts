import type { FastifySchemaValidationError } from 'fastify';

/**
 * Says which part of a request does not fit its schema, and what would. Names and values of the caller's own making are not
 * repeated: they may be phone numbers.
 *
 * @param context body, querystring, params or headers.
 */
export function validationDetail(errors: readonly FastifySchemaValidationError[], context: string): string {
  // An unexpected property comes as an error of its own, with its name, beside the one of the object around it.
  const told = errors.filter(({ keyword }) => keyword !== 'boolean');
  const details = (told.length > 0 ? told : errors.slice(0, 1)).map(({ keyword, instancePath, message, params }) => {
    const place = `${context}${keyword === 'boolean' ? '' : instancePath}`;
    if (keyword === 'additionalProperties') return `${place} holds a name that is not known here`;
    if (keyword === 'enum' && Array.isArray(params['allowedValues'])) {
      return `${place} must be one of ${params['allowedValues'].map(String).join(', ')}`;
    }
    return `${place} ${message ?? 'does not fit'}`;
  });
  return details.join(', ');
}
