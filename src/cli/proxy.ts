/** The proxies of the environment, for the command line; in VS Code its own settings do this. */
import { EnvHttpProxyAgent, fetch, setGlobalDispatcher } from 'undici';

const VARIABLES = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY'];

/**
 * Sends requests through HTTP_PROXY and HTTPS_PROXY, but for the hosts of NO_PROXY. The fetch of Node 20 knows neither
 * and that of later versions needs a flag; an agent and the fetch it is made for come from one package, so that they fit.
 */
export function honourProxies(env: NodeJS.ProcessEnv = process.env): void {
  if (!VARIABLES.some((name) => env[name])) return;
  setGlobalDispatcher(new EnvHttpProxyAgent());
  globalThis.fetch = fetch as unknown as typeof globalThis.fetch;
}
