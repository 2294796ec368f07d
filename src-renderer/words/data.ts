/** Datasets and imports worded for people. Pure. */
import type { Survey } from '../../src-main/shared/dataset.ts';
import type { Import } from '../../src-main/shared/import.ts';
import { say } from '../../src-main/shared/language.ts';
import {
  bytesInWords,
  counted,
  durationInWords,
  joined,
  speedInWords,
  splitInWords,
} from '../../src-main/shared/words.ts';

const words = (value: number) => value.toLocaleString('en-US');

export const channelNames = (channels: number): string[] =>
  channels === 1
    ? [say('Grey')]
    : channels === 3
      ? [say('Red'), say('Green'), say('Blue')]
      : Array.from({ length: channels }, (_, at) => say('Channel {number}', { number: at + 1 }));

/** `5,000 training images in every class`, or the smallest and the largest class. */
export function balanceInWords({ balance }: Survey, classes: readonly string[]): string {
  const counts = balance.find(({ split }) => split === 'train')?.images ?? balance[0]?.images ?? [];
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  if (counts.length === 0) return '';
  if (least === most) return say('{count} training images in every class', { count: words(most) });
  const name = (count: number) => classes[counts.indexOf(count)] ?? '';
  return say('from {least} ({smallest}) to {most} ({largest}) training images in a class', {
    least: words(least),
    smallest: name(least),
    most: words(most),
    largest: name(most),
  });
}

export interface Remark {
  readonly text: string;
  readonly level: '' | 'warn' | 'bad';
}

/** What equal images mean for training and for its result. */
export function duplicatesInWords({ duplicates }: Survey): Remark[] {
  if (duplicates.groups === 0) return [{ text: say('No image occurs twice.'), level: '' }];
  const remarks: Remark[] = [];
  for (const { split, images } of duplicates.within)
    if (images > 0)
      remarks.push({
        text:
          images === 1
            ? say('{split}: 1 image is a copy of an earlier one.', { split: splitInWords(split) })
            : say('{split}: {images} are copies of an earlier one.', {
                split: splitInWords(split),
                images: counted(images, 'image'),
              }),
        level: '',
      });
  for (const {
    splits: [other = '', split = ''],
    images,
  } of duplicates.between)
    if (images > 0)
      remarks.push({
        text:
          images === 1
            ? say('1 image of {split} is in {other}, too: the accuracy on {split} looks better than it is.', {
                split: splitInWords(split),
                other: splitInWords(other),
              })
            : say('{images} of {split} are in {other}, too: the accuracy on {split} looks better than it is.', {
                images: counted(images, 'image'),
                split: splitInWords(split),
                other: splitInWords(other),
              }),
        level: 'warn',
      });
  if (duplicates.contradictions > 0)
    remarks.push({
      text: say('In {groups} equal images have different classes.', {
        groups: counted(duplicates.contradictions, 'group'),
      }),
      level: 'bad',
    });
  return remarks;
}

/** How far an import is, in a few words. */
export function importInWords({ state, images, imagesTotal, bytes, imagesPerSecond, secondsLeft }: Import): string {
  switch (state) {
    case 'opening':
      return bytes > 0 ? say('opening, {bytes} unpacked', { bytes: bytesInWords(bytes) }) : say('opening');
    case 'inspected':
      return say('waits for you');
    case 'reading':
      return joined([
        imagesTotal
          ? say('{done} of {total} images', { done: words(images), total: words(imagesTotal) })
          : say('{count} images', { count: words(images) }),
        ...(imagesPerSecond ? [speedInWords(imagesPerSecond)] : []),
        ...(secondsLeft !== null && images > 0
          ? [say('{time} left', { time: durationInWords(Math.ceil(secondsLeft)) })]
          : []),
      ]);
    case 'done':
      return say('in the library');
    case 'failed':
      return say('failed');
    default:
      return say('cancelled');
  }
}
