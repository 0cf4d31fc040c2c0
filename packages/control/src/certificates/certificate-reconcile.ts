/**
 * One certificate that the platform gets itself: ordered when it is missing or due, kept sealed, and given to the engine
 * with its project. The one before goes on until the next is there. What fails is said to its owner, and tried again.
 */
import type { ControlContext } from '../control-context.ts';
import { recordDomainMappingEvent } from '../events/record-event.ts';
import { findProject, isServing } from '../projects/project-record.ts';
import type { WorkOutcome } from '../work-queue.ts';
import {
  certificateFrom,
  isProjectHost,
  sealPem,
  type CertificateRecord,
  type CertificateStatus,
} from './certificate-record.ts';
import type { CertificatePair } from './certificate-issuer.ts';
import { isOrderDue, retryTime } from './certificate-schedule.ts';

export async function reconcileCertificate(
  context: ControlContext,
  projectId: string,
  name: string,
): Promise<WorkOutcome> {
  const { certificateIssuer: issuer, clock, store } = context;
  const stored = await store.get({ kind: 'certificate', projectId, name });
  const project = await findProject(store, projectId);
  if (!stored || !project || !isServing(project)) return 'done';
  const certificate = certificateFrom(stored);
  const { origin, hosts } = certificate.spec;
  if (origin === 'secret') return 'done';
  const source = origin === 'own' ? issuer.own : issuer.acme;
  if (!source || !isOrderDue(certificate, { issuerId: source.id, now: clock.now() })) return 'done';
  if (origin === 'own') {
    await keep(context, certificate, { pair: await issuer.own.issue(hosts), issuerId: source.id });
    return 'done';
  }
  context.certificateOrders.begin(certificate, (signal) => order(context, certificate, signal));
  return 'done';
}

async function order(context: ControlContext, certificate: CertificateRecord, signal: AbortSignal): Promise<void> {
  const { acme } = context.certificateIssuer;
  if (!acme) return;
  const { hosts } = certificate.spec;
  try {
    const pair = await acme.order(hosts, signal);
    await keep(context, certificate, { pair, issuerId: acme.id });
    context.log.info('A certificate was issued', { hosts, notAfter: pair.notAfter.toISOString() });
  } catch (error) {
    if (signal.aborted) return;
    await noteFailure(context, certificate, error).catch((cause: unknown) => {
      context.log.error('A failed order cannot be noted', { hosts, error: cause });
    });
  }
}

async function keep(
  context: ControlContext,
  certificate: CertificateRecord,
  { issuerId, pair }: { readonly issuerId: string; readonly pair: CertificatePair },
): Promise<void> {
  const status: CertificateStatus = {
    sealed: sealPem(context.secretBox, certificate.id, pair),
    notBefore: pair.notBefore.toISOString(),
    notAfter: pair.notAfter.toISOString(),
    issuerId,
  };
  // Undefined when the certificate is not wanted any more.
  if (!(await context.store.updateStatus(certificate, certificate.id, status))) return;
  activateUsers(context, certificate);
}

async function noteFailure(context: ControlContext, certificate: CertificateRecord, error: unknown): Promise<void> {
  const { clock, log, store } = context;
  const { projectId, spec, status } = certificate;
  const [host = ''] = spec.hosts;
  const failures = (status.failures ?? 0) + 1;
  const nextTryAt = retryTime(failures, clock.now()).toISOString();
  const failure = error instanceof Error ? error.message : String(error);
  log.warn('A certificate cannot be got', { host, failures, nextTryAt, error });
  await store.updateStatus(certificate, certificate.id, { ...status, failures, failure, nextTryAt });
  const message = `No certificate for ${host}: ${failure}. Tried again after ${nextTryAt}`;
  const content = { severity: 'warning', reason: 'CertificateFailed', message } as const;
  await recordDomainMappingEvent(context, { projectId, name: host }, content);
  activateUsers(context, certificate);
}

/** The project tells the engine; a domain mapping says how it stands. */
function activateUsers({ activate }: ControlContext, { projectId, spec }: CertificateRecord): void {
  const [host = ''] = spec.hosts;
  if (isProjectHost(host)) activate({ kind: 'project', projectId, name: projectId });
  else activate({ kind: 'domain_mapping', projectId, name: host });
}
