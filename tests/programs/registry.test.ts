import { describe, expect, test } from 'vitest';
import { Lab, type Container } from './harness.ts';

const BLOB = `sha256:${'a'.repeat(64)}`;

function started(env: readonly string[] = []): { lab: Lab; registry: Container } {
  const lab = new Lab();
  const registry = lab.container('registry:2', '10.0.0.2').start(undefined, env);
  lab.run(100);
  return { lab, registry };
}

describe('registry', () => {
  test('takes blobs and manifests and gives them back', () => {
    const { lab, registry } = started();
    const ask = (method: string, target: string, body?: string): ReturnType<Lab['request']> =>
      lab.request('10.0.0.2', target, {
        port: 5000,
        method,
        ...(body === undefined ? {} : { body }),
      });
    expect(ask('GET', '/v2/').body).toBe('{}');
    expect(ask('GET', '/v2/_catalog').body).toBe('{"repositories":[]}\n');
    const begun = ask('POST', '/v2/team/web/blobs/uploads/', '');
    expect(begun.status).toBe(202);
    ask('PATCH', begun.headers['location'] as string, 'first ');
    const ended = ask('PUT', `${begun.headers['location']}?digest=${BLOB}`, 'second');
    expect(ended.status).toBe(201);
    expect(ask('GET', `/v2/team/web/blobs/${BLOB}`).body).toBe('first second');
    expect(ask('GET', `/v2/other/blobs/${BLOB}`).status).toBe(404);
    const put = ask('PUT', '/v2/team/web/manifests/1.0', '{"schemaVersion": 2}');
    expect(ask('GET', '/v2/team/web/manifests/1.0').headers['docker-content-digest']).toBe(
      put.headers['docker-content-digest'],
    );
    expect(ask('GET', '/v2/_catalog').body).toBe('{"repositories":["team/web"]}\n');
    expect(ask('GET', '/v2/team/web/tags/list').body).toBe('{"name":"team/web","tags":["1.0"]}\n');
    expect(JSON.parse(ask('GET', '/v2/team/web/manifests/2.0').body)).toEqual({
      errors: [{ code: 'MANIFEST_UNKNOWN', message: 'manifest unknown', detail: { Tag: '2.0' } }],
    });
    expect(registry.err).toContain('msg="listening on [::]:5000"');
  });

  test('deletes only when it may, and keeps its files over a restart', () => {
    for (const [env, status] of [
      [[], 405],
      [['REGISTRY_STORAGE_DELETE_ENABLED=true'], 202],
    ] as const) {
      const { lab, registry } = started(env);
      const put = lab.request('10.0.0.2', '/v2/web/manifests/1', {
        port: 5000,
        method: 'PUT',
        body: '{}',
      });
      registry.signal('SIGKILL');
      lab.run(50);
      registry.start(undefined, env);
      lab.run(100);
      const target = `/v2/web/manifests/${put.headers['docker-content-digest']}`;
      expect(lab.request('10.0.0.2', target, { port: 5000 }).body).toBe('{}');
      expect(lab.request('10.0.0.2', target, { port: 5000, method: 'DELETE' }).status).toBe(status);
      expect(lab.request('10.0.0.2', '/v2/web/tags/list', { port: 5000 }).body).toContain(
        status === 202 ? 'null' : '"1"',
      );
    }
  });
});
