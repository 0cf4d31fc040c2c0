/** The typed client of the platform's API, for the command line and the console. */
export { ApiProblem, ApiUnreachable, UNREACHABLE_REASONS, type UnreachableReason } from './api-problem.ts';
export {
  SIGN_IN_FAILURES,
  SignInFailure,
  signInByDevice,
  type DeviceSignInOptions,
  type SignInFailureReason,
  type SignInPrompt,
} from './device-sign-in.ts';
export { createClient, type Client, type ClientCall, type ClientOptions, type UploadBody } from './client.ts';
