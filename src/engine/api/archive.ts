/**
 * /containers/{id}/archive, export and commit: files and layers in and out of a container.
 *
 * Real: moby api/server/router/container/copy.go, daemon/{archive,archive_unix,export,commit}.go.
 */
import {
  basename,
  collectBody,
  contentBytes,
  entriesOf,
  join,
  readTar,
  rfc3339Nano,
  SystemError,
  writeTar,
  type FileSystem,
  type Node,
  type TarEntry,
} from '../../sim/index.ts';
import type { Container } from '../containers/container.ts';
import { filesOf } from '../containers/files.ts';
import type { Engine } from '../engine.ts';
import { badRequest, conflict, internal, notFound } from '../errors.ts';
import { commitContainer } from '../images/commit.ts';
import type { ApiContext, Router } from './router.ts';
import { guarded, toBase64, withBody } from './respond.ts';
import type { ContainerConfig, PathStat } from './types.ts';

export function archiveRoutes(router: Router, engine: Engine): void {
  const { containers } = engine;
  const on = (
    method: string,
    pattern: string,
    handler: (context: ApiContext, container: Container) => void,
  ): void =>
    router.on(
      method,
      pattern,
      guarded((context) => handler(context, containers.get(context.params['id'] as string))),
    );
  on('HEAD', '/containers/{id}/archive', (context, container) =>
    statArchive(engine, context, container),
  );
  on('GET', '/containers/{id}/archive', (context, container) =>
    getArchive(engine, context, container),
  );
  on('PUT', '/containers/{id}/archive', (context, container) =>
    putArchive(engine, context, container),
  );
  on('GET', '/containers/{id}/export', (context, container) => {
    const responder = context.stream('application/octet-stream');
    responder.write(writeTar(entriesOf('', container.record.tree.root), epochOf(engine)));
    responder.end();
    containers.emit(container, 'export');
  });
  router.on(
    'POST',
    '/commit',
    guarded((context) =>
      withBody<Partial<ContainerConfig>>(context, (body) => {
        const { query } = context;
        const image = commitContainer(engine, containers.get(query.get('container') ?? ''), {
          repository: query.get('repo') ?? '',
          tag: query.get('tag') ?? '',
          comment: query.get('comment') ?? '',
          author: query.get('author') ?? '',
          changes: query.get('changes')?.split('\n').filter(Boolean) ?? [],
          config: body,
        });
        context.json(201, { Id: image.id });
      }),
    ),
  );
}

/** The node at `path` in a container, for copying out. */
function find(
  engine: Engine,
  context: ApiContext,
  container: Container,
): { readonly files: FileSystem; readonly path: string; readonly node: Node } {
  const path = context.query.get('path') ?? '';
  if (path === '') throw badRequest('missing "path" value');
  const files = filesOf(engine, container);
  const node = files.lookup(join('/', path), { nofollow: true });
  if (!node)
    throw notFound(`Could not find the file ${path} in container ${context.params['id'] ?? ''}`);
  return { files, path: join('/', path), node };
}

function epochOf(engine: Engine): number {
  const { unixMs, nowMs } = engine.machine.world;
  return unixMs - nowMs;
}

function pathStat(engine: Engine, path: string, node: Node): string {
  const { unixMs, nowMs } = engine.machine.world;
  const kind =
    node.type === 'directory' ? 2_147_483_648 : node.type === 'symlink' ? 134_217_728 : 0;
  const stat: PathStat = {
    name: basename(path),
    size: node.type === 'file' ? contentBytes(node.content) : 4096,
    mode: (node.mode & 0o777) + kind,
    mtime: rfc3339Nano(unixMs - nowMs + node.modifiedAtMs),
    linkTarget: node.type === 'symlink' ? node.target : '',
  };
  return toBase64(JSON.stringify(stat));
}

function statArchive(engine: Engine, context: ApiContext, container: Container): void {
  const { path, node } = find(engine, context, container);
  context.sendWith(
    200,
    {
      'content-type': 'application/x-tar',
      'x-docker-container-path-stat': pathStat(engine, path, node),
    },
    '',
  );
}

function getArchive(engine: Engine, context: ApiContext, container: Container): void {
  const { files, path, node } = find(engine, context, container);
  const name = path === '/' ? '' : basename(path);
  const tar = writeTar(withMounts(files, path, name, node), epochOf(engine));
  context.sendWith(
    200,
    {
      'content-type': 'application/x-tar',
      'x-docker-container-path-stat': pathStat(engine, path, node),
    },
    tar,
  );
  engine.containers.emit(container, 'archive-path');
}

/** A node and all below it as the container sees it: mounts included, but not /proc and its like. */
function withMounts(files: FileSystem, path: string, name: string, node: Node): TarEntry[] {
  if (node.type !== 'directory') return entriesOf(name, node);
  const out: TarEntry[] = name === '' ? [] : [{ path: name, node }];
  for (const child of files.list(path)) {
    const here = join(path, child);
    const found = files.lookup(here, { nofollow: true });
    if (found && !['/proc', '/sys', '/dev'].includes(here))
      out.push(...withMounts(files, here, name === '' ? child : `${name}/${child}`, found));
  }
  return out;
}

function putArchive(engine: Engine, context: ApiContext, container: Container): void {
  const path = join('/', context.query.get('path') ?? '');
  const files = filesOf(engine, container);
  const target = files.lookup(path);
  if (!target)
    throw notFound(
      `Could not find the file ${context.query.get('path') ?? ''} in container ${context.params['id'] ?? ''}`,
    );
  if (target.type !== 'directory') throw badRequest('extraction point is not a directory');
  if (container.hostConfig.ReadonlyRootfs && !files.mountOf(path))
    throw badRequest('container rootfs is marked read-only');
  collectBody(context.request.body, (text) => {
    const entries = readTar(text, epochOf(engine));
    if (!entries) return context.fail(500, 'archive/tar: invalid tar header');
    try {
      for (const entry of entries)
        extract(files, join(path, entry.path), entry.node, context.flag('noOverwriteDirNonDir'));
      engine.containers.emit(container, 'extract-to-dir');
      context.empty(200);
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      const refusal =
        error.code === 'EROFS'
          ? conflict('mounted volume is marked read-only')
          : internal(`Error processing tar file(exit status 1): ${error.message.toLowerCase()}`);
      context.fail(refusal.status, refusal.message);
    }
  });
}

function extract(files: FileSystem, path: string, node: Node, keepsKinds: boolean): void {
  const there = files.lookup(path, { nofollow: true });
  if (there && keepsKinds && (there.type === 'directory') !== (node.type === 'directory'))
    throw new SystemError('EEXIST', path);
  if (node.type === 'directory') {
    if (there?.type !== 'directory')
      files.mkdir(path, { parents: true, mode: node.mode, uid: node.uid, gid: node.gid });
    return;
  }
  if (node.type === 'file')
    return files.writeFile(path, node.content, { mode: node.mode, uid: node.uid, gid: node.gid });
  if (there) files.remove(path, { recursive: true });
  files.putNode(path, { ...node });
}
