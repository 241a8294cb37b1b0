/** All that may come later, in one module: the page loads it by itself, everybody else imports it at once. */
import { laterCommands } from '../cli/rest.ts';
import { catalogue, programs } from '../programs/index.ts';
import { shellPrograms } from '../shell/rest.ts';
import { Browsers } from './browser/index.ts';
import { provideLaterParts } from './later.ts';
import { LessonRun } from './lessonrun.ts';

provideLaterParts({
  tools: shellPrograms,
  programs,
  catalogue,
  commands: laterCommands,
  LessonRun,
  Browsers,
});
