/** The vendors that the sandbox plays, and what they ask of those who use them. */
export class SandboxVendors {
  /** @param {string} port of the sandbox */
  constructor(port) {
    this.url = `http://127.0.0.1:${port}`;
  }

  /** @param {string} provider */
  baseUrl(provider) {
    return `${this.url}/vendors/${provider}`;
  }

  /**
   * What one enters in a vendor's console: where it reports to.
   *
   * @param {string} provider
   * @param {string} url
   * @returns {Promise<Record<string, string>>} what the receiver has to know to believe it
   */
  reportTo(provider, url) {
    return this.#call('PUT', `/api/receipts/${provider}`, { url });
  }

  /**
   * A browser whose user allows notifications.
   *
   * @returns {Promise<string>} its address: what its page hands over
   */
  async subscribeBrowser() {
    return JSON.stringify(await this.#call('POST', '/vendors/web-push/subscriptions', {}));
  }

  /**
   * What the vendor has reported of a message so far.
   *
   * @param {string} messageId Outbell's
   * @returns {Promise<string>}
   */
  async reportsOf(messageId) {
    const { data } = await this.#call('GET', `/api/messages?messageId=${messageId}`);
    return data[0].receipts.map((/** @type {{ kind: string }} */ { kind }) => kind).join(', ');
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   * @returns {Promise<any>} the answer's JSON
   */
  async #call(method, path, body) {
    const request = body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const response = await fetch(`${this.url}${path}`, { method, ...request });
    if (!response.ok)
      throw new Error(`The sandbox answered ${response.status} to ${method} ${path}: ${await response.text()}`);
    return response.json();
  }
}
