/** What is said of a certificate that the public authority has not given. Pure. */
import type { CertificateFailure } from '@slipway/spec';
import { printable } from '../terminal/steps.ts';

/** `not given: REASON; asked again after TIME`; the reason is a sentence of somebody else's program. */
export function certificateText(failure: CertificateFailure): string {
  const { reason, failed_orders: orders, next_try_at: next, valid_until: until } = failure;
  const sentence = printable(reason).trim().replace(/\.$/, '');
  const times = orders === 1 ? '' : `, ${orders} times in a row`;
  const meanwhile = until === undefined ? '' : `; the one before is valid until ${until}`;
  return `not given${times}: ${sentence}; asked again after ${next}${meanwhile}`;
}
