/**
 * Tells the engine of projects, of where they may connect to, and the files of their volumes. What is told is read in its turn, one after another for
 * each project: so what is told last is what was stored last, however many changes come at the same moment.
 */
import { EngineFault, type Engine, type ProjectWorkload } from '@slipway/engine';
import { readCertificates, type CertificateReadParts } from '../certificates/project-certificates.ts';
import type { WorkloadTokens } from '../access/workload-tokens.ts';
import { readOutbound, type ProjectOutbound } from '../allowed-outbound-destinations/project-outbound.ts';
import type { PlatformFacts } from '../control.ts';
import { readVolumes, type VolumeParts } from '../volumes/project-volumes.ts';
import { projectWorkload } from './project-reconcile.ts';
import { findProject, type ProjectRecord } from './project-record.ts';

type DeclaredParts = VolumeParts &
  CertificateReadParts & { readonly facts: PlatformFacts; readonly workloadTokens: WorkloadTokens };

export class ProjectDeclarer {
  readonly #parts: DeclaredParts & { readonly engine: Engine };
  readonly #turns = new Map<string, Promise<void>>();
  /** Names of the volumes that this process told last. */
  readonly #told = new Map<string, ReadonlySet<string>>();
  /** Certificates that the engine does not serve, by project. */
  readonly #refused = new Map<string, ReadonlySet<string>>();
  /** Ranges of the destinations that it told last. */
  readonly #toldDestinations = new Map<string, ReadonlySet<string>>();

  constructor(parts: DeclaredParts & { readonly engine: Engine }) {
    this.#parts = parts;
  }

  /** Nothing for a project that is gone or leaves. */
  async declare(projectId: string): Promise<void> {
    const before = this.#turns.get(projectId);
    const turn = (before ?? Promise.resolve()).then(
      () => this.#tell(projectId),
      () => this.#tell(projectId),
    );
    this.#turns.set(projectId, turn);
    try {
      await turn;
    } finally {
      if (this.#turns.get(projectId) === turn) this.#turns.delete(projectId);
    }
  }

  /** Before an app is told that mounts these volumes. */
  async ensure(projectId: string, volumeNames: readonly string[]): Promise<void> {
    const told = this.#told.get(projectId);
    if (told && volumeNames.every((name) => told.has(name))) return;
    await this.declare(projectId);
  }

  /** The engine did not take this certificate when it was told last. */
  isRefused(projectId: string, certificateName: string): boolean {
    return this.#refused.get(projectId)?.has(certificateName) ?? false;
  }

  /** The engine keeps to it. */
  isDestinationTold(projectId: string, cidr: string): boolean {
    return this.#toldDestinations.get(projectId)?.has(cidr) ?? false;
  }

  /** The next `ensure` tells the engine again: all, or one project. */
  forget(projectId?: string): void {
    if (projectId === undefined) this.#told.clear();
    else this.#told.delete(projectId);
  }

  async #tell(projectId: string): Promise<void> {
    const project = await findProject(this.#parts.store, projectId);
    if (!project || project.spec.deletedAt !== undefined) return;
    const outbound = await readOutbound(this.#parts, project);
    const workload = await readProjectWorkload(this.#parts, project, outbound);
    this.#refused.delete(projectId);
    try {
      await this.#parts.engine.applyProject(workload);
    } catch (error) {
      // The fault of one certificate, which its domain mapping tells; the project has everything else.
      if (!(error instanceof EngineFault) || error.code !== 'certificate_refused') throw error;
      this.#refused.set(projectId, new Set(error.subjects));
    }
    this.#toldDestinations.set(projectId, new Set(outbound.destinations));
    this.#told.set(projectId, new Set(workload.volumes?.map(({ volumeName }) => volumeName)));
  }
}

/** The project with its certificates and the files that its running apps mount, their tokens among them. */
export async function readProjectWorkload(
  parts: DeclaredParts,
  project: ProjectRecord,
  outbound?: ProjectOutbound,
): Promise<ProjectWorkload> {
  const { rules } = outbound ?? (await readOutbound(parts, project));
  const { workloads: certificates } = await readCertificates(parts, project.id);
  return { ...projectWorkload(project), outbound: rules, volumes: await readVolumes(parts, project), certificates };
}
