import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { env } from 'node:process';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';

const files = {
  workOrder: 'TMF697_Work_Order/TMF697-WorkOrder-v4.0.0.swagger.json',
  risk: 'TMF696_RiskManagement/TMF696-RiskManagement-v4.0.0.swagger.json',
} as const;

const swaggerFile = Compile(Type.Object({ definitions: Type.Record(Type.String(), Type.Object({})) }));
const specDirectory = env['TMF_SPEC_DIR'] ?? '';

/** Why tests against the official definitions are skipped; false where they can run. */
export const tmfSkip =
  specDirectory === '' ? 'TMF_SPEC_DIR does not name a folder with the TM Forum swagger files' : false;

/** Asserts that a value fits a definition of TM Forum's own file. */
export function createTmfAssertion(api: keyof typeof files): (definition: string, value: unknown) => void {
  const parsed: unknown = JSON.parse(readFileSync(join(specDirectory, files[api]), 'utf8'));
  assert.ok(swaggerFile.Check(parsed), `${files[api]} has definitions`);
  const ajv = new Ajv({ strict: false, allErrors: true, formats: { base64: true } });
  addFormats.default(ajv);
  ajv.addSchema({ $id: 'tmf', definitions: parsed.definitions });
  return function assertFits(definition, value) {
    const validate = ajv.getSchema(`tmf#/definitions/${definition}`);
    assert.ok(validate, `${definition} is defined`);
    assert.ok(validate(value), `${definition}: ${ajv.errorsText(validate.errors)}`);
  };
}
