/**
 * The only list of refusals. A refusal is the platform's answer to a caller: `code` is stable, the template is safe to
 * show, and the cause (for operators) travels beside it and is never sent. `server` turns a refusal into HTTP, `cli`
 * into text and an exit code; nothing else does.
 *
 * Templates follow one grammar: sentence case, names quoted, a colon before the state, the fix last.
 */

export const EXIT_CLASSES = [
  'usage',
  'not_found',
  'auth',
  'conflict',
  'build',
  'unhealthy',
  'timeout',
  'failure',
] as const;
export type ExitClass = (typeof EXIT_CLASSES)[number];

interface ErrorEntry {
  readonly status: number;
  readonly title: string;
  readonly template: string;
  readonly exit: ExitClass;
}

export const ERRORS = {
  invalid_field: {
    status: 400,
    title: 'A field is not valid',
    template: 'Cannot accept {field} = {value}: {rule}. {fix}',
    exit: 'usage',
  },
  invalid_body: {
    status: 400,
    title: 'The request body is not valid',
    template: 'Cannot read the request body: {reason}. Send a JSON object',
    exit: 'usage',
  },
  malformed_request: {
    status: 400,
    title: 'The request is not HTTP',
    template:
      'Cannot read the request: it is not valid HTTP. Send one framing of the body, and headers as RFC 9112 says',
    exit: 'usage',
  },
  https_required: {
    status: 426,
    title: 'The request came in the clear',
    template:
      'Cannot serve a request without TLS from another machine: it could be read on its way. Call the API over https',
    exit: 'usage',
  },
  headers_too_large: {
    status: 431,
    title: 'The request headers are too large',
    template: 'Cannot read the request: its headers are too large. Send 16 KiB of them at most',
    exit: 'usage',
  },
  request_timeout: {
    status: 408,
    title: 'The request came too slowly',
    template: 'Cannot wait any longer for the rest of the request. Send it again',
    exit: 'timeout',
  },
  body_too_large: {
    status: 413,
    title: 'The request body is too large',
    template: 'Cannot accept a body of more than {limit_bytes} bytes. {fix}',
    exit: 'usage',
  },
  unsupported_content_type: {
    status: 415,
    title: 'The content type is not supported',
    template: 'Cannot read a body of type "{content_type}": this operation takes {expected}',
    exit: 'usage',
  },
  unauthorized: {
    status: 401,
    title: 'No valid credential',
    template: 'Cannot tell who is calling: {reason}. {fix}',
    exit: 'auth',
  },
  forbidden: {
    status: 403,
    title: 'The role does not allow it',
    template: 'Cannot {action}: this takes role {needed}, yours is {role}. Ask {whom} for it',
    exit: 'auth',
  },
  too_many_failures: {
    status: 429,
    title: 'Too many wrong credentials',
    template: 'Cannot check another credential from {source}: too many were wrong. Repeat it in {seconds} seconds',
    exit: 'auth',
  },
  too_many_requests: {
    status: 429,
    title: 'Too many requests of one user',
    template:
      'Cannot serve so many requests of one user: {limit} in a second are allowed. Repeat it in {seconds} seconds',
    exit: 'failure',
  },
  resource_not_found: {
    status: 404,
    title: 'The resource does not exist',
    template: 'Cannot find {kind} "{name}"',
    exit: 'not_found',
  },
  operation_not_found: {
    status: 404,
    title: 'No such operation',
    template: 'Cannot find an operation for {method} {path}',
    exit: 'not_found',
  },
  method_not_allowed: {
    status: 405,
    title: 'The method is not allowed here',
    template: 'Cannot {method} {path}: allowed are {allowed}',
    exit: 'usage',
  },
  name_taken: {
    status: 409,
    title: 'The name is taken',
    template:
      'Cannot create {kind} "{name}": a {kind} with this name exists. Choose another name, or update the existing one',
    exit: 'conflict',
  },
  project_not_empty: {
    status: 409,
    title: 'The project is being deleted',
    template: 'Cannot change project "{name}": it is being deleted for good. Create a new one',
    exit: 'conflict',
  },
  projects_full: {
    status: 403,
    title: 'The platform has as many projects as it may',
    template:
      'Cannot create project "{name}": the platform has {used} projects, {limit} are allowed. Delete one for good, also deleted ones that can be restored count',
    exit: 'conflict',
  },
  project_soft_deleted: {
    status: 409,
    title: 'The project is deleted and can be restored',
    template: 'Cannot use project "{name}": it is deleted, and kept until {until}. Restore the project first',
    exit: 'conflict',
  },
  revision_in_use: {
    status: 409,
    title: 'The revision is in use',
    template:
      'Cannot delete revision "{name}": app "{app}" uses it: it is the newest one, gets requests or has a tag. Change the traffic of the app first',
    exit: 'conflict',
  },
  entity_tag_missing: {
    status: 428,
    title: 'If-Match is missing',
    template: 'Cannot update {kind} "{name}": the If-Match header is missing. Send the entity_tag you read, or "*"',
    exit: 'usage',
  },
  entity_tag_mismatch: {
    status: 412,
    title: 'The resource has changed',
    template: 'Cannot update {kind} "{name}": it changed since you read it. Read it again and repeat the change',
    exit: 'conflict',
  },
  source_not_found: {
    status: 400,
    title: 'The uploaded source does not exist',
    template: 'Cannot build from source "{id}": no such upload in this project. Upload the folder again',
    exit: 'not_found',
  },
  source_corrupt: {
    status: 400,
    title: 'The uploaded source is damaged',
    template: 'Cannot accept the upload: its SHA-256 is {actual}, announced was {announced}. Upload it again',
    exit: 'usage',
  },
  disk_full: {
    status: 507,
    title: 'No space left',
    template: 'Cannot store {what}: the disk of the platform is full. Free space under the state folder, then repeat',
    exit: 'failure',
  },
  quota_exceeded: {
    status: 403,
    title: 'A quota is used up',
    template:
      'Cannot create {kind} "{name}": quota {quota} allows {limit} and {used} are in use. Delete one, or have an administrator raise the quota',
    exit: 'conflict',
  },
  busy: {
    status: 503,
    title: 'The platform is busy',
    template: 'Cannot serve the request now: {reason}. Repeat it in a few seconds',
    exit: 'failure',
  },
  internal: {
    status: 500,
    title: 'The platform failed',
    template: 'Cannot finish the request: the platform failed (trace {trace}). The operator finds the cause in the log',
    exit: 'failure',
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERRORS;
export type ErrorParams = Readonly<Record<string, string | number>>;

/** Fills `{name}` holes. A hole without a value is a programmer's mistake and throws. */
export function renderMessage(code: ErrorCode, params: ErrorParams): string {
  return ERRORS[code].template.replaceAll(/\{(\w+)\}/g, (_hole, name: string) => {
    const value = params[name];
    if (value === undefined) throw new TypeError(`Cannot render ${code}: no value for {${name}}`);
    return String(value);
  });
}

/** An answer of "no" that the caller can act on. Thrown by `control` and `server`, translated only at the edges. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: ErrorCode;
  readonly params: ErrorParams;

  constructor(code: ErrorCode, params: ErrorParams = {}, options?: ErrorOptions) {
    super(renderMessage(code, params), options);
    this.code = code;
    this.params = params;
  }

  get status(): number {
    return ERRORS[this.code].status;
  }
}
