/** Waiting for a project to be where a command sent it. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@slipway/client';
import type { CommandContext } from '../command-context.ts';
import { WAIT_SECONDS_DEFAULT } from '../shared-options.ts';
import { CommandFault } from '../usage-fault.ts';

const POLL_MS = 200;

/** Fails as "not found" does once the project is deleted: one that can be restored stays readable. */
export async function readUntilDeleted(
  client: Client,
  id: string,
  { hard, signal }: { readonly hard: boolean; readonly signal: AbortSignal },
): Promise<void> {
  const project = await client.getProject({ params: { id }, signal });
  const isDeleted = project.status === 'soft_deleted' || project.status === 'pending_removal';
  if (isDeleted && !hard) throw Object.assign(new Error('deleted'), { status: 404 });
}

export async function waitRestored(
  context: CommandContext,
  client: Client,
  { id, seconds = WAIT_SECONDS_DEFAULT }: { readonly id: string; readonly seconds: number | undefined },
): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (Date.now() < deadline) {
    const project = await client.getProject({ params: { id }, signal: context.signal });
    if (project.status === 'active') return;
    await delay(POLL_MS, undefined, { signal: context.signal });
  }
  throw new CommandFault('timeout', `Cannot wait longer: the project was not active within ${seconds} s`);
}
