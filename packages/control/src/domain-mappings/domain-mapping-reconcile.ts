/**
 * One domain mapping, from what is wanted to what is: the certificate is kept or ordered, the engine has it and the app
 * knows the host. What is wrong is the status, and an event says it in a sentence when it changes.
 */
import { X509Certificate } from 'node:crypto';
import type { DOMAIN_MAPPING_REASONS } from '@slipway/spec';
import { findApp } from '../apps/app-record.ts';
import { certificateNameFor, ensureCertificate } from '../certificates/project-certificates.ts';
import {
  certificateFrom,
  certificateKey,
  openPem,
  sealPem,
  type CertificateRecord,
} from '../certificates/certificate-record.ts';
import { isExpired } from '../certificates/certificate-schedule.ts';
import type { ControlContext } from '../control-context.ts';
import { recordDomainMappingEvent } from '../events/record-event.ts';
import { findProject, isServing } from '../projects/project-record.ts';
import { findSecret, openData } from '../secrets/secret-record.ts';
import type { WorkOutcome } from '../work-queue.ts';
import { takeFreedDomain } from './domain-claim.ts';
import { domainMappingFrom, domainMappingKey, type DomainMappingRecord } from './domain-mapping-record.ts';
import { ACME_SECRET, certificateProblem } from './domain-mapping-rules.ts';

type Reason = (typeof DOMAIN_MAPPING_REASONS)[number];

/** `message` is for the owner; nothing to say about what goes well. */
export interface MappingStanding {
  readonly reason: Reason;
  readonly message?: string;
}

export async function reconcileDomainMapping(
  context: ControlContext,
  projectId: string,
  name: string,
): Promise<WorkOutcome> {
  const { store } = context;
  const [stored, project] = [await store.get(domainMappingKey(projectId, name)), await findProject(store, projectId)];
  if (!project || !isServing(project)) return 'done';
  if (!stored) {
    await removeCertificate(context, projectId, name);
    return 'done';
  }
  const mapping = await takeFreedDomain(context, domainMappingFrom(stored));
  const standing = await bringAbout(context, mapping);
  await writeStanding(context, mapping, standing);
  return standing.reason === 'deploying' && mapping.spec.component.resource_type === 'app_v2' ? 'again' : 'done';
}

async function bringAbout(context: ControlContext, mapping: DomainMappingRecord): Promise<MappingStanding> {
  const { name, projectId, spec } = mapping;
  const { component } = spec;
  if (spec.isClaimed) {
    await removeCertificate(context, projectId, name);
    return { reason: 'domain_already_claimed', message: `${name} belongs to another project of this platform` };
  }
  const app =
    component.resource_type === 'app_v2' ? await findApp(context.store, projectId, component.name) : undefined;
  if (component.resource_type === 'app_v2' && (!app || app.spec.deletedAt !== undefined)) {
    return { reason: 'app_ref_failed', message: `There is no app "${component.name}"` };
  }
  const { certificate, standing } = await prepareCertificate(context, mapping);
  await context.projectDeclarer.declare(projectId);
  if (context.projectDeclarer.isRefused(projectId, certificateNameFor(projectId, name))) {
    return { reason: 'failed_reconcile_ingress', message: `The certificate of ${name} cannot be served by the proxy` };
  }
  if (!certificate?.status.sealed) return standing;
  if (isExpired(certificate.status, context.clock.now())) {
    return { reason: 'failed', message: `The certificate of ${name} ended at ${certificate.status.notAfter}` };
  }
  if (context.appliedApps.hasDomain(projectId, component.name, name)) return { ...standing, reason: 'ready' };
  context.activate({ kind: 'app', projectId, name: component.name });
  return { reason: 'deploying' };
}

interface Prepared {
  readonly certificate: CertificateRecord | undefined;
  /** What to say while there is none, and beside one that goes on. */
  readonly standing: MappingStanding;
}

async function prepareCertificate(context: ControlContext, mapping: DomainMappingRecord): Promise<Prepared> {
  const { name, projectId, spec } = mapping;
  if (spec.tlsSecret !== ACME_SECRET) return copySecret(context, mapping);
  const wanted = { hosts: [name], origin: 'acme' } as const;
  const certificate = certificateFrom(await ensureCertificate(context, projectId, wanted));
  context.activate(certificateKeyOf(certificate));
  const { failure, nextTryAt } = certificate.status;
  if (failure === undefined) return { certificate, standing: { reason: 'deploying' } };
  const message = `No certificate: ${failure}. Tried again after ${nextTryAt}`;
  return { certificate, standing: { reason: 'failed', message } };
}

/** The newest good content of the secret; what was good before goes on when the secret is gone or is not good any more. */
async function copySecret(context: ControlContext, { name, projectId, spec }: DomainMappingRecord): Promise<Prepared> {
  const { clock, secretBox, store } = context;
  const wanted = { hosts: [name], origin: 'secret' } as const;
  const stored = await store.get(certificateKey(projectId, wanted));
  const present = stored && certificateFrom(stored);
  const secret = await findSecret(store, projectId, spec.tlsSecret);
  const { tls_cert: chainPem = '', tls_key: keyPem = '' } = secret ? openData(secretBox, secret) : {};
  const problem =
    secret && certificateProblem(name, { name: spec.tlsSecret, chain: chainPem, key: keyPem }, clock.now());
  if (!secret || problem) {
    const what = problem
      ? `Secret "${spec.tlsSecret}": ${problem.rule}`
      : `There is no secret "${spec.tlsSecret}" any more`;
    const message = present?.status.sealed ? `${what}. ${name} goes on with the certificate it had` : what;
    return { certificate: present, standing: { reason: 'failed_reconcile_ingress', message } };
  }
  const certificate = certificateFrom(await ensureCertificate(context, projectId, wanted));
  const before = openPem(secretBox, certificate);
  const standing = { reason: 'deploying' } as const;
  if (before?.chainPem === chainPem && before.keyPem === keyPem) return { certificate, standing };
  const { validFrom, validTo } = new X509Certificate(chainPem);
  const status = {
    sealed: sealPem(secretBox, certificate.id, { chainPem, keyPem }),
    notBefore: new Date(validFrom).toISOString(),
    notAfter: new Date(validTo).toISOString(),
    issuerId: 'secret',
  };
  const written = await store.updateStatus(certificate, certificate.id, status);
  return { certificate: written && certificateFrom(written), standing };
}

async function removeCertificate(context: ControlContext, projectId: string, host: string): Promise<void> {
  const isRemoved = await context.store.delete(certificateKey(projectId, { hosts: [host], origin: 'acme' }));
  if (isRemoved) await context.projectDeclarer.declare(projectId);
}

async function writeStanding(
  context: ControlContext,
  mapping: DomainMappingRecord,
  standing: MappingStanding,
): Promise<void> {
  const { reason, message } = mapping.status;
  if (reason === standing.reason && message === standing.message) return;
  if (!(await context.store.updateStatus(mapping, mapping.id, standing))) return;
  const isGood = standing.reason === 'ready' && standing.message === undefined;
  const said = standing.message ?? (isGood ? `${mapping.name} leads to "${mapping.spec.component.name}"` : undefined);
  if (said === undefined) return;
  const content = { reason: isGood ? 'DomainReady' : 'DomainFailed', message: said } as const;
  await recordDomainMappingEvent(context, mapping, { severity: isGood ? 'normal' : 'warning', ...content });
}

function certificateKeyOf({ name, projectId }: CertificateRecord) {
  return { kind: 'certificate', projectId, name } as const;
}
