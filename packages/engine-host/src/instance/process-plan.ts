/**
 * What exactly an instance executes: argv, environment and user from the image's configuration and the revision. Pure.
 * Semantics are those of Kubernetes, which Code Engine has: `command` replaces ENTRYPOINT and then CMD is not used,
 * `arguments` replaces CMD.
 */
import type { RevisionWorkload } from '@slipway/engine';
import type { ImageConfig } from '@slipway/images';

export interface ImageUser {
  readonly uid: number;
  readonly gid: number;
  readonly additionalGids: readonly number[];
  readonly home: string;
}

const PATH_DEFAULT = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export function argvFor(
  image: Pick<ImageConfig, 'entrypoint' | 'command'>,
  revision: Pick<RevisionWorkload, 'command' | 'arguments'>,
): readonly string[] {
  const entrypoint = revision.command.length > 0 ? revision.command : image.entrypoint;
  const imageCommand = revision.command.length > 0 ? [] : image.command;
  return [...entrypoint, ...(revision.arguments.length > 0 ? revision.arguments : imageCommand)];
}

/** The revision wins over the image; we add only what neither says. */
export function environmentFor(
  image: Pick<ImageConfig, 'environment'>,
  revision: Pick<RevisionWorkload, 'environment' | 'port'>,
  instance: { readonly hostname: string; readonly home: string },
): Readonly<Record<string, string>> {
  return {
    PATH: PATH_DEFAULT,
    HOSTNAME: instance.hostname,
    HOME: instance.home,
    PORT: String(revision.port),
    ...image.environment,
    ...revision.environment,
  };
}

/** A host name is a DNS label of at most 63 characters; the end of an instance's name is what tells it apart. */
export function hostnameFor(instanceName: string): string {
  return instanceName.slice(-63).replace(/^-+/, '');
}

interface PasswdEntry {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

function parsePasswd(text: string): readonly PasswdEntry[] {
  return text.split('\n').flatMap((line) => {
    const [name, , uid, gid, , home] = line.split(':');
    if (name === undefined || !isId(uid) || !isId(gid)) return [];
    return [{ name, uid: Number(uid), gid: Number(gid), home: home ?? '/' }];
  });
}

function parseGroups(text: string): readonly { name: string; gid: number; members: readonly string[] }[] {
  return text.split('\n').flatMap((line) => {
    const [name, , gid, members] = line.split(':');
    if (name === undefined || !isId(gid)) return [];
    return [{ name, gid: Number(gid), members: (members ?? '').split(',').filter(Boolean) }];
  });
}

function isId(text: string | undefined): boolean {
  return text !== undefined && /^\d{1,9}$/.test(text);
}

/** Thrown for a USER the image itself does not know. */
export class UnknownUser extends Error {
  override readonly name = 'UnknownUser';
}

/**
 * `user[:group]` of the image's USER, names or numbers, by the image's own passwd and group files. A number that passwd
 * does not know is used as it is, with group 0, as Docker does. `overrideUid` replaces the user.
 */
export function resolveImageUser(
  user: string,
  files: { readonly passwd: string; readonly group: string },
  overrideUid?: number,
): ImageUser {
  const [userPart = '', groupPart = ''] = overrideUid === undefined ? user.split(':') : [String(overrideUid)];
  const passwd = parsePasswd(files.passwd);
  const groups = parseGroups(files.group);
  const wanted = userPart === '' ? '0' : userPart;
  const entry = isId(wanted)
    ? passwd.find((candidate) => candidate.uid === Number(wanted))
    : passwd.find((candidate) => candidate.name === wanted);
  if (!entry && !isId(wanted)) throw new UnknownUser(`the image's /etc/passwd has no user "${wanted}"`);
  const uid = entry?.uid ?? Number(wanted);
  const home = entry?.home === undefined || entry.home === '' ? '/' : entry.home;
  if (groupPart !== '') {
    const group = groups.find((candidate) => candidate.name === groupPart);
    if (!group && !isId(groupPart)) throw new UnknownUser(`the image's /etc/group has no group "${groupPart}"`);
    return { uid, gid: group?.gid ?? Number(groupPart), additionalGids: [], home };
  }
  const gid = entry?.gid ?? 0;
  const additionalGids = entry
    ? groups.filter((group) => group.gid !== gid && group.members.includes(entry.name)).map((group) => group.gid)
    : [];
  return { uid, gid, additionalGids, home };
}
