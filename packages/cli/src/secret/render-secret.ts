/** Secrets as text, with the headings of the public command line. Values are base64 unless they are to be decoded. Pure. */
import type { Secret } from '@slipway/spec';
import { renderData } from '../configmap/render-configmap.ts';
import { ageOf } from '../output/age-of.ts';
import { joinBlocks, renderFields, renderTable } from '../output/text-table.ts';
import { identityFieldsOf, type Sight } from '../runtime/render-runtime.ts';

/** A list tells nothing of the data, not even how many keys there are. */
export function renderSecretList(secrets: readonly Secret[], nowMs: number): string {
  const rows = secrets.map((secret) => [secret.name, secret.format, ageOf(secret.created_at, nowMs)]);
  return renderTable(['Name', 'Format', 'Age'], rows);
}

export function renderSecret(secret: Secret, sight: Sight): string {
  const [name, id, ...others] = identityFieldsOf(secret, sight);
  return joinBlocks([renderFields([name, id, ['Format', secret.format], ...others]), renderData(secret.data ?? {})]);
}

/** As `registry` and `repo` list and show their secrets. */
export function renderAccessSecretList(secrets: readonly Secret[], nowMs: number): string {
  const rows = secrets.map((secret) => [secret.name, ageOf(secret.created_at, nowMs)]);
  return renderTable(['Name', 'Age'], rows);
}

export function renderAccessSecret(secret: Secret, { projectName, nowMs }: Sight): string {
  const fields = renderFields([
    ['Name', secret.name],
    ['Project', projectName],
    ['Project ID', secret.project_id],
    ['Age', ageOf(secret.created_at, nowMs)],
    ['Created', secret.created_at],
  ]);
  return joinBlocks([fields, renderData(secret.data ?? {})]);
}

/** Keeps values from eyes that only pass by; it is no protection. */
export function encodeData(secret: Secret): Secret {
  const entries = Object.entries(secret.data ?? {});
  const data = Object.fromEntries(
    entries.map(([key, value]) => [key, Buffer.from(value, 'utf8').toString('base64')] as const),
  );
  return { ...secret, data };
}
