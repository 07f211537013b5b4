/** The public API as a customer's program calls it. */
export class Api {
  /**
   * @param {string} url
   * @param {string} key
   */
  constructor(url, key) {
    this.url = url;
    this.key = key;
  }

  /** @param {string} path */
  get(path) {
    return this.#call('GET', path);
  }

  /**
   * @param {string} path
   * @param {object} [body]
   * @param {Record<string, string>} [headers]
   */
  post(path, body = {}, headers = {}) {
    return this.#call('POST', path, body, headers);
  }

  /**
   * @param {string} path
   * @param {object} body
   */
  patch(path, body) {
    return this.#call('PATCH', path, body);
  }

  /** Whether the API takes this key. */
  async accepted() {
    const { status } = await fetch(`${this.url}/v1/senders`, { headers: this.#authorization() });
    return status === 200;
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   * @param {Record<string, string>} [headers]
   * @returns {Promise<any>} the answer's JSON
   */
  async #call(method, path, body, headers = {}) {
    const json = body ? { 'content-type': 'application/json' } : {};
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { ...this.#authorization(), ...json, ...headers },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(15_000),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  #authorization() {
    return { authorization: `Bearer ${this.key}` };
  }
}
