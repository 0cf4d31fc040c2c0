/** What an operation is, and the parts that many share. The tables are in `operations/`, one file for each noun. */
import { Type, type JsonSchema } from './json-schema.ts';
import { LIST_LIMITS } from './limits.ts';

export const METHODS = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'] as const;
export type Method = (typeof METHODS)[number];

/**
 * `json`: one document. `ndjson`: a stream of `returns`, one per line, endless with `follow`. `events`: an endless
 * stream of `returns` as server-sent events. `text`: as it is.
 */
export const ANSWER_KINDS = ['json', 'ndjson', 'events', 'text'] as const;
export type AnswerKind = (typeof ANSWER_KINDS)[number];

/**
 * What a caller must be allowed to. `signed_in`: any credential, the answer holds what the caller may see. In the project of
 * the path: `view_project` (Reader, or Viewer of the platform: the project itself, not what is in it), `view` (Reader),
 * `change` (Writer), `manage` (Manager). On the platform: `platform_view` (Viewer), `platform_operate` (Operator),
 * `platform_edit` (Editor), `platform_administer` (Administrator).
 */
export const ACCESS_LEVELS = [
  'signed_in',
  'view_project',
  'view',
  'change',
  'manage',
  'platform_view',
  'platform_operate',
  'platform_edit',
  'platform_administer',
] as const;
export type AccessLevel = (typeof ACCESS_LEVELS)[number];

export interface Operation {
  readonly method: Method;
  readonly path: string;
  readonly access: AccessLevel;
  readonly summary: string;
  readonly query?: JsonSchema;
  /** JSON body; absent for none. `binary` operations take an octet stream instead. */
  readonly body?: JsonSchema;
  readonly bodyKind?: 'json' | 'merge-patch' | 'binary';
  readonly returns: JsonSchema;
  readonly answer?: AnswerKind;
  readonly status: number;
  /** Needs If-Match: an entity tag or `*`. */
  readonly ifMatch?: boolean;
}

export const PageQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIST_LIMITS.pageMax, default: LIST_LIMITS.pageDefault })),
  start: Type.Optional(Type.String({ maxLength: 512 })),
};
export const Page = Type.Object(PageQuery);

/** Ours: the public API does not ask whether a secret or a config map that is named is there; its command line does. */
export const ReferenceQuery = Type.Object({
  force: Type.Optional(
    Type.Boolean({
      description:
        'false: refuse references to secrets and config maps that do not exist. Left out: they may come later. true: also accept secrets of a format that does not fit',
    }),
  ),
});

/** Where everything of a project lives. */
export const P = '/projects/{project_id}';
