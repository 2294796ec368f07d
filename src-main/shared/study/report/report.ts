/** A study as one file to keep or to hand on. */
import type { ReportForm, StudyDetail } from '../../contract.ts';
import type { Language } from '../../language.ts';
import { speak } from '../words/words.ts';
import { documentOf } from './document.ts';
import { htmlOf } from './html.ts';
import { markdownOf } from './markdown.ts';

/** @returns a file's name and its text */
export function reportOf(detail: StudyDetail, form: ReportForm, language: Language): { file: string; text: string } {
  const document = documentOf(detail, speak(language), Date.now());
  const name = `${detail.study.kind}-${detail.study.id}`;
  return form === 'html'
    ? { file: `${name}.html`, text: htmlOf(document, language) }
    : { file: `${name}.md`, text: markdownOf(document) };
}
