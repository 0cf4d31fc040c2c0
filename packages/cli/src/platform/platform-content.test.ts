import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Client } from '@slipway/client';
import { readContent } from './platform-content.ts';
import { renderStatus } from './render-status.ts';

const FAILURE = { reason: 'The domain leads elsewhere', failed_orders: 2, next_try_at: '2030-01-01T00:00:00Z' };

/** A platform of two projects, one of them with a domain and hosts that the authority gives nothing for. */
function platformWithFailures() {
  const asked: string[] = [];
  const list = (key: string, items: readonly object[]) =>
    Promise.resolve({ limit: 100, first: { href: '' }, [key]: items });
  const client = {
    listProjects: () =>
      list('projects', [
        { id: 'a', name: 'shop' },
        { id: 'b', name: 'docs' },
      ]),
    listApps: ({ params }: { params: { project_id: string } }) =>
      list('apps', params.project_id === 'a' ? [{ name: 'web' }, { name: 'api' }] : []),
    getProjectStatusDetails: async ({ params }: { params: { project_id: string } }) => {
      asked.push(params.project_id);
      return params.project_id === 'a' ? { certificate_failure: { ...FAILURE, host: '*.shop.example.com' } } : {};
    },
    listDomainMappings: ({ params }: { params: { project_id: string } }) =>
      list(
        'domain_mappings',
        params.project_id === 'a'
          ? [{}, { status_details: { certificate_failure: { ...FAILURE, host: 'www.example.com' } } }]
          : [],
      ),
  } as unknown as Client;
  return { client, asked };
}

test('readContent() counts what is there, and finds certificates that the authority has not given', async () => {
  const { client } = platformWithFailures();
  const content = await readContent(client, { hasAuthority: true, signal: new AbortController().signal });
  assert.deepEqual([content.projects, content.apps], [2, 2]);
  assert.deepEqual(
    content.certificate_failures.map(({ host, project }) => `${project} ${host}`),
    ['shop *.shop.example.com', 'shop www.example.com'],
  );
});

test('readContent() asks for no certificates where no authority gives any', async () => {
  const { client, asked } = platformWithFailures();
  const content = await readContent(client, { hasAuthority: false, signal: new AbortController().signal });
  assert.deepEqual([content.certificate_failures, asked], [[], []]);
});

test('renderStatus() names each certificate that is missing, why, and when it is asked for again', () => {
  const part = { state: 'running', detail: 'process 1' } as const;
  const status = {
    name: 'p',
    state: 'ready',
    api_url: 'http://127.0.0.1:8780',
    tls: {
      authority_file: '/ca',
      is_trusted: true,
      url_scheme: 'https',
      redirects: false,
      acme_directory: 'https://ca',
    },
    parts: { daemon: part, api: part, proxy: part, registry: part, dns: part },
    instance_processes: 0,
    state_dir: '/s',
  } as const;
  const failures = [{ ...FAILURE, host: 'www.example.com', project: 'shop' }];
  assert.ok(
    renderStatus({ ...status, certificate_failures: failures }).endsWith(
      'Certificates that are missing:\n  www.example.com of project "shop": not given, 2 times in a row: The domain leads elsewhere; asked again after 2030-01-01T00:00:00Z\n',
    ),
  );
  assert.doesNotMatch(renderStatus({ ...status, certificate_failures: [] }), /missing/);
});
