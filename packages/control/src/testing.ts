/** For tests of the packages above: values that the rules of control accept. */
export { TEST_CERTIFICATE, TEST_CERTIFICATE_KEY } from './testing/test-certificate.ts';
export { createFakeIssuer, type FakeIssuer } from './testing/fake-issuer.ts';
