/** Project: the unit of tenancy. Source: API v2 models Project, ProjectStatusDetails, ProjectEgressIPAddresses. */
import { Type, type Static } from '../json-schema.ts';
import { PROJECT_LIMITS } from '../limits.ts';
import { CertificateFailure } from './certificate-failure.ts';
import { listOf, Timestamp, words } from './schema.ts';

export const PROJECT_STATUSES = [
  'active',
  'inactive',
  'pending_removal',
  'hard_deleting',
  'hard_deletion_failed',
  'hard_deleted',
  'deleting',
  'deletion_failed',
  'soft_deleted',
  'preparing',
  'creating',
  'creation_failed',
] as const;

export const Project = Type.Object({
  id: Type.Optional(Type.String()),
  name: Type.String(),
  account_id: Type.Optional(Type.String()),
  created_at: Type.Optional(Timestamp),
  crn: Type.Optional(Type.String()),
  href: Type.Optional(Type.String()),
  region: Type.Optional(Type.String()),
  resource_group_id: Type.String(),
  resource_type: Type.Optional(words(['project_v2'])),
  status: Type.Optional(words(PROJECT_STATUSES)),
});
export type Project = Static<typeof Project>;
export const ProjectList = listOf('projects', Project);
export type ProjectList = Static<typeof ProjectList>;

const Tags = Type.Array(Type.String({ minLength: 1, maxLength: PROJECT_LIMITS.tagLengthMax }), {
  maxItems: PROJECT_LIMITS.tagsMax,
});

export const ProjectPrototype = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 128 }),
    resource_group_id: Type.Optional(Type.String({ maxLength: 128 })),
    tags: Type.Optional(Tags),
  },
  { additionalProperties: false },
);
export type ProjectPrototype = Static<typeof ProjectPrototype>;

export const ProjectPatch = Type.Object(
  { name: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })) },
  { additionalProperties: false },
);
export type ProjectPatch = Static<typeof ProjectPatch>;

/** Ours: the public platform keeps tags in a service of their own. */
export const ProjectTags = Type.Object({ tags: Tags }, { additionalProperties: false });
export type ProjectTags = Static<typeof ProjectTags>;

/** Ours, after the public resource controller: a deleted project that can be restored. */
export const Reclamation = Type.Object({
  id: Type.String({ description: 'The id of the project' }),
  project_name: Type.String(),
  deleted_at: Timestamp,
  target_time: Type.String({ description: 'When the project is deleted for good, ISO 8601, UTC' }),
  status: words(PROJECT_STATUSES),
  href: Type.String(),
  resource_type: words(['reclamation_v2']),
});
export type Reclamation = Static<typeof Reclamation>;
export const ReclamationList = listOf('reclamations', Reclamation);
export type ReclamationList = Static<typeof ReclamationList>;

const FeatureStatus = words(['unknown', 'ready']);

export const ProjectStatusDetails = Type.Object({
  cbr: Type.Object({
    data_plane: Type.Object({
      enforcement: words(['applied', 'out_of_sync', 'none', 'unknown']),
      inbound_private: words(['blocked', 'partially_restricted', 'allowed', 'unknown']),
      inbound_public: words(['blocked', 'allowed', 'unknown']),
      last_synced_at: Type.Optional(Timestamp),
    }),
  }),
  domain: FeatureStatus,
  project: words(['enabled', 'disabled']),
  vpe: words(['ready', 'unknown']),
  vpe_not_enabled: Type.Optional(Type.Boolean()),
  /** Of the hosts of its apps. */
  certificate_failure: Type.Optional(CertificateFailure),
});
export type ProjectStatusDetails = Static<typeof ProjectStatusDetails>;

/** Where requests of the project's instances come from, as far as the platform knows. */
export const ProjectEgressIPAddresses = Type.Object({
  private: Type.Optional(Type.Array(Type.String())),
  public: Type.Optional(Type.Array(Type.String())),
});
export type ProjectEgressIPAddresses = Static<typeof ProjectEgressIPAddresses>;
