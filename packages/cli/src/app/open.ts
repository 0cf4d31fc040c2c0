/** `slipway open APP`: prints the URL, and opens it where there is a browser. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { defineCommand } from '../command.ts';
import { openProject } from '../project-scope.ts';
import { QUIET } from '../shared-options.ts';
import { CommandFault, UsageFault } from '../usage-fault.ts';

const BROWSER_OPENER = 'xdg-open';

export const command = defineCommand({
  options: {
    name: {
      names: ['--name', '-n', '--application', '--app'],
      kind: 'value',
      summary: 'name of the app; needless when there is one',
    },
    printOnly: { names: ['--print', '-p'], kind: 'flag', summary: 'print the URL only', default: 'false' },
    quiet: QUIET,
  },
  operands: ['NAME'],
  examples: ['slipway open web', 'curl "$(slipway open web --print)"'],
  async run({ options, context }) {
    const { client, project, signal } = await openProject(context);
    const name = options.name ?? (await onlyApp());
    const app = await client.getApp({ params: { project_id: project.id, name }, signal });
    // One that only its project reaches has an address, too, which leads nowhere from here.
    const url = app.managed_domain_mappings === 'local' ? '' : (app.endpoint ?? '');
    if (!/^https?:\/\//.test(url)) {
      throw new CommandFault('failure', `Cannot open app "${name}": it has no public URL`, [
        `Give it one: slipway app update ${name} --visibility public`,
      ]);
    }
    context.terminal.write(`${url}\n`);
    if (options.printOnly !== true && hasBrowser(context.env)) await openBrowser(url);

    async function onlyApp(): Promise<string> {
      const { apps } = await client.listApps({ params: { project_id: project.id }, query: { limit: 2 }, signal });
      const [first] = apps;
      if (first && apps.length === 1) return first.name;
      throw new UsageFault(`Cannot tell which app to open: there ${apps.length === 0 ? 'is none' : 'are several'}`, [
        apps.length === 0 ? 'Make one: slipway deploy FOLDER' : 'Name one: slipway open NAME',
      ]);
    }
  },
});

/** Only somebody who sits before a screen wants a window to appear. */
function hasBrowser(env: NodeJS.ProcessEnv): boolean {
  const hasScreen = (env['DISPLAY'] ?? env['WAYLAND_DISPLAY'] ?? '') !== '';
  return hasScreen && process.stdout.isTTY === true;
}

/** The URL is an argument of its own; that no window appears is no failure, because the URL is printed. */
async function openBrowser(url: string): Promise<void> {
  const opener = spawn(BROWSER_OPENER, [url], { stdio: 'ignore', detached: true });
  opener.unref();
  await Promise.race([once(opener, 'spawn'), once(opener, 'error')]).catch(() => undefined);
}
