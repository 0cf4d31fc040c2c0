/**
 * The heads of messages as HAProxy writes them: regular, whatever the client or the app wrote. So what is read here is read
 * once, by HAProxy, and only lines that the way of a held request needs are looked at. Each byte is one character. Pure.
 */
import { BUCKET_HEADER, DOOR_HEADER, HOP_HEADER } from '../proxy/haproxy-config.ts';

export interface RequestHead {
  readonly startLine: string;
  readonly headers: readonly HeaderLine[];
  readonly isHeadMethod: boolean;
  /** It asks for another protocol, and with it for the connection itself. */
  readonly isUpgrade: boolean;
}

interface HeaderLine {
  /** In lower case. */
  readonly name: string;
  readonly line: string;
  readonly value: string;
}

/** Said to HAProxy with a request that it gets back. */
export interface Handover {
  readonly rounds: number;
  readonly door?: string | undefined;
  /** Keeps the request at the revision that was drawn for it. */
  readonly bucket: number | undefined;
}

const HEAD_END = '\r\n\r\n';
/** More than HAProxy's own buffer. */
export const HEAD_BYTES_MAX = 64 * 1024;
/** Said to HAProxy by us alone. */
const OWN_HEADERS: ReadonlySet<string> = new Set([HOP_HEADER, DOOR_HEADER, BUCKET_HEADER]);
/** Of one connection. Source: RFC 9110 section 7.6.1. */
const CONNECTION_HEADERS: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'proxy-connection']);

/** Bytes of the head with its end; undefined while that is to come. */
export function headBytes(bytes: Buffer): number | undefined {
  const at = bytes.indexOf(HEAD_END, 0, 'latin1');
  return at < 0 ? undefined : at + HEAD_END.length;
}

export function parseRequestHead(bytes: Buffer): RequestHead {
  const { startLine, headers } = parseHead(bytes);
  return {
    startLine,
    headers,
    isHeadMethod: startLine.startsWith('HEAD '),
    isUpgrade: headers.some(({ name }) => name === 'upgrade'),
  };
}

/** The first of this name, in lower case. */
export function headerOf({ headers }: Pick<RequestHead, 'headers'>, wanted: string): string | undefined {
  return headers.find(({ name }) => name === wanted)?.value;
}

/** The head with which HAProxy gets the request back. The framing of the body is untouched. */
export function renderOnwardHead({ headers, isUpgrade, startLine }: RequestHead, handover: Handover): Buffer {
  const kept = headers.filter(({ name }) => !OWN_HEADERS.has(name) && (isUpgrade || !CONNECTION_HEADERS.has(name)));
  const { bucket, door, rounds } = handover;
  const lines = [
    startLine,
    ...kept.map(({ line }) => line),
    // HAProxy would close right behind the answer, and what is left of a body that nobody reads would take it along.
    ...(isUpgrade ? [] : ['connection: keep-alive']),
    `${HOP_HEADER}: ${rounds}`,
    ...(door === undefined ? [] : [`${DOOR_HEADER}: ${door}`]),
    ...(bucket === undefined ? [] : [`${BUCKET_HEADER}: ${bucket}`]),
  ];
  return Buffer.from(`${lines.join('\r\n')}${HEAD_END}`, 'latin1');
}

export type AnswerKind = 'interim' | 'final' | 'other protocol';

/** Of the head of an answer. */
export function answerKind(bytes: Buffer): AnswerKind {
  const status = bytes.toString('latin1', 'HTTP/1.1 '.length, 'HTTP/1.1 '.length + 3);
  if (status === '101') return 'other protocol';
  return status.startsWith('1') ? 'interim' : 'final';
}

/** The head of a final answer, with where the time went, as the last one of its connection. */
export function renderAnswerHead(bytes: Buffer, serverTiming: string): Buffer {
  const { headers, startLine } = parseHead(bytes);
  const kept = headers.filter(({ name }) => !CONNECTION_HEADERS.has(name)).map(({ line }) => line);
  const lines = [startLine, ...kept, `server-timing: ${serverTiming}`, 'connection: close'];
  return Buffer.from(`${lines.join('\r\n')}${HEAD_END}`, 'latin1');
}

function parseHead(bytes: Buffer): Pick<RequestHead, 'headers' | 'startLine'> {
  const [startLine = '', ...lines] = bytes.toString('latin1', 0, bytes.length - HEAD_END.length).split('\r\n');
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return { name: line.slice(0, colon).toLowerCase(), line, value: line.slice(colon + 1).trim() };
  });
  return { startLine, headers };
}
