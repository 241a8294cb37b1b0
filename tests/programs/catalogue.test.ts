import { describe, expect, test } from 'vitest';
import { catalogue } from '../../src/programs/index.ts';
import type { Node } from '../../src/sim/index.ts';
import { imageOf, TABLE } from './harness.ts';

const REFERENCES = [
  ...[
    'latest',
    '1.27',
    '1.10',
    '1.11',
    '1.20',
    '1.21',
    '1.23.1-alpine',
    '1.24-alpine',
    '1.25-alpine',
    'alpine',
    '1.27-alpine',
  ].map((tag) => `nginx:${tag}`),
  ...['14.04', '16.04', '18.04', '20.04', '22.04', '24.04', 'latest'].map((tag) => `ubuntu:${tag}`),
  ...[
    'alpine:latest',
    'alpine:3.20',
    'busybox:latest',
    'debian:latest',
    'redis:latest',
    'redis:7',
    'redis:alpine',
    'redis:3.0.6',
  ],
  ...[
    'httpd:latest',
    'httpd:2.4',
    'hello-world:latest',
    'traefik/whoami:latest',
    'registry:2',
    'registry:2.6',
  ],
];

/** Every executable below a node, by its path. */
function* executables(node: Node, path = ''): Generator<readonly [path: string, program: string]> {
  if (node.type === 'directory')
    for (const [name, child] of node.children) yield* executables(child, `${path}/${name}`);
  else if (node.type === 'file' && typeof node.content !== 'string' && node.content.program)
    yield [path, node.content.program];
}

describe('catalogue', () => {
  test.each(REFERENCES)('%s is whole', (reference) => {
    const image = imageOf(reference);
    expect(image.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(image.id).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(image.layers.length).toBeGreaterThan(0);
    for (const { digest } of image.layers) expect(digest).toMatch(/^[0-9a-f]{64}$/);
    const used = (image.history ?? []).flatMap(({ layer }) => (layer === undefined ? [] : [layer]));
    expect(used).toEqual(image.layers.map((_, i) => i));
    expect(image.root()).toBe(image.root());
    expect(catalogue.find(image.repository, image.digest)?.id).toBe(image.id);
  });

  test.each(REFERENCES)('every executable of %s has a program', (reference) => {
    const missing = [...executables(imageOf(reference).root())].filter(
      ([, program]) => !TABLE.has(program),
    );
    expect(missing).toEqual([]);
  });

  test('two tags of one release are one image; images of one base share its layers', () => {
    expect(imageOf('nginx:1.27').id).toBe(imageOf('nginx:1.27.5').id);
    expect(imageOf('nginx:1.27').id).not.toBe(imageOf('nginx:1.26').id);
    expect(imageOf('nginx:1.27').layers[0]).toEqual(imageOf('redis:7').layers[0]);
    expect(imageOf('nginx:1.27').layers[1]).not.toEqual(imageOf('redis:7').layers[1]);
  });

  test('what is not on the hub is not here', () => {
    expect(catalogue.find('nginx', 'no-such-tag')).toBeUndefined();
    expect(catalogue.find('ubuntu', '14.0.4')).toBeUndefined();
    expect(catalogue.has('nginx')).toBe(true);
    expect(catalogue.has('nosuchimage')).toBe(false);
  });

  test('old Ubuntu has ifconfig, route and ping; new ones have not; Alpine has them all', () => {
    const has = (reference: string, name: string): boolean =>
      [...executables(imageOf(reference).root())].some(([path]) => path.endsWith(`/${name}`));
    for (const name of ['ifconfig', 'route', 'ping']) {
      expect(has('ubuntu:14.04', name)).toBe(true);
      expect(has('ubuntu:22.04', name)).toBe(false);
      expect(has('alpine:latest', name)).toBe(true);
      expect(has('nginx:latest', name)).toBe(false);
    }
    expect(has('nginx:latest', 'curl')).toBe(true);
    expect(has('nginx:latest', 'ps')).toBe(false);
  });

  test('search finds by name and by description', () => {
    expect(catalogue.search('nginx')[0]?.name).toBe('nginx');
    expect(catalogue.search('apache').map(({ name }) => name)).toContain('httpd');
  });
});

test('what Docker Hub has and the lab has not is known', () => {
  expect(catalogue.isElsewhere?.('rabbitmq')).toBe(true);
  expect(catalogue.isElsewhere?.('nosuchimage')).toBe(false);
  expect(catalogue.has('rabbitmq')).toBe(false);
});
