/** Uploaded folders: content-addressed, so what is there already need not be sent again. */
import { SOURCE_LIMITS, type Source } from '@slipway/spec';
import type { OperationHandlers, PlatformFacts } from '../control.ts';
import type { ControlContext } from '../control-context.ts';
import { requireOpenProject, requireProject } from '../projects/project-record.ts';
import { projectHref } from '../projects/project-view.ts';
import { notFound } from '../refuse.ts';
import type { StoredSource } from '../source-store.ts';

const SOURCE_URL_PREFIX = 'source://';
const SHA256_PATTERN = /^[0-9a-f]{64}$/;

export function sourceOperations(context: ControlContext): Pick<OperationHandlers, 'createSource' | 'getSource'> {
  const { facts, sources, store } = context;
  return {
    createSource: async ({ params, query, body, signal }) => {
      const project = await requireOpenProject(store, params.project_id);
      const stored = await sources.put(project.id, query.sha256, body, { bytesMax: SOURCE_LIMITS.bytesMax, signal });
      return viewSource(stored, project.id, facts);
    },
    getSource: async ({ params }) => {
      const project = await requireProject(store, params.project_id);
      const stored = await sources.get(project.id, params.id);
      if (!stored) throw notFound('source', params.id);
      return viewSource(stored, project.id, facts);
    },
  };
}

/** The SHA-256 in `source://<sha256>`; undefined for any other address. */
export function sourceIdFrom(sourceUrl: string): string | undefined {
  if (!sourceUrl.startsWith(SOURCE_URL_PREFIX)) return undefined;
  const id = sourceUrl.slice(SOURCE_URL_PREFIX.length);
  return SHA256_PATTERN.test(id) ? id : undefined;
}

function viewSource(stored: StoredSource, projectId: string, facts: PlatformFacts): Source {
  return {
    id: stored.sha256,
    project_id: projectId,
    href: `${projectHref(projectId, facts)}/sources/${stored.sha256}`,
    created_at: stored.createdAt,
    size_bytes: stored.sizeBytes,
    source_url: `${SOURCE_URL_PREFIX}${stored.sha256}`,
    resource_type: 'source_v2',
  };
}
