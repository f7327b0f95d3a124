// The little script for pages that frame a booking page.

export {};
