/** Texts that are remembered at a time: an application has so many names and keys, its data has without end. */
const TEXTS = 1000;
/** UTF-16 units of a text that is remembered. */
const UNITS = 200;

/** A function of a text that remembers its latest answers. */
export class Remembered<Answer extends object | string> {
  readonly #answers = new Map<string, Answer>();
  readonly #find: (text: string) => Answer;

  constructor(find: (text: string) => Answer) {
    this.#find = find;
  }

  of(text: string): Answer {
    return this.#answers.get(text) ?? this.#ask(text);
  }

  #ask(text: string): Answer {
    if (text.length > UNITS) return this.#find(text);
    // A text that was cut from a larger one keeps that alive; a copy does not.
    const own = JSON.parse(JSON.stringify(text)) as string;
    const answer = this.#find(own);
    // All at once: those in use are back soon, and what comes without end keeps no place for good.
    if (this.#answers.size >= TEXTS) this.#answers.clear();
    this.#answers.set(own, answer);
    return answer;
  }
}
