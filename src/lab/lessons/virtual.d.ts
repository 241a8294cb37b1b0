/** What `scripts/lessons-plugin.ts` makes of the folder `lessons/` at build time. */
declare module 'virtual:lessons' {
  /** All lessons in order, for lists. */
  export const summaries: readonly import('./types.ts').LessonSummary[];
  export const glossary: readonly import('./glossary.ts').GlossaryEntry[];
  /** Undefined for an id that is no lesson. */
  export function loadLesson(id: string): Promise<import('./types.ts').Lesson | undefined>;
}
