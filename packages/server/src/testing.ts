/** For tests of what speaks to the platform over HTTP. */
export { startRealControl } from './testing/real-control.ts';
export { enterCode, SIGN_IN_CLIENT, startLogInProvider } from './testing/log-in-provider.ts';
