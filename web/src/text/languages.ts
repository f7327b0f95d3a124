// The languages that pages speak.

export const LANGUAGES = ['ar', 'de', 'en', 'es', 'fr', 'it', 'ja', 'nl', 'pl', 'pt'] as const;

/** Those that are at hand. */
export const SPOKEN: readonly string[] = LANGUAGES;
