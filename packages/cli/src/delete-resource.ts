/** Deleting, the same for every noun: have the name typed unless forced, delete, and take "not found" as asked. */
import { setTimeout as delay } from 'node:timers/promises';
import type { CommandContext } from './command-context.ts';
import { confirmByName } from './confirm.ts';
import { CommandFault } from './usage-fault.ts';

const POLL_MS = 200;

export interface DeleteRequest {
  readonly what: string;
  readonly force: boolean;
  readonly ignoreNotFound: boolean;
  readonly remove: () => Promise<unknown>;
  /** Resolves while the resource exists, fails with "not found" after; absent: it is not waited for. */
  readonly read?: (() => Promise<unknown>) | undefined;
  readonly waitSeconds?: number | undefined;
}

export async function deleteResource(context: CommandContext, request: DeleteRequest): Promise<void> {
  if (!request.force) await confirmByName(context, { action: 'delete', what: request.what });
  try {
    await request.remove();
  } catch (error) {
    if (!request.ignoreNotFound || !isNotFound(error)) throw error;
    context.say(`There is no ${request.what}`);
    return;
  }
  if (request.read) await waitGone(context, request, request.read);
  context.say(`Deleted ${request.what}`);
}

async function waitGone(context: CommandContext, request: DeleteRequest, read: () => Promise<unknown>): Promise<void> {
  const seconds = request.waitSeconds ?? 600;
  const deadline = Date.now() + seconds * 1000;
  while (Date.now() < deadline) {
    try {
      await read();
    } catch (error) {
      if (isNotFound(error)) return;
      throw error;
    }
    await delay(POLL_MS, undefined, { signal: context.signal });
  }
  throw new CommandFault('timeout', `Cannot wait longer: ${request.what} was not gone within ${seconds} s`);
}

export function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'status' in error && error.status === 404;
}
