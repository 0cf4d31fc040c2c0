/**
 * Where sealed texts lie, and how they are sealed anew. A text that lies elsewhere is not known here, and then the key that
 * opens it is never forgotten: `mentionsKey` looks at everything.
 */
import { resealCertificate, type CertificateStatus } from '../certificates/certificate-record.ts';
import { resealStatus } from '../revisions/resolve-references.ts';
import type { RevisionStatus } from '../revisions/revision-record.ts';
import type { SecretBox } from '../secret-box.ts';
import { resealSpec } from '../secrets/secret-record.ts';
import type { ResourceKind } from '../store.ts';

export const SEALED_KINDS = ['secret', 'app_revision', 'certificate'] as const satisfies readonly ResourceKind[];

export interface SealedParts {
  readonly spec?: unknown;
  readonly status?: unknown;
}

/** What has to be written so that nothing is sealed with an older key; undefined when nothing is. */
export function resealed(
  box: SecretBox,
  { kind, id }: { readonly kind: ResourceKind; readonly id: string },
  { spec, status }: SealedParts,
): SealedParts | undefined {
  if (kind === 'secret' && spec !== undefined) {
    const next = resealSpec(box, id, spec);
    return next && { spec: next };
  }
  if (kind === 'app_revision' && status !== undefined) {
    const next = resealStatus(box, id, status as RevisionStatus);
    return next && { status: next };
  }
  if (kind === 'certificate' && status !== undefined) {
    const next = resealCertificate(box, id, status as CertificateStatus);
    return next && { status: next };
  }
  return undefined;
}

/** Anywhere in a stored value. */
export function mentionsKey(value: unknown, keyIds: ReadonlySet<string>): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { keyId, text } = value as { readonly keyId?: unknown; readonly text?: unknown };
  if (typeof keyId === 'string' && typeof text === 'string' && keyIds.has(keyId)) return true;
  return Object.values(value).some((part) => mentionsKey(part, keyIds));
}
