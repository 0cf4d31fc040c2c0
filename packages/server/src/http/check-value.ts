/**
 * Checks values against the schemas of the operation table, strictly: nothing is converted, removed or filled in. A
 * schema is compiled when it is first needed, so an idle platform carries none, and once in a process, for the table is
 * one as well: compiling takes some milliseconds, checking some microseconds.
 */
import { Ajv, type ValidateFunction } from 'ajv';
import { explainValidation } from './explain-validation.ts';

let ajv: Ajv | undefined;
const compiled = new WeakMap<object, ValidateFunction>();

/** Throws Refusal('invalid_field') that names the first broken rule. */
export function checkValue(schema: object, value: unknown, options: { readonly within?: 'query' } = {}): void {
  const validate = validatorOf(schema);
  if (validate(value)) return;
  const [first] = validate.errors ?? [];
  if (first) throw explainValidation(first, options);
}

function validatorOf(schema: object): ValidateFunction {
  const known = compiled.get(schema);
  if (known) return known;
  ajv ??= new Ajv({ strict: true, verbose: true, coerceTypes: false, useDefaults: false, keywords: ['x-sensitive'] });
  const validate = ajv.compile(schema);
  compiled.set(schema, validate);
  return validate;
}
