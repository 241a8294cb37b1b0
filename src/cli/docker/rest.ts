/**
 * The commands that are not needed to make a swarm: containers and services (they wait for images anyway), stacks, volumes, registries and what is left.
 *
 * Real: docker/cli cli/command/commands/commands.go
 */
import type { Command } from '../cobra/command.ts';
import { newBuilderCommand } from './builder/cmd.ts';
import { newCheckpointCommand } from './checkpoint/cmd.ts';
import { newConfigCommand } from './config/cmd.ts';
import { newContainerCommand } from './container/cmd.ts';
import { newContextCommand } from './context/cmd.ts';
import { newImageCommand } from './image/cmd.ts';
import { newManifestCommand } from './manifest/cmd.ts';
import { newPluginCommand } from './plugin/cmd.ts';
import { newRegistryCommands } from './registry/cmd.ts';
import { newSecretCommand } from './secret/cmd.ts';
import { newServiceCommand } from './service/cmd.ts';
import { newStackCommand } from './stack/cmd.ts';
import { newInspectCommand } from './system/inspect.ts';
import { newTrustCommand } from './trust/cmd.ts';
import { newVolumeCommand } from './volume/cmd.ts';

export const laterCommands: readonly (() => Command)[] = [
  newBuilderCommand,
  newCheckpointCommand,
  newConfigCommand,
  newContainerCommand,
  newContextCommand,
  newInspectCommand,
  newServiceCommand,
  newImageCommand,
  newManifestCommand,
  newPluginCommand,
  newSecretCommand,
  newStackCommand,
  newTrustCommand,
  newVolumeCommand,
  ...newRegistryCommands().map((_, i) => () => newRegistryCommands()[i] as Command),
];
