// How large a body is sent and fetched to see that none is held in memory, in bytes.

export const SIZE = 300_000_000;
