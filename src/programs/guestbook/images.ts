/**
 * The guestbook's images of the notes.
 *
 * Real: leecloudo/guestbook on the hub: node:12-alpine with an express application.
 */
import { alpineBase } from '../bases/alpine.ts';
import type { Recipe } from '../image.ts';

const nop = '/bin/sh -c #(nop) ';

function recipe(tier: 'backend' | 'frontend', bytes: number): Recipe {
  return {
    repository: 'leecloudo/guestbook',
    tags: [`${tier}_1.0`],
    built: '2021-06-14',
    base: alpineBase('3'),
    instructions: [
      { by: `${nop} ENV NODE_VERSION=12.22.1` },
      {
        by: '/bin/sh -c addgroup -g 1000 node && adduser -u 1000 -G node -s /bin/sh -D node ...',
        bytes: 75_600_000,
      },
      { by: `${nop} ENV YARN_VERSION=1.22.5` },
      {
        by: '/bin/sh -c apk add --no-cache --virtual .build-deps-yarn curl gnupg tar ...',
        bytes: 7_620_000,
      },
      { by: `${nop} WORKDIR /app`, bytes: 0 },
      {
        by: `${nop} COPY multi:7d3e3f5c1c0a4c76a5b21dd6b1ad8e2d3c2b33a2b5f2a2a5c3ec1c9a4a3e6f52 in ./ `,
        bytes: 98_000,
      },
      { by: '/bin/sh -c npm install', bytes },
      {
        by: `${nop} COPY dir:3a0a8bb5b8a6a1ea5e3d1f0e9e5f2b9b2a3c1d0f7f2f2b1a0c9d8e7f6a5b4c3d in . `,
        bytes: 21_000,
      },
      { by: `${nop} ENTRYPOINT ["node" "app.js"]` },
    ],
    config: {
      Env: [
        'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        'NODE_VERSION=12.22.1',
        'YARN_VERSION=1.22.5',
      ],
      Cmd: null,
      Entrypoint: ['node', 'app.js'],
      WorkingDir: '/app',
      Labels: null,
    },
    build: (tree) => {
      tree.folder('/app');
      tree.tools(
        '/usr/local/bin',
        `node=guestbook-${tier} npm=unsupported yarn=unsupported`,
        42_000_000,
      );
      tree.put('/app/app.js', `// The ${tier} of the guestbook.\n`);
    },
  };
}

export const guestbookRecipes: readonly Recipe[] = [
  recipe('backend', 31_400_000),
  recipe('frontend', 24_900_000),
];
