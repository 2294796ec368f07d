/** The only door to the schema library, so that it can be exchanged in one place. */
export * from 'valibot';
