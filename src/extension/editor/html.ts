/** The editor page's HTML: nothing but its script and style. What it shows comes over the protocol. */

export interface PageAssets {
  /** Webview URIs. */
  readonly script: string;
  readonly style: string;
  /** `webview.cspSource`: where webview URIs come from. */
  readonly cspSource: string;
  /** Fresh for every page. */
  readonly nonce: string;
  readonly language: string;
}

export function pageHtml({ script, style, cspSource, nonce, language }: PageAssets): string {
  const policy = [
    `default-src 'none'`,
    // WebAssembly is compiled in the engine's worker, which inherits this policy. The worker is a blob.
    `script-src 'nonce-${nonce}' 'wasm-unsafe-eval'`,
    `worker-src blob:`,
    `connect-src ${cspSource}`,
    `img-src ${cspSource} blob: data:`,
    `style-src ${cspSource} 'nonce-${nonce}'`,
    `font-src ${cspSource}`,
  ].join('; ');
  return `<!doctype html>
<html lang="${escape(language)}">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${escape(policy)}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <!-- The toolkit reads it here, for the one style element it makes. -->
    <meta property="csp-nonce" content="${nonce}">
    <link rel="stylesheet" href="${escape(style)}">
    <title>GAN Prior</title>
  </head>
  <body>
    <script nonce="${nonce}" src="${escape(script)}"></script>
  </body>
</html>`;
}

const escape = (text: string): string => text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');
