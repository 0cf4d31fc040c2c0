/** Ours: a certificate that the public authority has not given, why, and when it is asked again. */
import { Type, type Static } from '../json-schema.ts';
import { Timestamp } from './schema.ts';

export const CertificateFailure = Type.Object({
  host: Type.String({ description: 'A domain, or "*." and that of a project' }),
  reason: Type.String(),
  failed_orders: Type.Integer({ description: 'In a row' }),
  next_try_at: Timestamp,
  valid_until: Type.Optional(
    Type.String({ description: 'Of the certificate that goes on meanwhile, if there is one' }),
  ),
});
export type CertificateFailure = Static<typeof CertificateFailure>;
