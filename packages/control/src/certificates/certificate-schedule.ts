/**
 * When a certificate is got anew: pure. At two thirds of its life, a little earlier for each in a way of its own, so that
 * those of one day are not renewed in one minute. Failures wait longer each time: public authorities count them.
 */
import { createHash } from 'node:crypto';
import type { CertificateStatus } from './certificate-record.ts';

const RENEWAL_SHARE = 2 / 3;
/** Of its life, before that. */
const JITTER_SHARE = 0.05;
const MINUTE_MS = 60_000;
/** A domain that was just led here gets its certificate soon; five failures an hour for a host are too many for most authorities. */
const RETRY_DELAYS_MS = [1, 10, 30, 120, 360, 720].map((minutes) => minutes * MINUTE_MS);

/** Undefined when there is none yet. */
export function renewalTime(id: string, { notBefore, notAfter }: CertificateStatus): Date | undefined {
  if (notBefore === undefined || notAfter === undefined) return undefined;
  const [begin, end] = [Date.parse(notBefore), Date.parse(notAfter)];
  const share = createHash('sha256').update(id).digest().readUInt16BE(0) / 0xffff;
  return new Date(begin + (end - begin) * (RENEWAL_SHARE - JITTER_SHARE * share));
}

export function isOrderDue(
  { id, status }: { readonly id: string; readonly status: CertificateStatus },
  { issuerId, now }: { readonly issuerId: string; readonly now: Date },
): boolean {
  if (status.nextTryAt !== undefined && Date.parse(status.nextTryAt) > now.getTime()) return false;
  const renewal = renewalTime(id, status);
  return renewal === undefined || status.issuerId !== issuerId || renewal <= now;
}

export function isExpired({ notAfter }: CertificateStatus, now: Date): boolean {
  return notAfter !== undefined && Date.parse(notAfter) <= now.getTime();
}

/** After so many failures in a row. */
export function retryTime(failures: number, now: Date): Date {
  const delayMs = RETRY_DELAYS_MS[Math.min(failures, RETRY_DELAYS_MS.length) - 1] ?? MINUTE_MS;
  return new Date(now.getTime() + delayMs);
}
