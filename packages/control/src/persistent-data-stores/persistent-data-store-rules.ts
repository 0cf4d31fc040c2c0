/** What a persistent data store may be told, beyond the schema. Pure. Source: naming rules of object storage buckets. */
import type { PersistentDataStorePrototype } from '@slipway/spec';
import { namedProblem } from '../name-rule.ts';
import type { FieldProblem } from '../refuse.ts';

const BUCKET_PATTERN = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

export function persistentDataStoreProblem(given: PersistentDataStorePrototype): FieldProblem | undefined {
  const { name, data } = given;
  const problem = namedProblem('persistent_data_store', name);
  if (problem) return problem;
  if (!data) {
    const rule = 'an object storage needs it';
    return { field: 'data', value: null, rule, fix: 'Name bucket_name, bucket_location and secret_name' };
  }
  const value = data.bucket_name;
  if (BUCKET_PATTERN.test(value) && !value.includes('..')) return undefined;
  const rule = 'a bucket has 3 to 63 lower-case letters, digits, dots and "-"';
  return { field: 'data.bucket_name', value, rule, fix: 'Write the name of the bucket alone, e.g. uploads-eu' };
}
