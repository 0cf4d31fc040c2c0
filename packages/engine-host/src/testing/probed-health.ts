/** The health of the test app: what probes asked, and what they are told. Told what to say by `/set?status=503&ms=500`. */
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface ProbeRecord {
  /** Milliseconds since the program began. */
  readonly atMs: number;
  readonly path: string;
}

const probes: ProbeRecord[] = [];
let status = Number(process.env['HEALTH_STATUS'] ?? 200);
let delayMs = Number(process.env['HEALTH_MS'] ?? 0);

/** False when nobody is to be answered here any more. */
export function answerProbe({ url = '/' }: IncomingMessage, response: ServerResponse): boolean {
  const { pathname, searchParams } = new URL(url, 'http://app');
  response.setHeader('connection', 'close');
  if (pathname === '/probes') {
    response.end(JSON.stringify(probes));
    return true;
  }
  if (pathname === '/set') {
    status = Number(searchParams.get('status') ?? status);
    delayMs = Number(searchParams.get('ms') ?? delayMs);
    response.end();
    return !searchParams.has('close');
  }
  probes.push({ atMs: performance.now(), path: url });
  setTimeout(() => {
    response.statusCode = status;
    response.end();
  }, delayMs);
  return true;
}
