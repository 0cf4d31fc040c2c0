/** The typed client of a measured platform, as its administrator. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient, type Client } from '@slipway/client';
import type { WrittenConfig } from '../test/platform.ts';

export async function clientOf({ api, stateDir }: Pick<WrittenConfig, 'api' | 'stateDir'>): Promise<Client> {
  const token = (await readFile(join(stateDir, 'admin-token'), 'utf8')).trim();
  return createClient({ baseUrl: `http://${api.address}:${api.port}`, token });
}

export async function projectIdOf(client: Client, name = 'default'): Promise<string> {
  const { projects } = await client.listProjects();
  const project = projects.find((one) => one.name === name);
  if (!project) throw new Error(`Cannot measure: there is no project "${name}"`);
  return project.id ?? '';
}
