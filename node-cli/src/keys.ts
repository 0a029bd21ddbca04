/** What keys send to a program whose terminal does not edit the line itself. */

export const key = { interrupt: 0x03, endOfInput: 0x04, lineFeed: 0x0a, enter: 0x0d } as const;

const backspaces = ["\b", "\x7f"];
const eraseLine = "\x15";
/** Cursor and function keys, and the marks around a paste (ECMA-48, "control sequences"). */
const sequences = /\x1b(?:\[[0-?]*[ -/]*[@-~]|O.)/g;

/** The line that results from all that was typed. */
export function edited(typed: string): string {
    let line: string[] = [];
    for (const character of typed.replace(sequences, "")) {
        if (backspaces.includes(character)) {
            line.pop();
        } else if (character === eraseLine) {
            line = [];
        } else if (character >= " ") {
            line.push(character);
        }
    }
    return line.join("");
}
