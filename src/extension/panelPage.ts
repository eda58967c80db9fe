/** A page in a tab of its own, which belongs to no file: its assets, its channel, and its end. */
import * as vscode from 'vscode';
import { connect, type Contract, type Handlers, type Remote } from '../shared/rpc.ts';
import { webviewChannel } from './editor/channel.ts';
import { pageHtml } from './editor/html.ts';

export interface PanelServices {
  readonly extensionUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
}

export interface PanelPage<R extends Contract> extends vscode.Disposable {
  readonly remote: Remote<R>;
  readonly onDidClose: vscode.Event<void>;
  reveal(): void;
}

interface PanelLook {
  /** The type of the panel, for VS Code. */
  readonly type: string;
  readonly title: string;
  /** Of its script and style in dist/, without their endings. */
  readonly script: string;
}

/** @param handlers what the page may ask and tell */
export function openPanel<L extends Contract, R extends Contract>(
  { extensionUri, log }: PanelServices,
  { type, title, script }: PanelLook,
  local: L,
  handlers: Handlers<L>,
  page: R,
): PanelPage<R> {
  const dist = vscode.Uri.joinPath(extensionUri, 'dist');
  const panel = vscode.window.createWebviewPanel(type, title, vscode.ViewColumn.Active, {
    enableScripts: true,
    localResourceRoots: [dist],
    // What is typed and where it is scrolled to are the page's alone.
    retainContextWhenHidden: true,
  });
  panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'icon.png');
  const subscriptions: vscode.Disposable[] = [];
  const { webview } = panel;
  const remote = connect(webviewChannel(webview, subscriptions), local, handlers, page, (problem) =>
    log.warn(`${title}: dropped ${problem} from its page.`),
  );
  panel.onDidDispose(() => {
    remote.close('The page was closed.');
    for (const subscription of subscriptions) subscription.dispose();
  });
  const uri = (file: string): string => webview.asWebviewUri(vscode.Uri.joinPath(dist, file)).toString();
  webview.html = pageHtml({
    ...{ script: uri(`${script}.js`), style: uri(`${script}.css`), cspSource: webview.cspSource },
    nonce: crypto.randomUUID().replaceAll('-', ''),
    language: vscode.env.language,
  });
  return { remote, onDidClose: panel.onDidDispose, reveal: () => panel.reveal(), dispose: () => panel.dispose() };
}
