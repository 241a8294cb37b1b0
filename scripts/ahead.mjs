/**
 * A Vite plugin: `src/app/ahead.ts` becomes an entry of its own that stands first in the built page and runs as soon as it
 * is there, however long the page's own script takes. The letters of the page's first words are asked for at once, too:
 * text that is laid out before its font is there is laid out twice.
 */
import { join } from 'node:path';
import { root } from './setup.mjs';

const ENTRY = join(root, 'src/app/ahead.ts');
const FIRST_FONTS = /^assets\/sans-(latin|text)-[^/]*\.woff2$/;

/** @returns {import('vite').Plugin} */
export function ahead() {
  return {
    name: 'swarm-lab:ahead',
    apply: 'build',
    config: () => ({
      build: { rolldownOptions: { input: { index: join(root, 'index.html'), ahead: ENTRY } } },
    }),
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle }) {
        const files = Object.values(bundle ?? {});
        const entry = files.find((file) => file.type === 'chunk' && file.facadeModuleId === ENTRY);
        if (!entry) throw new Error('The page has no part that runs ahead.');
        const fonts = files.filter(({ fileName }) => FIRST_FONTS.test(fileName));
        return [
          tag('script', { type: 'module', async: true, src: `./${entry.fileName}` }),
          ...fonts.map(({ fileName }) =>
            tag('link', { rel: 'preload', as: 'font', type: 'font/woff2', href: `./${fileName}` }),
          ),
        ];
      },
    },
  };
}

/**
 * @param {string} name
 * @param {Record<string, string | boolean>} attrs
 * @returns {import('vite').HtmlTagDescriptor}
 */
function tag(name, attrs) {
  return { tag: name, attrs: { crossorigin: true, ...attrs }, injectTo: 'head' };
}
