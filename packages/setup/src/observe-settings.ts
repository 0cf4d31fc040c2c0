/**
 * What an operator has observed of requests: metrics of who calls whom, or traces as well, and where they are sent. Without a
 * word of his nothing is, and no request pays for it. Pure.
 */
import type { ObserveSettings, PlatformConfig } from './platform-config.ts';
import type { PlatformSettings } from './platform-settings.ts';

/** `auto`: traces when there is an endpoint to send them to, else nothing. */
export const OBSERVE_CHOICES = ['auto', 'off', 'metrics', 'traces'] as const;
/** Instead of an endpoint. */
export const NO_ENDPOINT = 'none';
/** Of requests that bring no context along. */
export const TRACE_RATIO_DEFAULT = 0.01;

export type ObservedRequests = Exclude<ObserveSettings['requests'], 'auto' | 'off'>;

/** undefined: nothing is observed. */
export function observedRequests({ observe }: Pick<PlatformConfig, 'observe'>): ObservedRequests | undefined {
  const { requests = 'auto', otlpEndpoint } = observe ?? {};
  if (requests === 'off') return undefined;
  if (requests !== 'auto') return requests;
  return otlpEndpoint === undefined ? undefined : 'traces';
}

export function observeSettings(
  { observe }: Pick<PlatformConfig, 'observe'>,
  settings: PlatformSettings,
): Pick<PlatformConfig, 'observe'> {
  const endpoint = settings.otlpEndpoint ?? observe?.otlpEndpoint ?? NO_ENDPOINT;
  const { otlpHeadersFile = observe?.otlpHeadersFile, traceRatio = observe?.traceRatio } = settings;
  const requests = settings.observe ?? observe?.requests ?? 'auto';
  if (!observe && endpoint === NO_ENDPOINT && requests === 'auto' && otlpHeadersFile === undefined) return {};
  return {
    observe: {
      requests,
      ...(endpoint !== NO_ENDPOINT && { otlpEndpoint: endpoint }),
      ...(otlpHeadersFile !== undefined && { otlpHeadersFile }),
      ...(traceRatio !== undefined && { traceRatio }),
    },
  };
}

/** A base that the protocol's paths are put behind; a secret belongs into the file of headers. */
export function isOtlpEndpoint(text: string): boolean {
  if (!/^https?:\/\/\S+$/.test(text) || !URL.canParse(text)) return false;
  const { hash, password, search, username } = new URL(text);
  return [hash, password, search, username].every((part) => part === '');
}
