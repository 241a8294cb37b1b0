/**
 * What runs inside containers, and the images that bring it.
 *
 * - `catalogue`: Docker Hub's content as far as the lab has it. Repositories that are not here fail as unknown ones do on the hub.
 * - `programs`: what runs in images, by the name that executable files carry. The shell's table has the Unix tools.
 */
import type { Program } from '../sim/index.ts'
import { alpineRecipes } from './bases/alpine.ts'
import { debianRecipes } from './bases/debian.ts'
import { catalogueFrom } from './catalogue.ts'
import { hello, helloRecipe } from './hello.ts'
import { httpdRecipes } from './httpd/images.ts'
import { imagesOf } from './image.ts'
import { nginxEntrypoint, nginxStartScript } from './nginx/entrypoint.ts'
import { nginxRecipes, nginxReleases } from './nginx/images.ts'
import { nginxPrograms } from './nginx/releases.ts'
import { redisRecipes } from './redis/images.ts'
import { repositories } from './repositories.ts'
import { whoamiRecipe } from './whoami.ts'

const recipes = [...debianRecipes, ...alpineRecipes, ...nginxRecipes, ...redisRecipes, ...httpdRecipes, helloRecipe, whoamiRecipe]

export const catalogue = catalogueFrom(recipes.flatMap(imagesOf), repositories)

export const programs: ReadonlyMap<string, Program> = new Map<string, Program>([
  ['hello-world', hello],
  ['nginx-entrypoint', nginxEntrypoint],
  ['nginx-start-script', nginxStartScript],
  ...nginxPrograms(nginxReleases),
])
