/**
 * Logs in to a platform: proves the credential there, and only then keeps it. What is kept is a context with its
 * credential; it is the one that later commands use.
 */
import { createClient, signInByDevice, type Client, type SignInPrompt } from '@slipway/client';
import type { CallerIdentity } from '@slipway/spec';
import type { ChosenProject, CommandContext } from '../command-context.ts';
import { listAll } from '../list-all.ts';
import { readText } from '../read-data.ts';
import { CommandFault } from '../usage-fault.ts';
import { changeSettings, type StoredContext } from './cli-settings.ts';
import { expiryOf } from './context-session.ts';
import { keepCredential, type Credential } from './credentials.ts';
import { findPlace, isReadableOnTheWay } from './login-place.ts';
import { readApiKey } from './read-api-key.ts';
import { askTokens, unreachable } from './token-service.ts';
import { certificatesIn, trustCertificates } from './trust-certificates.ts';

export interface LoginChoice {
  readonly url?: string | undefined;
  readonly caFile?: string | undefined;
  /** The key, `@FILE`, or `-` for standard input. */
  readonly apiKey?: string | undefined;
  readonly sso: boolean;
  readonly keepsKey: boolean;
  readonly resourceGroup?: string | undefined;
}

export interface LoggedIn {
  readonly name: string;
  readonly context: StoredContext;
  readonly caller: CallerIdentity;
  readonly project: ChosenProject | undefined;
}

export async function logIn(context: CommandContext, choice: LoginChoice): Promise<LoggedIn> {
  const { env, signal } = context;
  const settings = await context.settings();
  const { name, url } = await findPlace(context, settings, choice.url);
  const stored = settings.contexts[name];
  const before = stored?.url === url ? stored : undefined;
  const ca = choice.caFile === undefined ? before?.ca : await readCertificates(context.cwd, choice.caFile);
  if (ca !== undefined) trustCertificates(certificatesIn(ca, choice.caFile ?? name));
  if (isReadableOnTheWay(url))
    context.say(`Warning: ${url} is not encrypted: whoever is on the way can read the credential and all that is sent`);
  const credential = choice.sso ? await signIn(context, url) : await proveKey(context, url, choice);
  const client = createClient({ baseUrl: url, token: credential.access.token });
  const caller = await client.getCaller({ signal }).catch((error: unknown) => {
    const isLost = error instanceof Error && error.name === 'ApiUnreachable';
    throw isLost ? unreachable(url, error.cause) : error;
  });
  const project = await chooseProject(client, before?.project, signal);
  const resourceGroup = choice.resourceGroup ?? before?.resourceGroup;
  const after: StoredContext = {
    url,
    ...(ca !== undefined && { ca }),
    ...(project && { project: project.id }),
    ...(resourceGroup !== undefined && { resourceGroup }),
  };
  await keepCredential(env, name, credential);
  await changeSettings(env, (now) => ({ ...now, contexts: { ...now.contexts, [name]: after }, current: name }));
  return { name, context: after, caller, project };
}

type Proved = Credential & Required<Pick<Credential, 'access'>>;

async function proveKey(context: CommandContext, url: string, choice: LoginChoice): Promise<Proved> {
  const apiKey = await readApiKey(context, choice.apiKey);
  const issued = await askTokens({ url, field: 'apikey', secret: apiKey, signal: context.signal });
  if (!issued) {
    throw new CommandFault('auth', `Cannot log in to ${url}: the API key is not known there, or was revoked`, [
      'On the machine of the platform, make one (slipway apikey create NAME --owner USER)',
    ]);
  }
  return choice.keepsKey ? { kind: 'api_key', apiKey, access: issued.access } : { kind: 'session', ...issued };
}

async function signIn({ signal, terminal }: CommandContext, baseUrl: string): Promise<Proved> {
  const onPrompt = (prompt: SignInPrompt) => terminal.writeError(`${promptText(prompt)}\n`);
  try {
    const token = await signInByDevice({ baseUrl, signal, onPrompt });
    const expiresAtS = expiryOf(token);
    return { kind: 'sign_in', access: { token, ...(expiresAtS !== undefined && { expiresAtS }) } };
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'SignInFailure') throw error;
    throw new CommandFault('auth', error.message, [], { cause: error });
  }
}

function promptText({ address, code, completeAddress }: SignInPrompt): string {
  const where = `Open ${address} in a browser and enter the code ${code}`;
  return completeAddress === undefined ? where : `${where}\nOr open ${completeAddress}`;
}

/** The one of before while it is visible; else the only one there is, because then there is no choice. */
async function chooseProject(
  client: Client,
  before: string | undefined,
  signal: AbortSignal,
): Promise<ChosenProject | undefined> {
  const projects = await listAll(
    (query) => client.listProjects({ query, signal }),
    (page) => page.projects,
  );
  const chosen = projects.find(({ id }) => id === before) ?? (projects.length === 1 ? projects[0] : undefined);
  return chosen?.id === undefined ? undefined : { id: chosen.id, name: chosen.name };
}

async function readCertificates(cwd: string, path: string): Promise<string> {
  return certificatesIn(await readText(cwd, path), path).join('\n');
}
