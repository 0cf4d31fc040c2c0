/**
 * The tokens of what runs, as the engine's volumes: each running revision has its own, so that an instance finds the
 * token of its own app and no other. A token is asked for once and kept in memory until it is due to be replaced; the
 * project is declared every minute, and the declaration that finds one due brings a fresh one. After a restart all are
 * fresh: what a process forgets it asks for anew.
 */
import type { VolumeMountWorkload, VolumeWorkload } from '@slipway/engine';
import type { AppSettings } from '../apps/app-settings.ts';
import type { Clock } from '../control.ts';
import type { ProjectRecord } from '../projects/project-record.ts';
import type { RevisionRecord } from '../revisions/revision-record.ts';
import { tokenFilesFor, type ServiceToken, type ServiceTokenIssuer, type TokenFile } from './service-tokens.ts';

type Accounts = Pick<AppSettings, 'run_compute_resource_token_enabled' | 'run_service_account'>;

type RevisionName = Pick<RevisionRecord, 'id' | 'name'>;

/** Where the instances of a revision find their tokens. Pure. */
export function tokenMountsFor(
  revision: RevisionName & { readonly spec: { readonly settings: Accounts } },
): readonly VolumeMountWorkload[] {
  return tokenFilesFor(revision.spec.settings).map(({ path, what }) => ({
    volumeName: volumeNameFor(what, revision),
    path: path.slice(0, path.lastIndexOf('/')),
  }));
}

/** With the id: an app of the same name later has revisions of the same names, and other rights. */
function volumeNameFor(what: TokenFile['what'], { name, id }: RevisionName): string {
  return `${what} of revision "${name}" (${id})`;
}

export class WorkloadTokens {
  readonly #issuer: ServiceTokenIssuer;
  readonly #clock: Clock;
  /** Project → volume → what lies in it. */
  readonly #kept = new Map<string, ReadonlyMap<string, ServiceToken>>();

  constructor(issuer: ServiceTokenIssuer, clock: Clock) {
    this.#issuer = issuer;
    this.#clock = clock;
  }

  /** For all that runs in the project; whatever is not among them is forgotten. */
  async volumesFor(project: ProjectRecord, running: readonly RevisionRecord[]): Promise<readonly VolumeWorkload[]> {
    const { id: projectId } = project;
    const before = this.#kept.get(projectId);
    const after = new Map<string, ServiceToken>();
    const volumes: VolumeWorkload[] = [];
    for (const revision of running) {
      for (const { what, audience, role } of tokenFilesFor(revision.spec.settings)) {
        const volumeName = volumeNameFor(what, revision);
        const request = { projectId, subject: `app/${revision.owner}`, role, audience };
        const kept = before?.get(volumeName);
        const made = kept && !this.#isDue(kept) ? kept : await this.#issuer.mintServiceToken(request);
        after.set(volumeName, made);

        // Of Kubernetes' three files two make sense: the API is plain HTTP here, so there is no authority to trust.
        const beside = what === 'token' ? { namespace: project.spec.subdomain } : {};
        volumes.push({ volumeName, files: { token: made.token, ...beside }, isPrivate: true });
      }
    }
    if (after.size > 0) this.#kept.set(projectId, after);
    else this.#kept.delete(projectId);
    return volumes;
  }

  #isDue({ renewAt }: ServiceToken): boolean {
    return Date.parse(renewAt) <= this.#clock.now().getTime();
  }
}
