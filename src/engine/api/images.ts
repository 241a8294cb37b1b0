/**
 * /images, /distribution, /auth and /build.
 *
 * Real: moby api/server/router/{image,distribution,build,system}.
 */
import { collectBody } from '../../sim/index.ts';
import type { Engine } from '../engine.ts';
import { badRequest, fine, notFound } from '../errors.ts';
import { buildImage } from '../images/build/build.ts';
import { importImage, loadImages, saveImages } from '../images/saveload.ts';
import type { ApiContext, Router } from './router.ts';
import {
  answer,
  filtersOf,
  guarded,
  numberOf,
  ProgressStream,
  registryAuth,
  withBody,
} from './respond.ts';
import type { AuthConfig } from './types.ts';

export function imageRoutes(router: Router, engine: Engine): void {
  const { images } = engine;
  const on = (method: string, pattern: string, handler: (context: ApiContext) => void): void =>
    router.on(method, pattern, guarded(handler));
  on('GET', '/images/json', (context) =>
    context.json(200, images.list(listFilters(context), context.flag('all'))),
  );
  on('POST', '/images/create', (context) => createImage(engine, context));
  on('GET', '/images/search', (context) => searchImages(engine, context));
  on('POST', '/images/prune', (context) => {
    const { items, bytes } = images.prune(filtersOf(context));
    context.json(200, { ImagesDeleted: items.length > 0 ? items : null, SpaceReclaimed: bytes });
  });
  on('GET', '/images/get', (context) =>
    context.sendWith(
      200,
      { 'content-type': 'application/x-tar' },
      saveImages(
        engine,
        (context.request.target.match(/names=[^&]*/g) ?? []).map((one) =>
          decodeURIComponent(one.slice(6)),
        ),
      ),
    ),
  );
  on('POST', '/images/load', (context) => {
    const progress = new ProgressStream(context);
    collectBody(context.request.body, (text) =>
      progress.end(
        loadImages(engine, text, context.flag('quiet') ? () => {} : progress.tell, progress.tell),
      ),
    );
  });
  on('GET', '/images/{name...}/get', (context) =>
    context.sendWith(
      200,
      { 'content-type': 'application/x-tar' },
      saveImages(engine, [nameOf(context)]),
    ),
  );
  on('GET', '/images/{name...}/json', (context) =>
    context.json(200, images.inspect(nameOf(context))),
  );
  on('GET', '/images/{name...}/history', (context) =>
    context.json(200, images.history(nameOf(context))),
  );
  on('POST', '/images/{name...}/tag', (context) => {
    images.tag(nameOf(context), context.query.get('repo') ?? '', context.query.get('tag') ?? '');
    context.empty(201);
  });
  on('POST', '/images/{name...}/push', (context) => {
    const progress = new ProgressStream(context);
    images.push(
      nameOf(context),
      context.query.get('tag') ?? '',
      registryAuth(context),
      progress.tell,
      (result) => progress.end(result),
    );
  });
  on('DELETE', '/images/{name...}', (context) =>
    context.json(
      200,
      images.remove(nameOf(context), {
        isForced: context.flag('force'),
        keepsParents: context.flag('noprune'),
      }),
    ),
  );
  on('GET', '/distribution/{name...}/json', (context) => {
    images.resolveDigest(nameOf(context), registryAuth(context), (result) =>
      answer(context, result, 200, ({ digest, size, architecture }) => ({
        Descriptor: {
          mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
          digest,
          size,
        },
        Platforms: [{ architecture, os: 'linux' }],
      })),
    );
  });
  on('POST', '/auth', (context) => withBody<AuthConfig>(context, (body) => login(context, body)));
  on('POST', '/build', (context) => buildImage(engine, context));
  on('POST', '/build/prune', (context) =>
    context.json(200, { CachesDeleted: null, SpaceReclaimed: 0 }),
  );
}

function nameOf(context: ApiContext): string {
  return context.params['name'] as string;
}

/** The old `filter` parameter is a reference pattern. */
function listFilters(context: ApiContext): ReadonlyMap<string, readonly string[]> {
  const filters = filtersOf(context);
  const pattern = context.query.get('filter');
  return pattern === undefined ? filters : new Map([...filters, ['reference', [pattern]]]);
}

/** Pull, or import when there is `fromSrc`. */
function createImage(engine: Engine, context: ApiContext): void {
  const { query } = context;
  const name = query.get('fromImage') ?? '';
  const tag = query.get('tag') ?? '';
  const progress = new ProgressStream(context);
  if (name === '') {
    if (query.get('fromSrc') !== '-')
      throw badRequest('이 실습실에서는 지원하지 않습니다: docker import URL');
    return collectBody(context.request.body, (text) =>
      progress.end(
        importImage(
          engine,
          text,
          {
            repository: query.get('repo') ?? '',
            tag,
            message: query.get('message') ?? '',
            changes: query.get('changes') ?? '',
          },
          progress.tell,
        ),
      ),
    );
  }
  const reference = tag === '' ? name : tag.includes(':') ? `${name}@${tag}` : `${name}:${tag}`;
  engine.images.pull(reference, registryAuth(context), progress.tell, (result) =>
    progress.end(result),
  );
}

function searchImages(engine: Engine, context: ApiContext): void {
  const term = context.query.get('term') ?? '';
  const limit = numberOf(context, 'limit', 25);
  if (limit < 0 || limit > 100) throw badRequest(`limit ${limit} is outside the range of [1, 100]`);
  const filters = filtersOf(context);
  for (const key of filters.keys())
    if (!['is-official', 'is-automated', 'stars'].includes(key))
      throw badRequest(`invalid filter '${key}'`);
  const rows = engine.images.search(term).filter((one) => {
    const official = filters.get('is-official')?.[0];
    const stars = filters.get('stars')?.[0];
    if (official !== undefined && one.isOfficial !== /^(1|t|true)$/i.test(official)) return false;
    return stars === undefined || one.stars >= Number(stars);
  });
  context.json(
    200,
    rows.slice(0, limit || 25).map((one) => ({
      star_count: one.stars,
      is_official: one.isOfficial,
      name: one.name,
      is_automated: false,
      description: one.description,
    })),
  );
}

/** No registry of the lab has users: whoever names one is in, as with a registry without authentication. */
function login(context: ApiContext, body: AuthConfig): void {
  if (!body.username) throw badRequest('username is empty');
  const server = body.serveraddress ?? '';
  if (server === '' || server.includes('docker.io'))
    throw notFound(
      'Get "https://registry-1.docker.io/v2/": unauthorized: incorrect username or password',
    );
  answer(context, fine({ Status: 'Login Succeeded', IdentityToken: '' }), 200, (value) => value);
}
