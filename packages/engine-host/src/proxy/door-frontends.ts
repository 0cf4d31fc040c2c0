/**
 * The ways into apps beside the public edge, as HAProxy frontends. The project door takes what instances send to their
 * gateway: which gateway that was (`dst`, before the firewall led it here) is known by the kernel alone, and it begins the
 * key that is looked up, so a request can name no app of another project, whatever its Host header says. The private entry is a listener of the operator's
 * choice. Both lead through one map of their own; the edge's stays as it is.
 */
import { CALLER_HEADER } from './caller-header.ts';
import type { Endpoint } from './haproxy-config.ts';
import { renderMeshRoutes, renderMeshRules, type MeshMaps } from './mesh-rules.ts';
import type { ObserveRules } from './observe-rules.ts';
import { ASKED_HOST } from './route-rules.ts';

export interface DoorFrontends {
  readonly projectDoor: Endpoint;
  /** Absent: private apps are reached by their own project alone. */
  readonly privateEntry?: Endpoint | undefined;
  /** Rules that lead a request by `txn.door` and `txn.host`. */
  readonly route: string;
  /** What the edge does with each request before it is routed. */
  readonly requestRules: string;
  /** What the activator is told of a request. */
  readonly uniqueIds: { readonly project: string; readonly private: string };
  /** Which app calls from which address. */
  readonly callersMap: string;
  readonly mesh: MeshMaps;
  /** Client connections at once, over all frontends. */
  readonly connectionsMax: number;
  readonly tells: ObserveRules['tells'];
}

/** Begins the keys of the private entry; those of a project door begin with the gateway's address. */
export const PRIVATE_DOOR = 'private';

/** Instances together leave the edge half of all connections; one project leaves the others half of that. */
const PROJECTS_SHARE = 2;
const PROJECT_SHARE = 4;
const TRACKED_PROJECTS_MAX = 4_096;

export function renderDoorFrontends(doors: DoorFrontends): string {
  const { callersMap, connectionsMax, mesh, privateEntry, projectDoor, requestRules, route, tells, uniqueIds } = doors;
  const rest = (door: string, uniqueId: string, own = '') => `    unique-id-format ${uniqueId}
${requestRules}
    http-request set-var(txn.door) ${door}
    http-request set-var(txn.host) ${ASKED_HOST}
${own}${route}
    default_backend activator
`;
  const project = `frontend project
    bind ${projectDoor.address}:${projectDoor.port}
    maxconn ${Math.floor(connectionsMax / PROJECTS_SHARE)}
    stick-table type ip size ${TRACKED_PROJECTS_MAX} store conn_cur
    tcp-request connection track-sc0 dst
    tcp-request connection reject if { sc0_conn_cur gt ${Math.floor(connectionsMax / PROJECT_SHARE)} }
${tells('project')}${rest('dst', uniqueIds.project, `${renderCaller(callersMap)}${renderMeshRules(mesh)}${renderMeshRoutes()}`)}`;
  if (!privateEntry) return project;
  return `${project}
frontend private
    bind ${privateEntry.address}:${privateEntry.port}
${tells('private')}${rest(`str(${PRIVATE_DOOR})`, uniqueIds.private)}`;
}

/** Looked up for each request: an address that changes hands is another caller on whatever connection. */
function renderCaller(callersMap: string): string {
  return `    http-request set-var(txn.caller) var(sess.src),map_str(${callersMap})
    http-request set-header ${CALLER_HEADER} %[var(txn.caller)] if { var(txn.caller) -m found }
`;
}
