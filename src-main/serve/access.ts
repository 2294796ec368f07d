/** Who may talk to the served page: a token makes a session, and Host and Origin must be our own address. */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const cookieName = 'residua';

const equal = (given: string, wanted: string): boolean => {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
};

/** The value of our cookie. Several programs may serve on one host: the port is part of the name. */
function cookieOf(request: IncomingMessage, name: string): string {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [key, value] = part.trim().split('=');
    if (key === name) return value ?? '';
  }
  return '';
}

/** 256 random bits each: the token of the address, and what the cookie holds in its place. */
export class Access {
  readonly token = randomBytes(32).toString('base64url');
  readonly #session = randomBytes(32).toString('base64url');
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  get #cookie(): string {
    return `${cookieName}-${this.#port}`;
  }

  /** The header that lets a browser in: out of reach for scripts, never sent from another site. */
  get setCookie(): string {
    return `${this.#cookie}=${this.#session}; HttpOnly; SameSite=Strict; Path=/`;
  }

  /**
   * Whether the request names this machine's loopback; anything else may be a rebound name. The port is the browser's
   * affair: through a tunnel (`ssh -L`) it differs from ours.
   */
  isOurHost(request: IncomingMessage): boolean {
    return /^(127\.0\.0\.1|localhost)(:\d{1,5})?$/.test(request.headers.host ?? '');
  }

  /** Whether it comes from our own page. `required`: WebSockets, which browsers let any page open. */
  isOurOrigin(request: IncomingMessage, required: boolean): boolean {
    const { origin, host } = request.headers;
    if (origin === undefined) return !required && request.headers['sec-fetch-site'] !== 'cross-site';
    return origin === `http://${host}`;
  }

  hasToken(token: string | null): boolean {
    return token !== null && equal(token, this.token);
  }

  hasSession(request: IncomingMessage): boolean {
    return equal(cookieOf(request, this.#cookie), this.#session);
  }
}
