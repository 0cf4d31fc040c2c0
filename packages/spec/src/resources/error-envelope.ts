/** What every refused request is answered with. Source: the public API's error container. */
import { Type, type Static } from '../json-schema.ts';
import { ERRORS, type ErrorCode } from '../errors.ts';
import { words } from './schema.ts';

const ERROR_CODES = Object.keys(ERRORS) as readonly ErrorCode[];

export const ErrorEnvelope = Type.Object({
  errors: Type.Array(Type.Object({ code: words(ERROR_CODES), message: Type.String() })),
  trace: Type.String({ description: 'Names the request in the log of the platform' }),
  status_code: Type.Integer(),
});
export type ErrorEnvelope = Static<typeof ErrorEnvelope>;
