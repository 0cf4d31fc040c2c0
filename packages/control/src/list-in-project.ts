/** The list of one kind of resource in a project, a page of it: the same for every noun. */
import type { PlatformFacts } from './control.ts';
import { pageOf, readPageRequest, type Page, type PageQuery } from './paging.ts';
import { requireProject, type ProjectRecord } from './projects/project-record.ts';
import { projectHref } from './projects/project-view.ts';
import type { ResourceKind, Store, StoredResource } from './store.ts';

export interface ListRequest<Item> {
  readonly kind: ResourceKind;
  readonly projectId: string;
  readonly query: PageQuery;
  /** Last part of the list's address, e.g. `config_maps`. */
  readonly path: string;
  /** Narrows the list, and appears in the addresses of its pages. */
  readonly filter?: { readonly name: string; readonly owner: string };
  readonly toItem: (row: StoredResource, project: ProjectRecord) => Item;
}

/** Throws Refusal when there is no such project. */
export async function listInProject<Item>(
  { store, facts }: { readonly store: Store; readonly facts: PlatformFacts },
  request: ListRequest<Item>,
): Promise<Page<Item>> {
  const { kind, filter, path, toItem } = request;
  const project = await requireProject(store, request.projectId);
  const { limit, after } = readPageRequest(request.query);
  const rows = await store.list({
    kind,
    projectId: project.id,
    limit: limit + 1,
    ...(filter && { owner: filter.owner }),
    ...(after !== undefined && { after: { projectId: project.id, name: after } }),
  });
  const narrowed = filter ? `?${filter.name}=${encodeURIComponent(filter.owner)}` : '';
  const href = `${projectHref(project.id, facts)}/${path}${narrowed}`;
  return pageOf(rows, { limit, href, keyOf: (row) => row.name, toItem: (row) => toItem(row, project) });
}
