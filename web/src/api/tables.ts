// Lets `Api` reach tables, by postgrest-js. Owners' elements need it; guests call functions alone, and their pages
// are smaller without.

import { PostgrestClient } from '@supabase/postgrest-js';
import { Api } from './client';

Api.builders = (address, options) => new PostgrestClient(address, options) as PostgrestClient;
