/** `slipway status`: what runs now, part by part, and how much of it. Exit code 7 when a part has failed. */
import { readStatus, type PlatformStatus } from '@slipway/setup';
import type { CommandContext } from '../command-context.ts';
import { defineCommand } from '../command.ts';
import { listAll } from '../list-all.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { renderFields } from '../output/text-table.ts';

export const command = defineCommand({
  options: {
    output: OUTPUT_OPTION,
    quiet: { names: ['--quiet', '-q'], kind: 'flag', summary: 'print errors only' },
  },
  async run({ options, context }) {
    const config = await context.platform();
    const status = await readStatus(config);
    const counts = status.state === 'ready' ? await countResources(context) : undefined;
    const document = { ...status, ...counts };
    const text = await renderOutput(options.output, document);
    context.terminal.write(text ?? renderStatus(document));
    if (Object.values(status.parts).some((part) => part.state === 'failed')) context.outcome.exit = 'unhealthy';
  },
});

interface Counts {
  readonly projects: number;
  readonly apps: number;
}

/** A platform that stops answering in between has no counts; the parts say why. */
async function countResources(context: CommandContext): Promise<Counts | undefined> {
  try {
    const client = await context.client();
    const { signal } = context;
    const projects = await listAll(
      (query) => client.listProjects({ query, signal }),
      (page) => page.projects,
    );
    const apps = await Promise.all(
      projects.map(async ({ id = '' }) => {
        const params = { project_id: id };
        const list = await listAll(
          (query) => client.listApps({ params, query, signal }),
          (page) => page.apps,
        );
        return list.length;
      }),
    );
    return { projects: projects.length, apps: apps.reduce((sum, count) => sum + count, 0) };
  } catch {
    return undefined;
  }
}

type Shown = Awaited<ReturnType<typeof readStatus>> & Partial<Counts>;

function renderStatus(status: Shown): string {
  const parts = Object.entries(status.parts).map(
    ([name, part]) => [capital(name), `${part.state}, ${part.detail}`] as const,
  );
  return renderFields([
    ['Platform', status.name],
    ['State', status.state],
    ['Version', status.version],
    ['Up for', status.uptime_seconds === undefined ? undefined : `${status.uptime_seconds} s`],
    ...parts,
    ['HTTPS', httpsText(status.tls)],
    ['URLs of apps', urlsText(status.tls)],
    ['Projects', status.projects],
    ['Apps', status.apps],
    ['Instance processes', status.instance_processes],
    ['State folder', status.state_dir],
  ]);
}

function httpsText({ acme_directory: acme, address, redirects }: PlatformStatus['tls']): string {
  if (address === undefined) return 'none';
  const issuer = acme === undefined ? 'own certificates' : `own certificates, and those of ${acme}`;
  return `${address}, ${issuer}${redirects ? ', HTTP is redirected' : ''}`;
}

function urlsText({ acme_directory: acme, is_trusted: isTrusted, url_scheme: scheme }: PlatformStatus['tls']): string {
  const own = isTrusted
    ? 'this machine trusts the platform'
    : 'this machine does not trust the platform: slipway trust';
  return `${scheme}, ${own}${acme === undefined ? '' : '; https where there is a certificate of the authority'}`;
}

function capital(name: string): string {
  return name === 'api' || name === 'dns' ? name.toUpperCase() : `${name[0]?.toUpperCase()}${name.slice(1)}`;
}
