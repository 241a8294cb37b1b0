/**
 * The Docker Engine of one machine: `new Engine({ machine, version, catalogue })`, added to the machine as a daemon. It is spoken to by its socket.
 *
 * What programs may want to know of a container they run in stands in `namespace.extra`: `limits` (the kernel's Limits), `container`, `env`, `init`, `throttle`.
 */
export { Engine, SOCKET_PATH, type EngineOptions } from './engine.ts';
export { localContainers, localObjects, type LocalObjects } from './objects.ts';
export { engineVersion, type EngineVersion } from './versions.ts';
export {
  catalogueOf,
  type CatalogueHistory,
  type CatalogueImage,
  type CatalogueLayer,
  type CatalogueRepository,
  type ImageCatalogue,
  type ImageConfig,
} from './images/catalogue.ts';
export { RegistryServer } from './images/registryserver.ts';
