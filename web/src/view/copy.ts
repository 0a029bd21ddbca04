// Text to take away: shown in full, with a button that copies exactly what is shown.

import { visible } from '../model/text';
import { button, h } from './dom';

/** How long the button says that it copied, in milliseconds. */
const THANKS = 2000;

export function copyable(text: string, what: string): HTMLElement {
  const code = h('code', {}, ...text.split('\n').flatMap((line, index) => (index === 0 ? [line] : [h('br', {}), line])));
  const label = h('span', { 'aria-live': 'polite' }, 'Copy');
  const copy = button({ class: 'copy', 'aria-label': `Copy ${what}` }, () => void take(), label);

  async function take(): Promise<void> {
    try {
      await navigator.clipboard.writeText(text.split('\n').map(visible).join('\n'));
      say('Copied');
    } catch {
      // Browsers give no clipboard to a page that came over plain HTTP: mark the text instead.
      getSelection()?.selectAllChildren(code);
      say('Marked: press Ctrl+C');
    }
  }

  function say(words: string): void {
    label.textContent = words;
    setTimeout(() => (label.textContent = 'Copy'), THANKS);
  }

  return h('span', { class: 'copyable' }, code, copy);
}
