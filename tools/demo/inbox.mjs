import { becomesTrue } from '../servers/processes.mjs';

/** The sandbox's inbox, through its JSON API. */
export class Inbox {
  /** @param {string} url */
  constructor(url) {
    this.url = url;
  }

  /**
   * The newest mail that fits, as soon as there is one.
   *
   * @param {Record<string, string>} filter `to`, `messageId`
   * @returns {Promise<{ subject: string, text: string, to: unknown }>}
   */
  async waitFor(filter) {
    /** @type {any[]} */
    let mails = [];
    const query = new URLSearchParams(filter);
    const arrived = async () => {
      mails = (await this.#read(`?${query}`)).data;
      return mails.length > 0;
    };
    if (await becomesTrue(arrived, 60_000)) return this.#read(`/${mails[0].id}`);
    throw new Error(`No mail for ${query} came to the sandbox within a minute: see ${this.url} and .outbell/logs/.`);
  }

  /**
   * @param {string} what
   * @returns {Promise<any>}
   */
  async #read(what) {
    const response = await fetch(`${this.url}/api/messages${what}`);
    return response.json();
  }
}
