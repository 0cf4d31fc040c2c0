/** The status of a platform as text. Pure. */
import { platformFlag, type PlatformStatus } from '@slipway/setup';
import { certificateText } from '../domainmapping/certificate-text.ts';
import { renderFields, renderSection } from '../output/text-table.ts';
import type { PlatformContent } from './platform-content.ts';

export function renderStatus(status: PlatformStatus & Partial<PlatformContent>): string {
  const parts = Object.entries(status.parts).map(
    ([name, part]) => [capital(name), `${part.state}, ${part.detail}`] as const,
  );
  const failures = (status.certificate_failures ?? []).map(
    (failure) => `${failure.host} of project "${failure.project}": ${certificateText(failure)}\n`,
  );
  const fields = renderFields([
    ['Platform', status.name],
    ['State', status.state],
    ['Version', status.version],
    ['Up for', status.uptime_seconds === undefined ? undefined : `${status.uptime_seconds} s`],
    ...parts,
    ['HTTPS', httpsText(status.tls)],
    ['URLs of apps', urlsText(status)],
    ['Projects', status.projects],
    ['Apps', status.apps],
    ['Instance processes', status.instance_processes],
    ['State folder', status.state_dir],
  ]);
  return fields + renderSection('Certificates that are missing', failures.join(''));
}

function httpsText({ acme_directory: acme, address, redirects }: PlatformStatus['tls']): string {
  if (address === undefined) return 'none';
  const issuer = acme === undefined ? 'own certificates' : `own certificates, and those of ${acme}`;
  return `${address}, ${issuer}${redirects ? ', HTTP is redirected' : ''}`;
}

function urlsText({ name, tls }: PlatformStatus): string {
  const { acme_directory: acme, is_trusted: isTrusted, url_scheme: scheme } = tls;
  const own = isTrusted
    ? 'this machine trusts the platform'
    : `this machine does not trust the platform: slipway trust${platformFlag(name)}`;
  return `${scheme}, ${own}${acme === undefined ? '' : '; https where there is a certificate of the authority'}`;
}

function capital(name: string): string {
  return name === 'api' || name === 'dns' ? name.toUpperCase() : `${name[0]?.toUpperCase()}${name.slice(1)}`;
}
