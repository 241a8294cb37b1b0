/** What `scripts/lessons-plugin.ts` makes of the folder `lessons/` at build time. */
declare module 'virtual:lessons' {
  /** All lessons in order, for lists. */
  export const summaries: readonly import('../lab/index.ts').LessonSummary[];
  export const glossary: readonly import('../lab/index.ts').GlossaryEntry[];
  /** Undefined for an id that is no lesson. */
  export function loadLesson(id: string): Promise<import('../lab/index.ts').Lesson | undefined>;
}
