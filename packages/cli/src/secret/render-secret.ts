/** Secrets as text, with the headings of the public command line. Values are base64 unless they are to be decoded. Pure. */
import type { Secret } from '@slipway/spec';
import { renderData } from '../configmap/render-configmap.ts';
import { ageOf } from '../output/age-of.ts';
import { renderFields, renderTable } from '../output/text-table.ts';

export function renderSecretList(secrets: readonly Secret[], nowMs: number): string {
  const rows = secrets.map((secret) => [secret.name, secret.format, ageOf(secret.created_at, nowMs)]);
  return renderTable(['Name', 'Format', 'Age'], rows);
}

export function renderSecret(secret: Secret, nowMs: number): string {
  const fields = renderFields([
    ['Name', secret.name],
    ['ID', secret.id],
    ['Format', secret.format],
    ['Age', ageOf(secret.created_at, nowMs)],
    ['Created', secret.created_at],
  ]);
  return `${fields}${renderData(secret.data ?? {})}`;
}

/** Keeps values from eyes that only pass by; it is no protection. */
export function encodeData(secret: Secret): Secret {
  const entries = Object.entries(secret.data ?? {});
  const data = Object.fromEntries(
    entries.map(([key, value]) => [key, Buffer.from(value, 'utf8').toString('base64')] as const),
  );
  return { ...secret, data };
}
