// In place of languages.ts in pages that the database serves, which speak the language that they are in, and English.

import { held } from './held';

export { LANGUAGES } from '../languages';

export const SPOKEN: readonly string[] = held ? ['en', held.language] : ['en'];
