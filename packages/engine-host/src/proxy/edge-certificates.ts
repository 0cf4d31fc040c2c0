/**
 * Which certificates HAProxy serves, for which names, told at run time: a handshake meets the old or the new one, and
 * connections that are open keep theirs. The wanted state is kept here, because HAProxy forgets it with its process.
 *
 * A certificate is filed under a name made of its content. So what an adopted HAProxy has is known by name alone, and a
 * new one is served before the old one is taken away.
 */
import { createHash } from 'node:crypto';
import { EngineFault, type CertificateWorkload } from '@slipway/engine';
import type { HostLog } from '../host-log.ts';
import type { ProxyPaths } from './haproxy-config.ts';
import { HaproxyFault, type HaproxyCommand, type HaproxyControl } from './haproxy-control.ts';
import { parseCertificateNames } from './haproxy-output.ts';
import type { HaproxyStart } from './haproxy-process.ts';

interface FiledCertificate {
  readonly file: string;
  readonly hosts: readonly string[];
  readonly pem: string;
}

export interface CertificateParts {
  readonly paths: ProxyPaths;
  readonly control: HaproxyControl;
  readonly log: HostLog;
  /** Runs commands; HAProxy that is away is no failure. */
  readonly tell: (commands: readonly HaproxyCommand[]) => Promise<void>;
}

export class EdgeCertificates {
  readonly #parts: CertificateParts;
  /** By owner: a project. */
  readonly #wanted = new Map<string, readonly FiledCertificate[]>();
  /** Files that HAProxy has, as far as we told or read. */
  readonly #served = new Set<string>();
  #isStarted = false;
  /** One change at a time: HAProxy has one transaction for all. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: CertificateParts) {
    this.#parts = parts;
  }

  /** Replaces what the owner has. Throws EngineFault for one that HAProxy does not take; the others are served. */
  async set(owner: string, certificates: readonly CertificateWorkload[]): Promise<void> {
    await this.#inTurn(async () => {
      const before = this.#wanted.get(owner) ?? [];
      const refused: string[] = [];
      const kept: FiledCertificate[] = [];
      for (const certificate of certificates) {
        const filed = fileCertificate(certificate, this.#parts.paths);
        const isTaken = !this.#isStarted || (await this.#add(filed));
        if (isTaken) kept.push(filed);
        else refused.push(certificate.certificateName);
      }
      // An owner whose new certificate is refused goes on with the old one.
      const orphans = before.filter((old) => refused.some((name) => isVersionOf(old, name, this.#parts.paths)));
      this.#wanted.set(owner, [...kept, ...orphans]);
      if (kept.length + orphans.length === 0) this.#wanted.delete(owner);
      await this.#removeUnwanted(before.map(({ file }) => file));
      if (refused.length === 0) return;
      const message = `The proxy does not take ${refused.length} certificates`;
      throw new EngineFault('certificate_refused', message, { subjects: refused });
    });
  }

  /** HAProxy runs from here on: what it lacks is told, what nobody claims is removed. */
  start(how: HaproxyStart): Promise<void> {
    return this.#inTurn(async () => {
      this.#isStarted = true;
      if (how === 'adopted') await this.#adopt();
      await this.#addWanted();
      await this.#removeUnwanted([...this.#served]);
    });
  }

  /** After HAProxy's process was replaced. */
  sayAgain(): Promise<void> {
    return this.#inTurn(async () => {
      this.#served.clear();
      await this.#addWanted();
    });
  }

  async #adopt(): Promise<void> {
    const { control, paths } = this.#parts;
    const found = parseCertificateNames(await control.ask('show ssl cert'));
    const own = found.filter(({ name }) => name.startsWith(certificateFolder(paths)));
    for (const { name, isChanging } of own) if (!isChanging) this.#served.add(name);
    // One that a killed daemon did not finish would stand in the way of every other.
    for (const { name, isChanging } of own) if (isChanging) await this.#remove(name);
  }

  async #addWanted(): Promise<void> {
    for (const certificate of [...this.#wanted.values()].flat()) {
      if (!(await this.#add(certificate)))
        this.#parts.log.error('HAProxy takes a certificate no more', { hosts: certificate.hosts });
    }
  }

  async #add(certificate: FiledCertificate): Promise<boolean> {
    const { file } = certificate;
    if (this.#served.has(file)) return true;
    try {
      await this.#parts.tell(renderAdd(certificate, this.#parts.paths));
      this.#served.add(file);
      return true;
    } catch (error) {
      if (!(error instanceof HaproxyFault)) throw error;
      await this.#remove(file);
      return false;
    }
  }

  async #removeUnwanted(files: readonly string[]): Promise<void> {
    const wanted = new Set([...this.#wanted.values()].flat().map(({ file }) => file));
    for (const file of files) if (!wanted.has(file)) await this.#remove(file);
  }

  /** Also one that is there by half. */
  async #remove(file: string): Promise<void> {
    const { control, paths } = this.#parts;
    this.#served.delete(file);
    try {
      await control.ask(`abort ssl cert ${file}`);
      await control.ask(`del ssl crt-list ${paths.certificateList} ${file}`);
      await control.ask(`del ssl cert ${file}`);
    } catch {
      // HAProxy is away, and has forgotten it when it is back.
    }
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }
}

/** No folder: HAProxy asks for names, and reads no file at run time. */
function certificateFolder({ dir }: ProxyPaths): string {
  return `${dir}/certificates/`;
}

export function fileCertificate(certificate: CertificateWorkload, paths: ProxyPaths): FiledCertificate {
  const { certificateName, hosts, chainPem, keyPem } = certificate;
  const pem = `${chainPem.trim()}\n${keyPem.trim()}\n`.replaceAll(/\r?\n(\s*\r?\n)+/g, '\n');
  const mark = createHash('sha256')
    .update(`${pem}${hosts.join(' ')}`)
    .digest('hex')
    .slice(0, 20);
  return { file: `${certificateFolder(paths)}${fileNameOf(certificateName)}.${mark}`, hosts, pem };
}

function isVersionOf({ file }: FiledCertificate, certificateName: string, paths: ProxyPaths): boolean {
  return file.startsWith(`${certificateFolder(paths)}${fileNameOf(certificateName)}.`);
}

/** HAProxy's words end at blanks; names of two projects must not meet. */
function fileNameOf(certificateName: string): string {
  return createHash('sha256').update(certificateName).digest('hex').slice(0, 20);
}

export function renderAdd({ file, hosts, pem }: FiledCertificate, { certificateList }: ProxyPaths): HaproxyCommand[] {
  const stray = hosts.find((host) => !/^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(host));
  if (stray !== undefined || hosts.length === 0) throw new TypeError(`Cannot serve a certificate for "${stray ?? ''}"`);
  return [
    `new ssl cert ${file}`,
    { command: `set ssl cert ${file}`, payload: pem },
    `commit ssl cert ${file}`,
    { command: `add ssl crt-list ${certificateList}`, payload: `${file} ${hosts.join(' ')}` },
  ];
}
