/** Languages in which studies and their reports are written. */
export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];

/** For numbers and dates. */
export const localeOf: Readonly<Record<Language, string>> = { en: 'en-GB', zh: 'zh-CN' };
/** As a language calls itself. */
export const languageNames: Readonly<Record<Language, string>> = { en: 'English', zh: '简体中文' };
