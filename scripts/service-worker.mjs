/**
 * A Vite plugin: writes `sw.js`, the service worker by which the page works offline after the first visit, under any
 * sub-path. The app registers it in the built page, where there is a secure context:
 *
 *   if (import.meta.env.PROD && 'serviceWorker' in navigator) void navigator.serviceWorker.register('./sw.js');
 *
 * At the first visit everything is put by but the editor (monaco and its web workers), which is put by when it is first
 * opened. A new version is put by whole beside the old one and takes over when no page of the old one is open any
 * more, or when a page posts `'take over'` to it: no page ever gets parts of two versions.
 */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** @typedef {import('vite').Rolldown.OutputChunk | import('vite').Rolldown.OutputAsset} Built */

const WORKER = new URL('./service-worker.template.js', import.meta.url);
const EDITOR_MODULE = /[\\/]node_modules[\\/]monaco-editor[\\/]/;
const EDITOR_ASSET = /(^|\/)(editor\.worker|editorWebWorkerMain|codicon)[^/]*$/;

/** @returns {import('vite').Plugin} */
export function serviceWorker() {
  let publicDir = '';
  return {
    name: 'swarm-lab:service-worker',
    apply: 'build',
    configResolved(config) {
      publicDir = config.publicDir;
    },
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        // The web worker's own build runs the plugins too: only the page's has an HTML file.
        if (bundle['index.html'] === undefined) return;
        const later = laterFiles(Object.values(bundle));
        const built = Object.values(bundle)
          .filter(({ fileName }) => !later.has(fileName))
          .map(contentOf);
        const files = [...built, ...publicFiles(publicDir)].sort((a, b) =>
          a.name < b.name ? -1 : 1,
        );
        this.emitFile({ type: 'asset', fileName: 'sw.js', source: workerFor(files) });
      },
    },
  };
}

/**
 * The files that are left until they are asked for: maps, and the editor with its styles and web workers.
 * @param {Built[]} files
 */
function laterFiles(files) {
  /** @type {Set<string>} */
  const later = new Set();
  for (const file of files) {
    const { fileName } = file;
    if (fileName.endsWith('.map') || EDITOR_ASSET.test(fileName)) later.add(fileName);
    if (file.type !== 'chunk' || !file.moduleIds.some((id) => EDITOR_MODULE.test(id))) continue;
    later.add(fileName);
    for (const style of file.viteMetadata?.importedCss ?? []) later.add(style);
  }
  return later;
}

/** @param {Built} file */
function contentOf(file) {
  return { name: file.fileName, content: file.type === 'chunk' ? file.code : file.source };
}

/** @param {string} folder */
function publicFiles(folder) {
  if (statSync(folder, { throwIfNoEntry: false }) === undefined) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => ({
      name: relative(folder, path).split(sep).join('/'),
      content: readFileSync(path),
    }));
}

/** @param {{ name: string, content: string | Uint8Array }[]} files */
function workerFor(files) {
  const hash = createHash('sha256');
  for (const { name, content } of files) hash.update(name).update('\0').update(content);
  const names = files.map(({ name }) => (name === 'index.html' ? './' : name));
  return readFileSync(WORKER, 'utf8')
    .replace("'VERSION'", JSON.stringify(hash.digest('hex').slice(0, 12)))
    .replace("['FILES']", JSON.stringify(names));
}
