/**
 * Turns what skopeo and buildah print into one of the few image faults, each with a plain sentence and what to do.
 * Pure. The order of the rules matters: a full disk or a wrong platform is told from the more general words around it.
 */
import { EngineFault, type EngineFaultCode } from '@slipway/engine';

interface Rule {
  readonly pattern: RegExp;
  readonly code: EngineFaultCode;
  /** Worth another try within the same call. */
  readonly transient?: boolean;
}

/** Source: messages of containers/image 5.22–5.34, Go's net package and the distribution registry. */
const RULES: readonly Rule[] = [
  { pattern: /no space left on device|disk quota exceeded/i, code: 'disk_full' },
  { pattern: /no image found in (?:manifest list|image index) for architecture/i, code: 'image_wrong_platform' },
  { pattern: /unsupported (?:image OS|MIME type)|mismatched image platform/i, code: 'image_wrong_platform' },
  { pattern: /invalid reference format|repository name must be lowercase/i, code: 'image_reference_invalid' },
  {
    pattern:
      /digest (?:did not match|does not match|mismatch)|unexpected digest|does not match expected digest|checksum/i,
    code: 'image_damaged',
  },
  {
    pattern: /toomanyrequests|too many requests|StatusCode: 429|status code 429/i,
    code: 'image_registry_unreachable',
    transient: true,
  },
  {
    pattern:
      /unauthorized|authentication required|access to the resource is denied|access denied|denied:|invalid username\/password|StatusCode: 40[13]|status code 40[13]|: 40[13] \(/i,
    code: 'image_access_denied',
  },
  {
    pattern:
      /manifest unknown|name unknown|repository name not known|blob unknown|does not resolve to an image ID|StatusCode: 404|status code 404|404 \(Not Found\)|identifier is not an image/i,
    code: 'image_not_found',
  },
  {
    pattern: /no such host|server misbehaving|HTTP response to HTTPS client|x509:|tls: (?!.*timeout)|malformed HTTP/i,
    code: 'image_registry_unreachable',
  },
  {
    pattern: /network is unreachable|no route to host|connection refused/i,
    code: 'image_registry_unreachable',
    transient: true,
  },
  {
    pattern:
      /i\/o timeout|TLS handshake timeout|connection reset|broken pipe|deadline exceeded|Client\.Timeout|status code 5\d\d|StatusCode: 5\d\d|: 5\d\d \(|ran longer than|temporary failure/i,
    code: 'image_registry_unreachable',
    transient: true,
  },
  { pattern: /unexpected EOF|\bEOF\b/, code: 'image_registry_unreachable', transient: true },
  {
    pattern: /(?:manifest|config).*(?:invalid|unmarshal|parsing)|archive\/tar|invalid tar header|gzip: invalid/i,
    code: 'image_damaged',
  },
];

export interface ImageFailure {
  readonly code: EngineFaultCode;
  readonly transient: boolean;
}

export function classifyImageFailure(output: string): ImageFailure {
  const rule = RULES.find(({ pattern }) => pattern.test(output));
  return { code: rule?.code ?? 'image_damaged', transient: rule?.transient === true };
}

/** The sentence for people. `registry` is the host of the reference; a mirror's name never appears. */
export function imageFault(
  code: EngineFaultCode,
  subject: { readonly reference: string; readonly registry: string; readonly output: string },
  options?: ErrorOptions,
): EngineFault {
  return new EngineFault(code, sentence(code, subject), options);
}

function sentence(
  code: EngineFaultCode,
  { reference, registry, output }: { readonly reference: string; readonly registry: string; readonly output: string },
): string {
  const cannot = `Cannot get image "${reference}"`;
  switch (code) {
    case 'image_reference_invalid':
      return `Cannot read the image name "${reference}": write it as registry/name:tag`;
    case 'image_not_found':
      return registry === 'localhost'
        ? `${cannot}: this machine has no image of that name. Build it first, or name the registry it is in`
        : `${cannot}: ${registry} has no such image. Check name and tag`;
    case 'image_access_denied':
      return `${cannot}: ${registry} refused access. Check that the image exists, and give a registry secret that may pull it`;
    case 'image_registry_unreachable':
      return `${cannot}: ${unreachable(registry, output)}. Configure a mirror for ${registry}, or deploy from source with ./slipway deploy FOLDER, which needs no image registry`;
    case 'image_wrong_platform':
      return `Cannot run image "${reference}" here: it is not made for this kind of machine. Build it for this platform`;
    case 'disk_full':
      return `${cannot}: the disk of the platform is full. Free space under the state folder, then repeat`;
    case 'image_damaged':
      return `${cannot}: its content is damaged or not an image. Push it to ${registry} again`;
    case 'engine_unavailable':
    case 'project_unknown':
    case 'certificate_refused':
      return cannot;
    default:
      return code satisfies never;
  }
}

function unreachable(registry: string, output: string): string {
  if (/no such host/i.test(output)) return `the name of registry ${registry} cannot be resolved`;
  if (/HTTP response to HTTPS client/i.test(output)) {
    return `registry ${registry} speaks plain http and is not marked as insecure`;
  }
  if (/x509:|tls:/i.test(output)) return `the certificate of registry ${registry} is not trusted`;
  if (/too ?many ?requests|429/i.test(output)) return `registry ${registry} refuses more requests for now`;
  return `registry ${registry} cannot be reached`;
}
