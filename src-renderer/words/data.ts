/** Datasets and imports worded for people. Pure. */
import type { Survey } from '../../src-main/shared/dataset.ts';
import type { Import } from '../../src-main/shared/import.ts';
import { bytesInWords, counted, durationInWords, speedInWords } from '../../src-main/shared/words.ts';

const words = (value: number) => value.toLocaleString('en-US');

export const channelNames = (channels: number): string[] =>
  channels === 1
    ? ['Grey']
    : channels === 3
      ? ['Red', 'Green', 'Blue']
      : Array.from({ length: channels }, (_, at) => `Channel ${at + 1}`);

/** `5,000 training images in every class`, or the smallest and the largest class. */
export function balanceInWords({ balance }: Survey, classes: readonly string[]): string {
  const counts = balance.find(({ split }) => split === 'train')?.images ?? balance[0]?.images ?? [];
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  if (counts.length === 0) return '';
  if (least === most) return `${words(most)} training images in every class`;
  const name = (count: number) => classes[counts.indexOf(count)] ?? '';
  return `from ${words(least)} (${name(least)}) to ${words(most)} (${name(most)}) training images in a class`;
}

export interface Sentence {
  readonly text: string;
  readonly level: '' | 'warn' | 'bad';
}

/** What equal images mean for training and for its result. */
export function duplicatesInWords({ duplicates }: Survey): Sentence[] {
  if (duplicates.groups === 0) return [{ text: 'No image occurs twice.', level: '' }];
  const sentences: Sentence[] = [];
  for (const { split, images } of duplicates.within)
    if (images > 0)
      sentences.push({
        text: `${split}: ${counted(images, 'image')} ${images === 1 ? 'is a copy' : 'are copies'} of an earlier one.`,
        level: '',
      });
  for (const { splits, images } of duplicates.between)
    if (images > 0)
      sentences.push({
        text: `${counted(images, 'image')} of ${splits[1]} ${images === 1 ? 'is' : 'are'} in ${splits[0]}, too: the accuracy on ${splits[1]} looks better than it is.`,
        level: 'warn',
      });
  if (duplicates.contradictions > 0)
    sentences.push({
      text: `In ${counted(duplicates.contradictions, 'group')} equal images have different classes.`,
      level: 'bad',
    });
  return sentences;
}

/** How far an import is, in a few words. */
export function importInWords({ state, images, imagesTotal, bytes, imagesPerSecond, secondsLeft }: Import): string {
  switch (state) {
    case 'opening':
      return bytes > 0 ? `opening, ${bytesInWords(bytes)} unpacked` : 'opening';
    case 'inspected':
      return 'waits for you';
    case 'reading':
      return [
        imagesTotal ? `${words(images)} of ${words(imagesTotal)} images` : `${words(images)} images`,
        ...(imagesPerSecond ? [speedInWords(imagesPerSecond)] : []),
        ...(secondsLeft !== null && images > 0 ? [`${durationInWords(Math.ceil(secondsLeft))} left`] : []),
      ].join(', ');
    case 'done':
      return 'in the library';
    case 'failed':
      return 'failed';
    default:
      return 'cancelled';
  }
}
