/**
 * The httpd images: Apache built from source under /usr/local/apache2.
 *
 * Real: docker-library/httpd.
 */
import { alpineBase } from '../bases/alpine.ts';
import { debianBase } from '../bases/debian.ts';
import { BUILDKIT, type Instruction, type Recipe } from '../image.ts';

export const HTTPD_VERSION = '2.4.66';

function recipe(tags: readonly string[], system: 'debian' | 'alpine', bytes: number): Recipe {
  return {
    repository: 'httpd',
    tags,
    built: '2026-02-03',
    base:
      system === 'alpine'
        ? alpineBase('3.23', [
            { name: 'www-data', uid: 82, home: '/home/www-data', shell: '/sbin/nologin' },
          ])
        : debianBase('trixie'),
    instructions: instructions(bytes),
    config: {
      ExposedPorts: { '80/tcp': {} },
      Env: [
        'PATH=/usr/local/apache2/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        'HTTPD_PREFIX=/usr/local/apache2',
        `HTTPD_VERSION=${HTTPD_VERSION}`,
      ],
      Cmd: ['httpd-foreground'],
      Entrypoint: null,
      WorkingDir: '/usr/local/apache2',
      Labels: null,
      StopSignal: 'SIGWINCH',
    },
    build: (tree) => {
      tree.put(
        '/usr/local/apache2/htdocs/index.html',
        '<html><body><h1>It works!</h1></body></html>\n',
      );
      tree.put('/usr/local/apache2/conf/httpd.conf', CONF);
      tree.folders(
        '/usr/local/apache2/logs',
        '/usr/local/apache2/cgi-bin',
        '/usr/local/apache2/modules',
      );
      tree.tools(
        '/usr/local/apache2/bin',
        `httpd=httpd/${HTTPD_VERSION} apachectl=unsupported ab=unsupported`,
        700_000,
      );
      tree.tools('/usr/local/bin', 'httpd-foreground', 138);
    },
  };
}

export const httpdRecipes: readonly Recipe[] = [
  recipe([HTTPD_VERSION, '2.4', '2', 'latest'], 'debian', 38_500_000),
  recipe([`${HTTPD_VERSION}-alpine`, '2.4-alpine', '2-alpine', 'alpine'], 'alpine', 53_000_000),
];

const CONF = `ServerRoot "/usr/local/apache2"
Listen 80
<IfModule unixd_module>
User www-data
Group www-data
</IfModule>
ServerAdmin you@example.com
#ServerName www.example.com:80
<Directory />
    AllowOverride none
    Require all denied
</Directory>
DocumentRoot "/usr/local/apache2/htdocs"
<Directory "/usr/local/apache2/htdocs">
    Options Indexes FollowSymLinks
    AllowOverride None
    Require all granted
</Directory>
<IfModule dir_module>
    DirectoryIndex index.html
</IfModule>
ErrorLog /proc/self/fd/2
LogLevel warn
<IfModule log_config_module>
    LogFormat "%h %l %u %t \\"%r\\" %>s %b" common
    CustomLog /proc/self/fd/1 common
</IfModule>
`;

function instructions(bytes: number): readonly Instruction[] {
  const line = (by: string, size?: number): Instruction => ({
    by,
    comment: BUILDKIT,
    ...(size === undefined ? {} : { bytes: size }),
  });
  return [
    line('ENV HTTPD_PREFIX=/usr/local/apache2'),
    line(
      'ENV PATH=/usr/local/apache2/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    ),
    line(
      'RUN /bin/sh -c mkdir -p "$HTTPD_PREFIX"  && chown www-data:www-data "$HTTPD_PREFIX" # buildkit',
      0,
    ),
    line('WORKDIR /usr/local/apache2', 0),
    line(`ENV HTTPD_VERSION=${HTTPD_VERSION}`),
    line(
      'RUN /bin/sh -c set -eux;   savedAptMark="$(apt-mark showmanual)"; ... httpd -v # buildkit',
      bytes,
    ),
    line('STOPSIGNAL SIGWINCH'),
    line('COPY httpd-foreground /usr/local/bin/ # buildkit', 138),
    line('EXPOSE map[80/tcp:{}]'),
    line('CMD ["httpd-foreground"]'),
  ];
}
