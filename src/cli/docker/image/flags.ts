import type { CommandTable } from '../../cobra/command.ts';

/** The words of `docker image`: usage lines, arguments and flags, as data. */
export const imageTable = {
  build: {
    use: 'build [OPTIONS] PATH | URL | -',
    short: 'Build an image from a Dockerfile',
    aliasLine: 'docker image build, docker build, docker builder build',
    args: ['exact', 1],
    flags: [
      {
        name: 'add-host',
        type: 'list',
        usage: 'Add a custom host-to-IP mapping ("host:ip")',
        check: 'extraHost',
      },
      { name: 'build-arg', type: 'list', usage: 'Set build-time variables', check: 'env' },
      { name: 'cache-from', type: 'strings', usage: 'Images to consider as cache sources' },
      {
        name: 'cgroup-parent',
        type: 'string',
        usage: 'Set the parent cgroup for the "RUN" instructions during build',
      },
      { name: 'compress', type: 'bool', usage: 'Compress the build context using gzip' },
      {
        name: 'cpu-period',
        type: 'int',
        usage: 'Limit the CPU CFS (Completely Fair Scheduler) period',
      },
      {
        name: 'cpu-quota',
        type: 'int',
        usage: 'Limit the CPU CFS (Completely Fair Scheduler) quota',
      },
      { name: 'cpu-shares', short: 'c', type: 'int', usage: 'CPU shares (relative weight)' },
      { name: 'cpuset-cpus', type: 'string', usage: 'CPUs in which to allow execution (0-3, 0,1)' },
      { name: 'cpuset-mems', type: 'string', usage: 'MEMs in which to allow execution (0-3, 0,1)' },
      {
        name: 'disable-content-trust',
        type: 'bool',
        usage: 'Skip image verification',
        def: 'true',
      },
      {
        name: 'file',
        short: 'f',
        type: 'string',
        usage: 'Name of the Dockerfile (Default is "PATH/Dockerfile")',
      },
      { name: 'force-rm', type: 'bool', usage: 'Always remove intermediate containers' },
      { name: 'iidfile', type: 'string', usage: 'Write the image ID to the file' },
      { name: 'isolation', type: 'string', usage: 'Container isolation technology' },
      { name: 'label', type: 'list', usage: 'Set metadata for an image', check: 'label' },
      { name: 'memory', short: 'm', type: 'bytes', usage: 'Memory limit' },
      {
        name: 'memory-swap',
        type: 'bytes',
        usage: 'Swap limit equal to memory plus swap: -1 to enable unlimited swap',
      },
      {
        name: 'network',
        type: 'string',
        usage: 'Set the networking mode for the RUN instructions during build',
        def: 'default',
        since: '1.25',
      },
      { name: 'no-cache', type: 'bool', usage: 'Do not use cache when building the image' },
      {
        name: 'platform',
        type: 'string',
        usage: 'Set platform if server is multi-platform capable',
        since: '1.38',
      },
      { name: 'pull', type: 'bool', usage: 'Always attempt to pull a newer version of the image' },
      {
        name: 'quiet',
        short: 'q',
        type: 'bool',
        usage: 'Suppress the build output and print image ID on success',
      },
      {
        name: 'rm',
        type: 'bool',
        usage: 'Remove intermediate containers after a successful build',
        def: 'true',
      },
      { name: 'security-opt', type: 'strings', usage: 'Security options' },
      { name: 'shm-size', type: 'bytes', usage: 'Size of "/dev/shm"' },
      {
        name: 'squash',
        type: 'bool',
        usage: 'Squash newly built layers into a single new layer',
        since: '1.25',
        experimental: true,
      },
      {
        name: 'tag',
        short: 't',
        type: 'list',
        usage: 'Name and optionally a tag in the "name:tag" format',
        check: 'tag',
      },
      { name: 'target', type: 'string', usage: 'Set the target build stage to build.' },
      { name: 'ulimit', type: 'ulimit', usage: 'Ulimit options', def: '[]' },
    ],
  },
  history: {
    use: 'history [OPTIONS] IMAGE',
    short: 'Show the history of an image',
    aliasLine: 'docker image history, docker history',
    args: ['exact', 1],
    flags: [
      {
        name: 'format',
        type: 'string',
        usage:
          "Format output using a custom template:\n'table':            Print output in table format with column headers (default)\n'table TEMPLATE':   Print output in table format using the given Go template\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates",
      },
      {
        name: 'human',
        short: 'H',
        type: 'bool',
        usage: 'Print sizes and dates in human readable format',
        def: 'true',
      },
      { name: 'no-trunc', type: 'bool', usage: "Don't truncate output" },
      {
        name: 'platform',
        type: 'string',
        usage:
          'Show history for the given platform. Formatted as "os[/arch[/variant]]" (e.g., "linux/amd64")',
        since: '1.48',
      },
      { name: 'quiet', short: 'q', type: 'bool', usage: 'Only show image IDs' },
    ],
  },
  import: {
    use: 'import [OPTIONS] file|URL|- [REPOSITORY[:TAG]]',
    short: 'Import the contents from a tarball to create a filesystem image',
    aliasLine: 'docker image import, docker import',
    args: ['min', 1],
    flags: [
      {
        name: 'change',
        short: 'c',
        type: 'list',
        usage: 'Apply Dockerfile instruction to the created image',
      },
      {
        name: 'message',
        short: 'm',
        type: 'string',
        usage: 'Set commit message for imported image',
      },
      {
        name: 'platform',
        type: 'string',
        usage: 'Set platform if server is multi-platform capable',
        since: '1.32',
      },
    ],
  },
  inspect: {
    use: 'inspect [OPTIONS] IMAGE [IMAGE...]',
    short: 'Display detailed information on one or more images',
    args: ['min', 1],
    flags: [
      {
        name: 'format',
        short: 'f',
        type: 'string',
        usage:
          "Format output using a custom template:\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates",
      },
      {
        name: 'platform',
        type: 'string',
        usage:
          "Inspect a specific platform of the multi-platform image.\nIf the image or the server is not multi-platform capable, the command will error out if the platform does not match.\n'os[/arch[/variant]]': Explicit platform (eg. linux/amd64)",
        since: '1.49',
      },
    ],
  },
  load: {
    use: 'load [OPTIONS]',
    short: 'Load an image from a tar archive or STDIN',
    aliasLine: 'docker image load, docker load',
    args: ['none'],
    flags: [
      {
        name: 'input',
        short: 'i',
        type: 'string',
        usage: 'Read from tar archive file, instead of STDIN',
      },
      {
        name: 'platform',
        type: 'string',
        usage:
          'Load only the given platform variant. Formatted as "os[/arch[/variant]]" (e.g., "linux/amd64")',
        since: '1.48',
      },
      { name: 'quiet', short: 'q', type: 'bool', usage: 'Suppress the load output' },
    ],
  },
  ls: {
    use: 'ls [OPTIONS] [REPOSITORY[:TAG]]',
    short: 'List images',
    aliases: ['list'],
    aliasLine: 'docker image ls, docker image list, docker images',
    args: ['max', 1],
    flags: [
      {
        name: 'all',
        short: 'a',
        type: 'bool',
        usage: 'Show all images',
        def: 'hides intermediate images',
      },
      { name: 'digests', type: 'bool', usage: 'Show digests' },
      {
        name: 'filter',
        short: 'f',
        type: 'filter',
        usage: 'Filter output based on conditions provided',
      },
      {
        name: 'format',
        type: 'string',
        usage:
          "Format output using a custom template:\n'table':            Print output in table format with column headers (default)\n'table TEMPLATE':   Print output in table format using the given Go template\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates",
      },
      { name: 'no-trunc', type: 'bool', usage: "Don't truncate output" },
      { name: 'quiet', short: 'q', type: 'bool', usage: 'Only show image IDs' },
      {
        name: 'tree',
        type: 'bool',
        usage: 'List multi-platform images as a tree (EXPERIMENTAL)',
        since: '1.47',
      },
    ],
  },
  prune: {
    use: 'prune [OPTIONS]',
    short: 'Remove unused images',
    args: ['none'],
    since: '1.25',
    flags: [
      {
        name: 'all',
        short: 'a',
        type: 'bool',
        usage: 'Remove all unused images, not just dangling ones',
      },
      { name: 'filter', type: 'filter', usage: 'Provide filter values (e.g. "until=<timestamp>")' },
      { name: 'force', short: 'f', type: 'bool', usage: 'Do not prompt for confirmation' },
    ],
  },
  pull: {
    use: 'pull [OPTIONS] NAME[:TAG|@DIGEST]',
    short: 'Download an image from a registry',
    aliasLine: 'docker image pull, docker pull',
    args: ['exact', 1],
    flags: [
      {
        name: 'all-tags',
        short: 'a',
        type: 'bool',
        usage: 'Download all tagged images in the repository',
      },
      {
        name: 'disable-content-trust',
        type: 'bool',
        usage: 'Skip image verification',
        def: 'true',
      },
      {
        name: 'platform',
        type: 'string',
        usage: 'Set platform if server is multi-platform capable',
        since: '1.32',
      },
      { name: 'quiet', short: 'q', type: 'bool', usage: 'Suppress verbose output' },
    ],
  },
  push: {
    use: 'push [OPTIONS] NAME[:TAG]',
    short: 'Upload an image to a registry',
    aliasLine: 'docker image push, docker push',
    args: ['exact', 1],
    flags: [
      {
        name: 'all-tags',
        short: 'a',
        type: 'bool',
        usage: 'Push all tags of an image to the repository',
      },
      { name: 'disable-content-trust', type: 'bool', usage: 'Skip image signing', def: 'true' },
      {
        name: 'platform',
        type: 'string',
        usage:
          "Push a platform-specific manifest as a single-platform image to the registry.\nImage index won't be pushed, meaning that other manifests, including attestations won't be preserved.\n'os[/arch[/variant]]': Explicit platform (eg. linux/amd64)",
        since: '1.46',
      },
      { name: 'quiet', short: 'q', type: 'bool', usage: 'Suppress verbose output' },
    ],
  },
  rm: {
    use: 'rm [OPTIONS] IMAGE [IMAGE...]',
    short: 'Remove one or more images',
    aliases: ['remove'],
    aliasLine: 'docker image rm, docker image remove, docker rmi',
    args: ['min', 1],
    flags: [
      { name: 'force', short: 'f', type: 'bool', usage: 'Force removal of the image' },
      { name: 'no-prune', type: 'bool', usage: 'Do not delete untagged parents' },
      {
        name: 'platform',
        type: 'strings',
        usage:
          'Remove only the given platform variant. Formatted as "os[/arch[/variant]]" (e.g., "linux/amd64")',
        since: '1.50',
      },
    ],
  },
  save: {
    use: 'save [OPTIONS] IMAGE [IMAGE...]',
    short: 'Save one or more images to a tar archive (streamed to STDOUT by default)',
    aliasLine: 'docker image save, docker save',
    args: ['min', 1],
    flags: [
      { name: 'output', short: 'o', type: 'string', usage: 'Write to a file, instead of STDOUT' },
      {
        name: 'platform',
        type: 'string',
        usage:
          'Save only the given platform variant. Formatted as "os[/arch[/variant]]" (e.g., "linux/amd64")',
        since: '1.48',
      },
    ],
  },
  tag: {
    use: 'tag SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]',
    short: 'Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE',
    aliasLine: 'docker image tag, docker tag',
    args: ['exact', 2],
    interspersed: false,
    flags: [],
  },
} as const satisfies Record<string, CommandTable>;
