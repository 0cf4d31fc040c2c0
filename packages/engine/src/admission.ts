/**
 * Who may start next on a platform that promises nothing twice. Pure, so that every engine decides alike.
 *
 * The rule: sizes are added up as they are configured; their sum never passes the platform's capacity nor the project's
 * quota. What does not fit waits. First come those within the declared minimum of their project and its equal share of
 * the platform; while one of them waits for the platform, nothing else takes the room it waits for. Then comes the
 * project that holds least, by the resource it holds most of, and among equals the one that waits longest.
 */

/** Configured sizes, added up. */
export interface Resources {
  readonly instances: number;
  readonly cpuMillis: number;
  readonly memoryBytes: number;
  readonly ephemeralStorageBytes: number;
}
export type ResourceName = keyof Resources;

/** What the platform has to give. */
export type Capacity = Pick<Resources, 'cpuMillis' | 'memoryBytes'>;

export interface ProjectAccount {
  /** Absent: bounded by the platform alone. */
  readonly quota?: Resources;
  readonly used: Resources;
  /** What its apps are to have at least. */
  readonly declared: Resources;
}

export interface AdmissionState {
  readonly capacity: Capacity;
  readonly projects: ReadonlyMap<string, ProjectAccount>;
}

export interface AdmissionRequest {
  readonly projectId: string;
  readonly size: Resources;
}

/** Why a request waits. */
export interface AdmissionBound {
  readonly scope: 'platform' | 'project';
  readonly resource: ResourceName;
  /** Of the project's quota, or of the platform's capacity. */
  readonly limit: number;
  readonly needed: number;
  /** More than the limit by itself: it waits in vain until the limit is raised. */
  readonly isHopeless: boolean;
}

export const NO_RESOURCES: Resources = { instances: 0, cpuMillis: 0, memoryBytes: 0, ephemeralStorageBytes: 0 };
const NO_ACCOUNT: ProjectAccount = { used: NO_RESOURCES, declared: NO_RESOURCES };
const PROJECT_RESOURCES = ['instances', 'cpuMillis', 'memoryBytes', 'ephemeralStorageBytes'] as const;
const PLATFORM_RESOURCES = ['cpuMillis', 'memoryBytes'] as const;

export function addResources(one: Resources, other: Resources): Resources {
  return combine(one, other, (a, b) => a + b);
}

export function multiplyResources(one: Resources, factor: number): Resources {
  return combine(one, NO_RESOURCES, (a) => a * factor);
}

function combine(one: Resources, other: Resources, operation: (a: number, b: number) => number): Resources {
  return {
    instances: operation(one.instances, other.instances),
    cpuMillis: operation(one.cpuMillis, other.cpuMillis),
    memoryBytes: operation(one.memoryBytes, other.memoryBytes),
    ephemeralStorageBytes: operation(one.ephemeralStorageBytes, other.ephemeralStorageBytes),
  };
}

/** Position in the line (oldest first) of the request that may start now; undefined when all of them wait. */
export function decideNextAdmission(line: readonly AdmissionRequest[], state: AdmissionState): number | undefined {
  const used = usedOfPlatform(state);
  const open = [...line.entries()].filter(([, request]) => projectBound(request, state) === undefined);
  const guaranteed = open.filter(([, request]) => isGuaranteed(request, state));
  const candidates = (guaranteed.length > 0 ? guaranteed : open).map(([at, request]) => ({
    at,
    request,
    share: dominantShare(request.projectId, state),
  }));
  const next = candidates
    .toSorted((a, b) => a.share - b.share || a.at - b.at)
    .find(({ request }) => platformBound(request, state.capacity, used) === undefined);
  return next?.at;
}

/** What a request waits for; undefined when only others come first. */
export function admissionBound(request: AdmissionRequest, state: AdmissionState): AdmissionBound | undefined {
  return projectBound(request, state) ?? platformBound(request, state.capacity, usedOfPlatform(state));
}

function projectBound({ projectId, size }: AdmissionRequest, { projects }: AdmissionState): AdmissionBound | undefined {
  const { quota, used } = projects.get(projectId) ?? NO_ACCOUNT;
  return quota && boundOf(PROJECT_RESOURCES, { scope: 'project', limits: quota, used, size });
}

function platformBound({ size }: AdmissionRequest, capacity: Capacity, used: Resources): AdmissionBound | undefined {
  return boundOf(PLATFORM_RESOURCES, { scope: 'platform', limits: capacity, used, size });
}

/** A hopeless one is named before one that others stand in the way of. */
function boundOf<Name extends ResourceName>(
  names: readonly Name[],
  about: {
    readonly scope: AdmissionBound['scope'];
    readonly limits: Readonly<Record<Name, number>>;
    readonly used: Resources;
    readonly size: Resources;
  },
): AdmissionBound | undefined {
  const { limits, scope, size, used } = about;
  const full = names.filter((name) => used[name] + size[name] > limits[name]);
  const resource = full.find((name) => size[name] > limits[name]) ?? full[0];
  if (resource === undefined) return undefined;
  const [limit, needed] = [limits[resource], size[resource]];
  return { scope, resource, limit, needed, isHopeless: needed > limit };
}

function usedOfPlatform({ projects }: AdmissionState): Resources {
  return [...projects.values()].reduce((sum, { used }) => addResources(sum, used), NO_RESOURCES);
}

/**
 * Within what its project declared as the least, and within an equal share of the platform: who declares more than that
 * does not hold up the others. With it the project would have: capacity 8, four projects: up to 2 each.
 */
function isGuaranteed({ projectId, size }: AdmissionRequest, state: AdmissionState): boolean {
  const { declared, used } = state.projects.get(projectId) ?? NO_ACCOUNT;
  const after = addResources(used, size);
  const claimants = [...state.projects.values()].filter((account) => account.declared.instances > 0).length;
  const isDeclared = PROJECT_RESOURCES.every((name) => after[name] <= declared[name]);
  return isDeclared && PLATFORM_RESOURCES.every((name) => after[name] <= state.capacity[name] / claimants);
}

/** The largest part of any resource of the platform that a project holds. */
function dominantShare(projectId: string, { capacity, projects }: AdmissionState): number {
  const { used } = projects.get(projectId) ?? NO_ACCOUNT;
  return Math.max(...PLATFORM_RESOURCES.map((name) => (used[name] === 0 ? 0 : used[name] / capacity[name])));
}
