/**
 * The wordpress image: PHP with Apache, and the files of WordPress that its start script copies to /var/www/html.
 *
 * Real:     docker-library/wordpress latest/php8.3/apache.
 * Left out: the PHP sources (each file names what it is), themes' pictures.
 */
import { SystemError, write, type FileSystem, type Program } from '../../sim/index.ts';
import { debianBase } from '../bases/debian.ts';
import { BUILDKIT, type Recipe } from '../image.ts';
import { become } from '../net/become.ts';
import type { TreeBuilder } from '../tree.ts';
import { PHP } from './apache.ts';

export const WORDPRESS = '6.9.1';
const SOURCE = '/usr/src/wordpress';
const TARGET = '/var/www/html';

/** `docker-entrypoint.sh`. */
export const wordpressEntrypoint: Program = function* (process) {
  const words = process.argv.slice(1);
  if (!(words[0] ?? '').startsWith('apache2') && words[0] !== 'php-fpm')
    return yield* become(process, words, 'docker-entrypoint.sh');
  const { files } = process.namespace;
  if (!files.exists(`${TARGET}/index.php`) && !files.exists(`${TARGET}/wp-includes/version.php`)) {
    yield* write(process.stderr, `WordPress not found in ${TARGET} - copying now...\n`);
    if (files.list(TARGET).length > 0)
      yield* write(process.stderr, `WARNING: ${TARGET} is not empty! (copying anyhow)\n`);
    try {
      copy(files, SOURCE, TARGET);
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      yield* write(process.stderr, `tar: ${error.message}\n`);
      return 1;
    }
    yield* write(process.stderr, `Complete! WordPress has been successfully copied to ${TARGET}\n`);
  }
  const given = [...process.env.keys()]
    .filter((name) => /^WORDPRESS_(?!VERSION)/.test(name))
    .sort((a, b) => (a < b ? -1 : 1));
  if (!files.exists(`${TARGET}/wp-config.php`) && given.length > 0) {
    yield* write(
      process.stderr,
      `No 'wp-config.php' found in ${TARGET}, but 'WORDPRESS_...' variables supplied; copying 'wp-config-docker.php' (${given.join(' ')})\n`,
    );
    files.writeFile(`${TARGET}/wp-config.php`, files.readFile(`${SOURCE}/wp-config-docker.php`), {
      uid: 33,
      gid: 33,
      mode: 0o644,
    });
  }
  return yield* become(process, words, 'docker-entrypoint.sh');
};

function copy(files: FileSystem, from: string, to: string): void {
  for (const name of files.list(from)) {
    const node = files.lookup(`${from}/${name}`);
    if (node?.type === 'directory') {
      files.mkdir(`${to}/${name}`, { parents: true });
      files.setAttributes(`${to}/${name}`, { uid: 33, gid: 33 });
      copy(files, `${from}/${name}`, `${to}/${name}`);
    } else if (node?.type === 'file' && !files.exists(`${to}/${name}`))
      files.writeFile(`${to}/${name}`, node.content, { uid: 33, gid: 33, mode: node.mode });
  }
}

const PHP_FILES =
  'index wp-activate wp-blog-header wp-comments-post wp-config-sample wp-cron wp-links-opml wp-load wp-login wp-mail wp-settings wp-signup wp-trackback xmlrpc wp-admin/index wp-admin/install wp-admin/setup-config wp-admin/post wp-admin/post-new wp-admin/edit wp-includes/functions wp-includes/class-wpdb wp-includes/load wp-content/index wp-content/plugins/index wp-content/themes/index wp-content/themes/twentytwentyfive/functions';

function sources(tree: TreeBuilder): void {
  for (const name of PHP_FILES.split(' '))
    tree.put(
      `${SOURCE}/${name}.php`,
      `<?php\n/**\n * WordPress ${WORDPRESS}: ${name}.php\n *\n * @package WordPress\n */\n`,
    );
  tree.put(
    `${SOURCE}/wp-includes/version.php`,
    `<?php\n/**\n * The WordPress version string.\n */\n$wp_version = '${WORDPRESS}';\n$wp_db_version = 60717;\n$required_php_version = '7.2.24';\n$required_mysql_version = '5.5.5';\n`,
  );
  tree.put(
    `${SOURCE}/readme.html`,
    `<!DOCTYPE html>\n<html lang="en">\n<head><title>WordPress &rsaquo; ReadMe</title></head>\n<body><h1 id="logo"><a href="https://wordpress.org/">WordPress</a></h1></body>\n</html>\n`,
  );
  tree.put(
    `${SOURCE}/license.txt`,
    'WordPress - Web publishing software\n\nCopyright 2011-2026 by the contributors\n',
  );
  tree.put(
    `${SOURCE}/wp-content/themes/twentytwentyfive/style.css`,
    '/*\nTheme Name: Twenty Twenty-Five\nAuthor: the WordPress team\nVersion: 1.4\n*/\n',
  );
  tree.put(
    `${SOURCE}/wp-config-docker.php`,
    `<?php
define( 'DB_NAME', getenv_docker('WORDPRESS_DB_NAME', 'wordpress') );
define( 'DB_USER', getenv_docker('WORDPRESS_DB_USER', 'example username') );
define( 'DB_PASSWORD', getenv_docker('WORDPRESS_DB_PASSWORD', 'example password') );
define( 'DB_HOST', getenv_docker('WORDPRESS_DB_HOST', 'mysql') );
define( 'DB_CHARSET', getenv_docker('WORDPRESS_DB_CHARSET', 'utf8') );
define( 'DB_COLLATE', getenv_docker('WORDPRESS_DB_COLLATE', '') );
$table_prefix = getenv_docker('WORDPRESS_TABLE_PREFIX', 'wp_');
define( 'WP_DEBUG', !!getenv_docker('WORDPRESS_DEBUG', '') );
require_once ABSPATH . 'wp-settings.php';
`,
  );
}

export const wordpressRecipe: Recipe = {
  repository: 'wordpress',
  tags: [
    WORDPRESS,
    '6.9',
    '6',
    'latest',
    'apache',
    '6-apache',
    'php8.3',
    'php8.3-apache',
    '6-php8.3-apache',
  ],
  built: '2026-02-05',
  base: debianBase('trixie'),
  instructions: [
    {
      by: 'RUN /bin/sh -c set -eux;  apt-get update;  apt-get install -y --no-install-recommends  $PHPIZE_DEPS ca-certificates curl xz-utils; # buildkit',
      comment: BUILDKIT,
      bytes: 341_000_000,
    },
    { by: 'ENV APACHE_CONFDIR=/etc/apache2', comment: BUILDKIT },
    {
      by: 'RUN /bin/sh -c set -eux;  apt-get install -y --no-install-recommends apache2; ... # buildkit',
      comment: BUILDKIT,
      bytes: 12_100_000,
    },
    { by: `ENV PHP_VERSION=${PHP}`, comment: BUILDKIT },
    {
      by: 'RUN /bin/sh -c set -eux;  ./configure --with-apxs2 ...; make install; # buildkit',
      comment: BUILDKIT,
      bytes: 42_600_000,
    },
    {
      by: 'RUN /bin/sh -c set -ex; docker-php-ext-install -j "$(nproc)" bcmath exif gd intl mysqli zip; ... # buildkit',
      comment: BUILDKIT,
      bytes: 87_000_000,
    },
    {
      by: `RUN /bin/sh -c set -eux;  version='${WORDPRESS}'; curl -o wordpress.tar.gz ...; # buildkit`,
      comment: BUILDKIT,
      bytes: 82_700_000,
    },
    { by: 'VOLUME [/var/www/html]', comment: BUILDKIT },
    { by: 'COPY docker-entrypoint.sh /usr/local/bin/ # buildkit', comment: BUILDKIT, bytes: 3_000 },
    { by: 'ENTRYPOINT ["docker-entrypoint.sh"]', comment: BUILDKIT },
    { by: 'CMD ["apache2-foreground"]', comment: BUILDKIT },
  ],
  config: {
    ExposedPorts: { '80/tcp': {} },
    Env: [
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      'PHP_INI_DIR=/usr/local/etc/php',
      'APACHE_CONFDIR=/etc/apache2',
      'APACHE_ENVVARS=/etc/apache2/envvars',
      `PHP_VERSION=${PHP}`,
    ],
    Cmd: ['apache2-foreground'],
    Entrypoint: ['docker-entrypoint.sh'],
    Volumes: { '/var/www/html': {} },
    WorkingDir: '/var/www/html',
    Labels: null,
    StopSignal: 'SIGWINCH',
  },
  build: (tree) => {
    sources(tree);
    tree.folder(TARGET, { uid: 33, gid: 33, mode: 0o1777 });
    tree.folders('/etc/apache2', '/var/log/apache2', '/usr/local/etc/php');
    tree
      .link('/var/log/apache2/access.log', '/dev/stdout')
      .link('/var/log/apache2/error.log', '/dev/stderr')
      .link('/var/log/apache2/other_vhosts_access.log', '/dev/stdout');
    tree.tools('/usr/bin', 'curl');
    tree.tools(
      '/usr/local/bin',
      'docker-entrypoint.sh=wordpress-entrypoint apache2-foreground=wordpress-apache php=unsupported wp=unsupported',
      3_000,
    );
    tree.tools('/usr/sbin', 'apache2=wordpress-apache apachectl=unsupported', 700_000);
  },
};
