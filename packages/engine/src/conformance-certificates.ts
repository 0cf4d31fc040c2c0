/** The part of the engine's contract about certificates: who asks for a host is shown the one that was given for it last. */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { openBench, type EngineConformanceOptions } from './conformance-bench.ts';
import { EngineFault } from './engine-fault.ts';
import { FIRST_CERTIFICATE, SECOND_CERTIFICATE } from './testing/test-certificates.ts';
import type { CertificateWorkload } from './workload.ts';

const FINGERPRINTS = {
  first: new X509Certificate(FIRST_CERTIFICATE.chainPem).fingerprint256,
  second: new X509Certificate(SECOND_CERTIFICATE.chainPem).fingerprint256,
} as const;

export function certificateTests(options: EngineConformanceOptions): void {
  test('applyProject() serves a certificate for its hosts, the next one after it, and none that was taken away', async (t) => {
    const { engine, project } = await openBench(t, options);
    const hosts = [`*.${project.subdomain}.conformance.test`, `${project.subdomain}.example.test`];
    const named = (pair: typeof FIRST_CERTIFICATE | typeof SECOND_CERTIFICATE): CertificateWorkload => ({
      certificateName: `${project.projectId}/wildcard`,
      hosts,
      ...pair,
    });
    const seen = () => options.certificateFor(`web.${project.subdomain}.conformance.test`);
    await engine.applyProject({ ...project, certificates: [named(FIRST_CERTIFICATE)] });
    assert.equal(await seen(), FINGERPRINTS.first);
    assert.equal(await options.certificateFor(hosts[1] ?? ''), FINGERPRINTS.first);
    await engine.applyProject({ ...project, certificates: [named(FIRST_CERTIFICATE)] });
    await engine.applyProject({ ...project, certificates: [named(SECOND_CERTIFICATE)] });
    assert.equal(await seen(), FINGERPRINTS.second);
    await engine.stop();
    await engine.start({ projects: [{ ...project, certificates: [named(SECOND_CERTIFICATE)] }], apps: [] });
    assert.equal(await seen(), FINGERPRINTS.second);
    await engine.applyProject(project);
    assert.notEqual(await seen(), FINGERPRINTS.second);
  });

  test('applyProject() refuses a certificate that cannot be served, and goes on with the one before', async (t) => {
    const { engine, project } = await openBench(t, options);
    const host = `${project.subdomain}.example.test`;
    const certificate = { certificateName: `${project.projectId}/own`, hosts: [host], ...FIRST_CERTIFICATE };
    await engine.applyProject({ ...project, certificates: [certificate] });
    for (const broken of [{ chainPem: 'none' }, { keyPem: SECOND_CERTIFICATE.keyPem }]) {
      const applied = engine.applyProject({ ...project, certificates: [{ ...certificate, ...broken }] });
      await assert.rejects(applied, (error) => {
        assert.ok(error instanceof EngineFault);
        assert.deepEqual([error.code, error.subjects], ['certificate_refused', [certificate.certificateName]]);
        return true;
      });
      assert.equal(await options.certificateFor(host), FINGERPRINTS.first);
    }
  });
}
