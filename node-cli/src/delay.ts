/** The longest time that a timer takes; given more it would not wait at all. */
const LONGEST = 2 ** 31 - 1;

/** `milliseconds`, or as many as a timer takes: 24 days. */
export function delay(milliseconds: number): number {
    return Math.min(milliseconds, LONGEST);
}
