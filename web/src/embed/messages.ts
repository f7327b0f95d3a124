// What a framed booking page and the page around it say to each other. Both sides check where a message comes
// from; none has a name, an address, an answer or a token in it.

export const SOURCE = 'scheduling';
export const VERSION = 1;

/** From the frame to the page around it. */
export type FromFrame =
  /** It listens. */
  | { type: 'hello' }
  | { type: 'ready' }
  | { type: 'resize'; height: number }
  | { type: 'day'; day: string }
  | { type: 'time'; starts_at: string }
  | { type: 'submit' }
  | { type: 'booked'; meeting_id: string; status: string; starts_at: string; ends_at: string; title: string }
  | { type: 'refused'; code: string }
  | { type: 'redirect'; url: string }
  | { type: 'close' };

/** The other way: what the form begins with, and how it looks. */
export type ToFrame = { type: 'prefill'; prefill: object } | { type: 'theme'; theme: 'auto' | 'light' | 'dark' };

export type Enveloped<Message> = Message & { source: typeof SOURCE; version: typeof VERSION };

export function enveloped<Message extends object>(message: Message): Enveloped<Message> {
  return { ...message, source: SOURCE, version: VERSION };
}

/** The message, where it is one of ours and of this version. */
export function opened<Message extends { type: string }>(data: unknown): Message | undefined {
  const seen = data as Partial<Enveloped<Message>> | null;
  if (typeof seen !== 'object' || seen?.source !== SOURCE || seen.version !== VERSION) return undefined;
  return typeof seen.type === 'string' ? (seen as unknown as Message) : undefined;
}
